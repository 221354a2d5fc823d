/* ns_run.h - a stimulus through either simulator: every expected output compared, activity counted. Twin: ns_run.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_RUN_H
#define NS_RUN_H

#include "ns_glitch.h"
#include "ns_stimulus.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ns_outcome { NS_AGREES, NS_DIFFERS, NS_REFUSED } ns_outcome_t;

typedef struct ns_run {
    uint64_t cycles;        /* how many to run, 0: all */
    uint64_t lanes;         /* mask */
    uint64_t compared;      /* words (ports of a lane in a cycle) that were compared */
    double settle_ns;       /* events: longest time from an edge to the last change */
    ns_activity_t activity; /* of the caller: init and free */
} ns_run_t;

/* Zero delay, all lanes of the mask at once. NS_DIFFERS: the first difference is in error, as cycle, lane, port, expected and actual. */
ns_outcome_t ns_run_zero(ns_run_t *run, const ns_stimulus_t *stimulus, const ns_netlist_t *netlist, const ns_charge_t *charge, char *error);

/* With delays, lane after lane. tick in seconds. */
ns_outcome_t ns_run_glitch(ns_run_t *run, const ns_stimulus_t *stimulus, const ns_netlist_t *netlist, const ns_charge_t *charge, double tick, char *error);

#ifdef __cplusplus
}
#endif
#endif
