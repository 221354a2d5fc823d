/* ns_energy.h - energy from counted activity, and how much of the netlist it covers. Twin: ns_energy.c
 * SPDX-License-Identifier: Apache-2.0
 *
 *   switching   toggles x C V^2 / 2; C: input pins on the net and the wire allowance. A net belongs to its driver's group
 *   internal    internal_power of every transition of the group's cells, clock pins excluded (ns_charge.h)
 *   clock       the flip-flops' clock pins: internal energy of both edges, and C V^2 a cycle
 *   leakage     mean power of the group's cells over the sampled states
 * All per lane and counted cycle. */
#ifndef NS_ENERGY_H
#define NS_ENERGY_H

#include "ns_sim.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ns_part {
    double switching, internal, clock; /* joule per cycle */
    double leakage;                    /* watt */
    double area;                       /* library units */
    uint32_t cells, flops;
} ns_part_t;

typedef struct ns_energy {
    int groups;
    ns_part_t part[NS_GROUPS_MAX];
    ns_part_t total;
} ns_energy_t;

ns_energy_t ns_energy_of(const ns_activity_t *activity, const ns_netlist_t *netlist, const ns_library_t *library, const ns_groups_t *groups);

/* How much is annotated: shares of 0..1. */
typedef struct ns_cover {
    double nets;     /* nets with loads whose activity comes from the simulation, not from a memory's black box */
    double cap;      /* the same, by capacitance */
    double cells;    /* cells with power data in the library; memories count as cells without */
    double toggling; /* annotated nets that moved at least once: quality of the stimulus, no condition */
} ns_cover_t;

ns_cover_t ns_cover_of(const ns_activity_t *activity, const ns_netlist_t *netlist);

/* The least share that lets a figure be printed. */
#define NS_COVER_MIN 0.95

#ifdef __cplusplus
}
#endif
#endif
