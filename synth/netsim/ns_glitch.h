/* ns_glitch.h - event-driven simulation of one lane with the library's delays: toggles and energy with glitches. Twin: ns_glitch.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * Delay of an output: the library's arc of the input that changed, at the library's slew and the net's actual load, rounded to whole ticks
 * and at least one. Inertial: an output has at most one change under way, and an input change that takes it back cancels it:
 * a pulse shorter than the delay is swallowed, one as long passes.
 * Flip-flop outputs change by their clock arc after the edge, module inputs at the edge itself. */
#ifndef NS_GLITCH_H
#define NS_GLITCH_H

#include "ns_sim.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ns_event {
    uint32_t net;
    uint32_t stamp; /* valid while it is the net's */
    int8_t related; /* once it has happened: pin of the driver that caused it */
} ns_event_t;

typedef struct ns_bucket {
    ns_event_t *event;
    uint32_t count, room;
} ns_bucket_t;

typedef struct ns_pending {
    uint32_t stamp; /* of the change under way */
    bool active;
    int8_t related; /* pin of the driver that causes it */
} ns_pending_t;

typedef struct ns_glitch {
    const ns_netlist_t *netlist;
    const ns_charge_t *charge;
    double tick;         /* second */
    uint64_t *value;     /* [nets] 0 or ~0 */
    uint64_t *next;      /* [flops] */
    uint32_t *load0;     /* [nets + 1] where a net's loads start */
    uint32_t *load;      /* instance and pin: inst * NS_EXPR_VARIABLES + pin */
    uint32_t *delay0;    /* [insts] */
    uint16_t *delay;     /* ticks: per output pin, per input pin, {rise, fall} */
    ns_pending_t *pending; /* [nets] */
    ns_bucket_t *wheel;  /* [slots] */
    uint32_t slots;      /* a power of two above the longest delay */
    uint64_t now, events_left;
    uint64_t last;       /* tick of the last change of the cycle */
    uint64_t latest;     /* largest `last` so far */
    bool counting;
    uint64_t counted;
    ns_activity_t activity;
} ns_glitch_t;

/* 0, or -1 with error when an output of a cell in use has no delay. tick in seconds. */
int ns_glitch_init(ns_glitch_t *glitch, const ns_netlist_t *netlist, const ns_charge_t *charge, double tick, char *error);
void ns_glitch_free(ns_glitch_t *glitch);

/* One cycle: the clock edge, then the inputs through ns_glitch_input, then ns_glitch_settle. The first cycle starts without an edge. */
void ns_glitch_edge(ns_glitch_t *glitch);
void ns_glitch_input(ns_glitch_t *glitch, uint32_t net, bool value);
void ns_glitch_settle(ns_glitch_t *glitch);

#ifdef __cplusplus
}
#endif
#endif
