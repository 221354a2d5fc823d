/* ns_report.h - the runs of one netlist as a table and as JSON. Twin: docs/energy.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_REPORT_H
#define NS_REPORT_H

#include "flx/flx_trace.h"
#include "ns_energy.h"
#include "ns_options.h"
#include "ns_stimulus.h"

/* One stimulus, all of whose outputs agreed. */
typedef struct ns_row {
    char name[256];           /* file, or what stands for one */
    flx_trace_source_t source; /* of the trace; empty strings otherwise */
    size_t m, n, k;           /* of the product; 0 without one */
    char unit[NS_NAME_BYTES];
    double operations;        /* in the counted cycles, over all lanes */
    uint64_t lane_cycles;     /* counted cycles, summed over lanes */
    int lanes;
    uint64_t compared;        /* words */
    ns_energy_t energy;       /* zero delay */
    ns_cover_t cover;
    uint64_t glitch_cycles;   /* lane-cycles with delays; 0: none */
    double factor[NS_GROUPS_MAX]; /* switching and internal energy with delays over that without, on the same cycles */
    double settle_ns;
    int tensor_writes;        /* core: products whose exponent Autoflex predicted, over all lanes */
    double autoflex_cycles;   /* of one, mean */
} ns_row_t;

typedef struct ns_report {
    const ns_options_t *options;
    const ns_library_t *library;
    const ns_netlist_t *netlist;
    const ns_groups_t *groups;
    ns_row_t *row;
    int rows;
} ns_report_t;

/* Table or JSON on stdout, and the JSON into --report. Exit code. */
int ns_report_print(const ns_report_t *report);

#endif
