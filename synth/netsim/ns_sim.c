/* ns_sim.c - zero-delay simulation in 64 lanes. Header: ns_sim.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_sim.h"

#include <stdlib.h>
#include <string.h>

void ns_activity_init(ns_activity_t *activity, const ns_netlist_t *netlist)
{
    *activity = (ns_activity_t){.toggles = ns_zeroed(netlist->nets, sizeof(uint64_t))};
}

void ns_activity_free(ns_activity_t *activity)
{
    free(activity->toggles);
}

/* Sets a flip-flop's outputs in value[] to a state, IQ and IQN. */
static void flop_outputs(const ns_netlist_t *netlist, uint32_t i, uint64_t state, uint64_t inverse, uint64_t *value)
{
    const ns_inst_t *inst = &netlist->inst[i];
    const ns_cell_t *cell = inst->cell;
    uint64_t pin[NS_EXPR_VARIABLES];
    ns_gather(netlist, inst, value, pin);
    pin[cell->pins] = state;
    pin[cell->pins + 1] = inverse;
    for (int k = 0; k < cell->pins; k++) {
        if (cell->pin[k].output && cell->pin[k].function.code != NULL)
            value[netlist->pin_net[inst->pin0 + (uint32_t)k]] = ns_expr_eval(&cell->pin[k].function, pin);
    }
}

void ns_sim_init(ns_sim_t *sim, const ns_netlist_t *netlist, const ns_charge_t *charge, uint64_t lanes)
{
    *sim = (ns_sim_t){.netlist = netlist, .charge = charge, .lanes = lanes, .value = ns_zeroed(netlist->nets, 8), .old = ns_zeroed(netlist->nets, 8),
                      .next = ns_zeroed(netlist->flops, 8), .memory = ns_zeroed(netlist->rams, sizeof(uint8_t *))};
    sim->value[NS_NET_1] = ~UINT64_C(0);
    if (netlist->clock != NS_NET_0) sim->value[netlist->clock] = ~UINT64_C(0);
    for (uint32_t i = 0; i < netlist->flops; i++) flop_outputs(netlist, netlist->flop[i], 0, ~UINT64_C(0), sim->value);
    for (uint32_t i = 0; i < netlist->rams; i++)
        sim->memory[i] = ns_zeroed((size_t)64 << netlist->ram[i].waddr.width, (size_t)netlist->ram[i].wdata.width);
    ns_activity_init(&sim->activity, netlist);
}

void ns_sim_free(ns_sim_t *sim)
{
    for (uint32_t i = 0; i < sim->netlist->rams; i++) free(sim->memory[i]);
    free(sim->memory);
    free(sim->value);
    free(sim->old);
    free(sim->next);
    ns_activity_free(&sim->activity);
}

/* Pins of a flip-flop, and its state as its outputs show it, for expressions that mention it. */
static void flop_pins(const ns_netlist_t *netlist, const ns_inst_t *inst, const uint64_t *value, uint64_t pin[NS_EXPR_VARIABLES])
{
    const ns_cell_t *cell = inst->cell;
    ns_gather(netlist, inst, value, pin);
    pin[cell->pins] = 0;
    for (int k = 0; k < cell->pins; k++) {
        const ns_expr_t *f = &cell->pin[k].function;
        if (cell->pin[k].output && f->length == 1 && f->code[0] == cell->pins) pin[cell->pins] = pin[k];
        if (cell->pin[k].output && f->length == 1 && f->code[0] == cell->pins + 1) pin[cell->pins] = ~pin[k];
    }
    pin[cell->pins + 1] = ~pin[cell->pins];
}

static uint64_t chosen(char both, uint64_t kept)
{
    return both == 'H' ? ~UINT64_C(0) : both == 'L' ? 0 : both == 'T' ? ~kept : kept;
}

typedef struct forced {
    uint64_t active, state, inverse; /* where clear or preset acts, and what IQ and IQN are there */
} forced_t;

static forced_t forced_by(const ns_cell_t *cell, const uint64_t pin[NS_EXPR_VARIABLES])
{
    const uint64_t clear = cell->clear.code != NULL ? ns_expr_eval(&cell->clear, pin) : 0;
    const uint64_t preset = cell->preset.code != NULL ? ns_expr_eval(&cell->preset, pin) : 0;
    const uint64_t both = clear & preset, state = pin[cell->pins];
    return (forced_t){clear | preset, (preset & ~clear) | (chosen(cell->both[0], state) & both), (clear & ~preset) | (chosen(cell->both[1], ~state) & both)};
}

uint64_t ns_flop_next(const ns_netlist_t *netlist, uint32_t i, const uint64_t *value)
{
    const ns_cell_t *cell = netlist->inst[i].cell;
    uint64_t pin[NS_EXPR_VARIABLES];
    flop_pins(netlist, &netlist->inst[i], value, pin);
    const forced_t forced = forced_by(cell, pin);
    return (ns_expr_eval(&cell->next_state, pin) & ~forced.active) | forced.state;
}

/* Clear and preset act while they are active, whatever the clock does. Whether an output changed. */
static bool force_flop(const ns_netlist_t *netlist, uint32_t i, uint64_t *value)
{
    const ns_inst_t *inst = &netlist->inst[i];
    const ns_cell_t *cell = inst->cell;
    uint64_t pin[NS_EXPR_VARIABLES], before[NS_EXPR_VARIABLES], after[NS_EXPR_VARIABLES];
    flop_pins(netlist, inst, value, pin);
    const forced_t forced = forced_by(cell, pin);
    if (forced.active == 0) return false;
    ns_gather(netlist, inst, value, before);
    flop_outputs(netlist, i, (pin[cell->pins] & ~forced.active) | forced.state, (pin[cell->pins + 1] & ~forced.active) | forced.inverse, value);
    ns_gather(netlist, inst, value, after);
    return memcmp(before, after, (size_t)cell->pins * sizeof *before) != 0;
}

static size_t address(const ns_port_t *port, const uint64_t *value, int lane)
{
    size_t word = 0;
    for (int k = 0; k < port->width; k++) word |= (size_t)(value[port->net[k]] >> lane & 1) << k;
    return word;
}

/* rdata keeps its word until the next read; a read sees the word before a write in the same cycle. */
static void clock_ram(const ns_ram_t *ram, uint8_t *memory, const uint64_t *old, uint64_t *value)
{
    const size_t bits = (size_t)ram->wdata.width;
    const size_t words = (size_t)1 << ram->waddr.width;
    const uint64_t read = old[ram->re.net[0]];
    const uint64_t write = old[ram->we.net[0]];
    for (int lane = 0; (read | write) != 0 && lane < 64; lane++) {
        uint8_t *bank = memory + (size_t)lane * words * bits;
        if ((read >> lane & 1) != 0) {
            const uint8_t *word = bank + address(&ram->raddr, old, lane) * bits;
            for (size_t k = 0; k < bits; k++) {
                uint64_t *net = &value[ram->rdata.net[k]];
                *net = (*net & ~(UINT64_C(1) << lane)) | (uint64_t)word[k] << lane;
            }
        }
        if ((write >> lane & 1) != 0) {
            uint8_t *word = bank + address(&ram->waddr, old, lane) * bits;
            for (size_t k = 0; k < bits; k++) word[k] = (uint8_t)(old[ram->wdata.net[k]] >> lane & 1);
        }
    }
}

void ns_sim_edge(ns_sim_t *sim)
{
    const ns_netlist_t *n = sim->netlist;
    for (uint32_t i = 0; i < n->flops; i++) {
        sim->next[i] = ns_flop_next(n, n->flop[i], sim->value);
        if (sim->counting) sim->activity.clock[n->inst[n->flop[i]].group] += ns_charge_clock(sim->charge, n->flop[i], true, sim->value, sim->lanes);
    }
    memcpy(sim->old, sim->value, n->nets * sizeof *sim->old);
    for (uint32_t i = 0; i < n->flops; i++) flop_outputs(n, n->flop[i], sim->next[i], ~sim->next[i], sim->value);
    for (uint32_t i = 0; i < n->rams; i++) clock_ram(&n->ram[i], sim->memory[i], sim->old, sim->value);
}

static void account(ns_sim_t *sim)
{
    const ns_netlist_t *n = sim->netlist;
    ns_activity_t *a = &sim->activity;
    a->lane_cycles += (uint64_t)ns_ones(sim->lanes);
    for (uint32_t net = 0; net < n->nets; net++) a->toggles[net] += (uint64_t)ns_ones((sim->old[net] ^ sim->value[net]) & sim->lanes);
    for (uint32_t i = 0; i < n->insts; i++) a->internal[n->inst[i].group] += ns_charge_step(sim->charge, i, sim->old, sim->value, sim->lanes);
    for (uint32_t i = 0; i < n->flops; i++)
        a->clock[n->inst[n->flop[i]].group] += ns_charge_clock(sim->charge, n->flop[i], false, sim->value, sim->lanes);
    if (sim->counted++ % NS_LEAKAGE_PERIOD != 0) return;
    a->leakage_lanes += (uint64_t)ns_ones(sim->lanes);
    for (uint32_t i = 0; i < n->insts; i++) a->leakage[n->inst[i].group] += ns_charge_leakage(sim->charge, i, sim->value, sim->lanes);
}

static void settle_gates(ns_sim_t *sim)
{
    const ns_netlist_t *n = sim->netlist;
    uint64_t pin[NS_EXPR_VARIABLES];
    for (uint32_t i = 0; i < n->orders; i++) {
        const ns_inst_t *inst = &n->inst[n->order[i]];
        ns_gather(n, inst, sim->value, pin);
        for (int k = 0; k < inst->cell->pins; k++) {
            const ns_pin_t *p = &inst->cell->pin[k];
            if (p->output && p->function.code != NULL) sim->value[n->pin_net[inst->pin0 + (uint32_t)k]] = ns_expr_eval(&p->function, pin);
        }
    }
}

bool ns_sim_settle(ns_sim_t *sim)
{
    const ns_netlist_t *n = sim->netlist;
    bool forced = true;
    for (uint32_t round = 0; forced && round < n->flops + 2; round++) {
        settle_gates(sim);
        forced = false;
        for (uint32_t i = 0; i < n->flops; i++) {
            const ns_cell_t *cell = n->inst[n->flop[i]].cell;
            if ((cell->clear.code != NULL || cell->preset.code != NULL) && force_flop(n, n->flop[i], sim->value)) forced = true;
        }
    }
    if (sim->counting) account(sim);
    return !forced;
}
