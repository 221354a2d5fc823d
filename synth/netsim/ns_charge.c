/* ns_charge.c - internal energy of a cell's transitions. Header: ns_charge.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_charge.h"

#include <stdlib.h>

void ns_charge_init(ns_charge_t *charge, const ns_netlist_t *netlist)
{
    *charge = (ns_charge_t){.netlist = netlist, .first = ns_grow(NULL, netlist->insts * sizeof(uint32_t))};
    size_t count = 0;
    for (uint32_t i = 0; i < netlist->insts; i++) {
        charge->first[i] = (uint32_t)count;
        count += 2 * (size_t)netlist->inst[i].cell->powers;
    }
    charge->energy = ns_grow(NULL, count * sizeof *charge->energy);
    for (uint32_t i = 0; i < netlist->insts; i++) {
        const ns_inst_t *inst = &netlist->inst[i];
        for (int k = 0; k < inst->cell->pins; k++) {
            const double load = inst->cell->pin[k].output ? netlist->cap[netlist->pin_net[inst->pin0 + (uint32_t)k]] : 0.0;
            for (const ns_power_t *p = inst->cell->pin[k].power; p != NULL; p = p->next) {
                float *energy = charge->energy + charge->first[i] + 2 * p->index;
                energy[0] = (float)ns_curve_at(&p->rise, load);
                energy[1] = (float)ns_curve_at(&p->fall, load);
            }
        }
    }
}

void ns_charge_free(ns_charge_t *charge)
{
    free(charge->energy);
    free(charge->first);
}

static double mean(const ns_power_t *power, const float *energy, int edge)
{
    double sum = 0.0;
    int count = 0;
    for (; power != NULL; power = power->next, count++) sum += (double)energy[2 * power->index + edge];
    return count > 0 ? sum / count : 0.0;
}

double ns_charge_step(const ns_charge_t *charge, uint32_t i, const uint64_t *old, const uint64_t *value, uint64_t lanes)
{
    const ns_netlist_t *n = charge->netlist;
    const ns_inst_t *inst = &n->inst[i];
    const ns_cell_t *cell = inst->cell;
    const uint32_t *net = n->pin_net + inst->pin0;
    const float *energy = charge->energy + charge->first[i];
    const int clock = cell->kind == NS_FLIP_FLOP ? cell->clock_pin : NS_NO_PIN;
    uint64_t pin_value[NS_EXPR_VARIABLES];
    bool gathered = false;
    double sum = 0.0;
    for (int k = 0; k < cell->pins; k++) {
        const ns_power_t *power = cell->pin[k].power;
        if (power == NULL || k == clock) continue;
        const uint64_t changed = (old[net[k]] ^ value[net[k]]) & lanes;
        if (changed == 0) continue;
        uint64_t rise = changed & value[net[k]];
        uint64_t fall = changed & old[net[k]];
        for (; power != NULL && (rise | fall) != 0; power = power->next) {
            uint64_t fits = ~UINT64_C(0);
            if (power->related != NS_NO_PIN && power->related != clock) fits = old[net[power->related]] ^ value[net[power->related]];
            if (power->when.code != NULL && fits != 0) {
                if (!gathered) ns_gather(n, inst, value, pin_value);
                gathered = true;
                fits &= ns_expr_eval(&power->when, pin_value);
            }
            sum += ns_ones(rise & fits) * (double)energy[2 * power->index] + ns_ones(fall & fits) * (double)energy[2 * power->index + 1];
            rise &= ~fits;
            fall &= ~fits;
        }
        if ((rise | fall) != 0 && cell->pin[k].output)
            sum += ns_ones(rise) * mean(cell->pin[k].power, energy, 0) + ns_ones(fall) * mean(cell->pin[k].power, energy, 1);
    }
    return sum;
}

double ns_charge_event(const ns_charge_t *charge, uint32_t i, int pin, int related, bool rise, const uint64_t *value)
{
    const ns_inst_t *inst = &charge->netlist->inst[i];
    const float *energy = charge->energy + charge->first[i];
    const ns_pin_t *p = &inst->cell->pin[pin];
    uint64_t pin_value[NS_EXPR_VARIABLES];
    if (p->power == NULL) return 0.0;
    ns_gather(charge->netlist, inst, value, pin_value);
    for (const ns_power_t *power = p->power; power != NULL; power = power->next) {
        if (p->output && power->related != NS_NO_PIN && power->related != related) continue;
        if (power->when.code != NULL && (ns_expr_eval(&power->when, pin_value) & 1) == 0) continue;
        return (double)energy[2 * power->index + !rise];
    }
    return p->output ? mean(p->power, energy, !rise) : 0.0;
}

double ns_charge_clock(const ns_charge_t *charge, uint32_t i, bool rise, const uint64_t *value, uint64_t lanes)
{
    const ns_inst_t *inst = &charge->netlist->inst[i];
    const float *energy = charge->energy + charge->first[i];
    uint64_t pin_value[NS_EXPR_VARIABLES];
    ns_gather(charge->netlist, inst, value, pin_value);
    double sum = 0.0;
    for (const ns_power_t *power = inst->cell->pin[inst->cell->clock_pin].power; power != NULL && lanes != 0; power = power->next) {
        const uint64_t fits = power->when.code != NULL ? ns_expr_eval(&power->when, pin_value) & lanes : lanes;
        sum += ns_ones(fits) * (double)energy[2 * power->index + !rise];
        lanes &= ~fits;
    }
    return sum;
}

double ns_charge_leakage(const ns_charge_t *charge, uint32_t i, const uint64_t *value, uint64_t lanes)
{
    const ns_inst_t *inst = &charge->netlist->inst[i];
    double sum = 0.0;
    uint64_t pin_value[NS_EXPR_VARIABLES];
    ns_gather(charge->netlist, inst, value, pin_value);
    for (const ns_supply_t *supply = inst->cell->supply; supply != NULL; supply = supply->next) {
        uint64_t left = lanes;
        for (const ns_leakage_t *state = supply->state; state != NULL && left != 0; state = state->next) {
            const uint64_t fits = ns_expr_eval(&state->when, pin_value) & left;
            sum += ns_ones(fits) * state->watt;
            left &= ~fits;
        }
        sum += ns_ones(left) * supply->watt;
    }
    return sum;
}
