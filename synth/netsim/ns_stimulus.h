/* ns_stimulus.h - inputs and expected outputs of a netlist, cycle by cycle, in up to 64 lanes. Twin: ns_stimulus.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bit l of every word belongs to lane l. As a file: a text, lines in this order, # starts a comment line:
 *     flx-netsim-stimulus 1
 *     unit MAC                 what one operation is called
 *     operations X             useful operations in the counted cycles, over all lanes
 *     lanes L                  1..64
 *     cycles N
 *     count_from C             cycles before are simulated and compared, but not counted
 *     input NAME WIDTH         a port each; clk_i is the clock and not listed
 *     output NAME WIDTH
 *     data
 * then N x L rows, lane 0..L-1 of cycle 0 first: one hexadecimal word per input, then one per output, or - where it is not compared.
 * Outputs are those at the end of the cycle, before the next clock edge. */
#ifndef NS_STIMULUS_H
#define NS_STIMULUS_H

#include "ns_netlist.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_STIM_PORTS = 32, NS_NAME_BYTES = 64, NS_LANES = 64 };

typedef struct ns_signal {
    char name[NS_NAME_BYTES];
    bool output;
    int width, first; /* first: its bit 0 among all inputs' (or outputs') bits */
} ns_signal_t;

typedef struct ns_stimulus {
    char unit[NS_NAME_BYTES];
    double operations;
    int lanes, signals, inputs, outputs; /* inputs, outputs: bits */
    ns_signal_t signal[NS_STIM_PORTS];
    uint64_t cycles, room, count_from;
    uint64_t *in;   /* [cycles][inputs] */
    uint64_t *out;  /* [cycles][outputs] expected */
    uint64_t *care; /* [cycles][signals] lanes in which the port is compared */
} ns_stimulus_t;

/* Empty, with unit and lanes. Ports first, then cycles. Free it in any case. */
void ns_stimulus_init(ns_stimulus_t *s, const char *unit, int lanes);
int ns_stimulus_port(ns_stimulus_t *s, const char *name, bool output, int width); /* number of the signal; -1: too many */
void ns_stimulus_cycle(ns_stimulus_t *s);                                          /* one more cycle, all 0, nothing compared */
void ns_stimulus_free(ns_stimulus_t *s);

/* Bits at .. at + width - 1 (width <= 64) of a signal in one lane of the last cycle; of an output they become expected. */
void ns_stimulus_put(ns_stimulus_t *s, int signal, int lane, int at, int width, uint64_t value);

/* One 32-bit word per 32 bits, as flx_program.h and flx_cmd.h pack them. */
void ns_stimulus_put_words(ns_stimulus_t *s, int signal, int lane, const uint32_t *words);

/* 0, or -1 with FILE:LINE and what was expected. */
int ns_stimulus_read(ns_stimulus_t *s, const char *path, char *error);
int ns_stimulus_write(const ns_stimulus_t *s, const char *path, char *error);

/* Every signal is a port of the netlist with its direction and width, and every input but clk_i is a signal. */
int ns_stimulus_fits(const ns_stimulus_t *s, const ns_netlist_t *netlist, char *error);

#ifdef __cplusplus
}
#endif
#endif
