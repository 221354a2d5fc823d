/* ns_options.h - options of flx-netsim. See docs/energy.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_OPTIONS_H
#define NS_OPTIONS_H

#include "cli/flx_cli.h"
#include "flx/flx_config.h"
#include "ns_rival.h"

typedef enum ns_mode { NS_MODE_NONE, NS_MODE_FILE, NS_MODE_PE, NS_MODE_REQUANT, NS_MODE_CORE, NS_MODE_RIVAL } ns_mode_t;

typedef struct ns_options {
    const char *library, *netlist, *top, *groups, *stimulus, *write_stimulus, *report, *label;
    const flx_config_t *config;
    const ns_rival_t *rival;
    ns_mode_t mode;
    int modes;            /* how many were given */
    double slew_ns, wire_ff, clock_mhz, tick_ps;
    uint64_t cycles, glitch_cycles, glitch_lanes;
    uint32_t lanes;       /* LANES of the processing elements */
    uint32_t acc_bits;    /* their ACC_BITS, of flex16 */
    uint32_t pipe;        /* their PE_PIPE */
    uint64_t m, n, k;     /* core: the operands are cut to these */
    bool json, random;
    bool liberty;         /* only the library, printed again */
    char **trace;
    int traces;
} ns_options_t;

/* -1: go on; else the exit code, after a line on stderr or the help. */
int ns_options_parse(ns_options_t *options, int argc, char **argv);

#endif
