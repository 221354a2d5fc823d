/* ns_charge.h - internal energy of a cell's transitions at its actual load. Twin: ns_charge.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * A transition of an output is charged to the first internal_power group of the pin whose related input changed in the same step and whose
 * condition holds afterwards; if none fits, the mean of the pin's groups is charged. A transition of an input is charged to
 * the first group of the input whose condition holds, and nothing if none does. Clock pins: see ns_charge_clock. */
#ifndef NS_CHARGE_H
#define NS_CHARGE_H

#include "ns_netlist.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ns_charge {
    const ns_netlist_t *netlist;
    float *energy;    /* joule, {rise, fall} of each group of each instance */
    uint32_t *first;  /* [insts] where an instance's start */
} ns_charge_t;

void ns_charge_init(ns_charge_t *charge, const ns_netlist_t *netlist);
void ns_charge_free(ns_charge_t *charge);

/* Joule of all transitions of the instance's pins, clock pins excluded, from old to value in the lanes of the mask. */
double ns_charge_step(const ns_charge_t *charge, uint32_t inst, const uint64_t *old, const uint64_t *value, uint64_t lanes);

/* Joule of one transition of pin `pin` caused by input `related` (the event simulator knows it), in one lane: value holds 0 or ~0. */
double ns_charge_event(const ns_charge_t *charge, uint32_t inst, int pin, int related, bool rise, const uint64_t *value);

/* Joule of a flip-flop's clock pin rising (or falling) in every lane of the mask. The conditions see value: for the rise the nets
 * before the edge, for the fall the settled nets. So data move while the clock is high. */
double ns_charge_clock(const ns_charge_t *charge, uint32_t inst, bool rise, const uint64_t *value, uint64_t lanes);

/* Watt, summed over the lanes of the mask: the library's state if it has one, else the cell's mean. */
double ns_charge_leakage(const ns_charge_t *charge, uint32_t inst, const uint64_t *value, uint64_t lanes);

/* Values of an instance's pins, and of its IQ and IQN, for its expressions: pin_value[pins + 2]. */
static inline void ns_gather(const ns_netlist_t *netlist, const ns_inst_t *inst, const uint64_t *value, uint64_t *pin_value)
{
    const uint32_t *net = netlist->pin_net + inst->pin0;
    for (int i = 0; i < inst->cell->pins; i++) pin_value[i] = value[net[i]];
}

static inline int ns_ones(uint64_t x)
{
    return __builtin_popcountll(x);
}

#ifdef __cplusplus
}
#endif
#endif
