/* ns_sim.h - zero-delay simulation of a netlist in 64 lanes at once, with toggles and energy counted. Twin: ns_sim.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * A net is a 64-bit word: bit l is its value in lane l, an independent stimulus stream. A cycle is
 *     ns_sim_edge; the caller writes the inputs' nets in value[]; ns_sim_settle; the caller reads outputs.
 * Flip-flops and inputs change together at the edge and every other net once: no glitches. All flip-flops and memories start at 0. */
#ifndef NS_SIM_H
#define NS_SIM_H

#include "ns_charge.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_LEAKAGE_PERIOD = 16 }; /* counted cycles per sample of the leakage states */

/* What was counted, by either simulator. */
typedef struct ns_activity {
    uint64_t lane_cycles;             /* counted cycles, summed over lanes */
    uint64_t *toggles;                /* [nets] transitions, summed over lanes */
    double internal[NS_GROUPS_MAX];   /* joule, data pins of the group's cells */
    double clock[NS_GROUPS_MAX];      /* joule inside the group's flip-flops at the clock pin */
    double leakage[NS_GROUPS_MAX];    /* watt, summed over leakage_lanes */
    uint64_t leakage_lanes;
} ns_activity_t;

void ns_activity_init(ns_activity_t *activity, const ns_netlist_t *netlist);
void ns_activity_free(ns_activity_t *activity);

typedef struct ns_sim {
    const ns_netlist_t *netlist;
    const ns_charge_t *charge;
    uint64_t lanes;          /* mask of the lanes in use */
    uint64_t *value, *old;   /* [nets]; old: before the last edge */
    uint64_t *next;          /* [flops] */
    uint8_t **memory;        /* [rams][lane][word][bit] */
    bool counting;
    uint64_t counted;        /* cycles */
    ns_activity_t activity;
} ns_sim_t;

void ns_sim_init(ns_sim_t *sim, const ns_netlist_t *netlist, const ns_charge_t *charge, uint64_t lanes);
void ns_sim_free(ns_sim_t *sim);

/* The rising clock edge. */
void ns_sim_edge(ns_sim_t *sim);

/* Every combinational net and what clear and preset force, then the accounts if sim->counting. False: flip-flops clear and set one another for ever. */
bool ns_sim_settle(ns_sim_t *sim);

/* Next state of a flip-flop at an edge, from its pins in value[]; between edges clear and preset act in ns_sim_settle. Shared with the event simulator. */
uint64_t ns_flop_next(const ns_netlist_t *netlist, uint32_t inst, const uint64_t *value);

#ifdef __cplusplus
}
#endif
#endif
