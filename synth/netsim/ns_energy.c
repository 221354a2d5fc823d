/* ns_energy.c - energy from counted activity. Header: ns_energy.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_energy.h"

static void add_part(ns_part_t *sum, const ns_part_t *x)
{
    sum->switching += x->switching;
    sum->internal += x->internal;
    sum->clock += x->clock;
    sum->leakage += x->leakage;
    sum->area += x->area;
    sum->cells += x->cells;
    sum->flops += x->flops;
}

ns_energy_t ns_energy_of(const ns_activity_t *activity, const ns_netlist_t *n, const ns_library_t *library, const ns_groups_t *groups)
{
    ns_energy_t e = {.groups = groups->count};
    const double cycles = activity->lane_cycles > 0 ? (double)activity->lane_cycles : 1.0;
    const double samples = activity->leakage_lanes > 0 ? (double)activity->leakage_lanes : 1.0;
    const double square = library->volt * library->volt;
    for (uint32_t net = 0; net < n->nets; net++) {
        if (net == n->clock) continue;
        const int32_t driver = n->driver[net];
        const int group = driver >= 0 ? n->inst[driver].group : driver == NS_INPUT_DRIVER ? NS_GROUP_INPUT : NS_GROUP_REST;
        e.part[group].switching += (double)activity->toggles[net] * 0.5 * n->cap[net] * square / cycles;
    }
    for (uint32_t i = 0; i < n->insts; i++) {
        ns_part_t *part = &e.part[n->inst[i].group];
        part->cells++;
        part->area += n->inst[i].cell->area;
    }
    for (uint32_t i = 0; i < n->flops; i++) {
        const ns_inst_t *inst = &n->inst[n->flop[i]];
        e.part[inst->group].clock += (inst->cell->pin[inst->cell->clock_pin].cap + n->wire_cap) * square;
        e.part[inst->group].flops++;
    }
    for (int g = 0; g < e.groups; g++) {
        e.part[g].internal = activity->internal[g] / cycles;
        e.part[g].clock += activity->clock[g] / cycles;
        e.part[g].leakage = activity->leakage[g] / samples;
        add_part(&e.total, &e.part[g]);
    }
    return e;
}

ns_cover_t ns_cover_of(const ns_activity_t *activity, const ns_netlist_t *n)
{
    uint64_t nets = 0;
    uint64_t simulated = 0;
    uint64_t moved = 0;
    uint64_t powered = 0;
    double cap = 0.0;
    double cap_simulated = 0.0;
    for (uint32_t net = NS_NET_1 + 1; net < n->nets; net++) {
        if (n->fanout[net] == 0 || net == n->clock) continue;
        nets++;
        cap += n->cap[net];
        if (n->driver[net] == NS_RAM_DRIVER) continue;
        simulated++;
        cap_simulated += n->cap[net];
        moved += activity->toggles[net] > 0;
    }
    for (uint32_t i = 0; i < n->insts; i++) powered += n->inst[i].cell->has_power;
    const uint64_t cells = (uint64_t)n->insts + n->rams;
    return (ns_cover_t){.nets = nets > 0 ? (double)simulated / (double)nets : 1.0, .cap = cap > 0.0 ? cap_simulated / cap : 1.0,
                        .cells = cells > 0 ? (double)powered / (double)cells : 1.0, .toggling = simulated > 0 ? (double)moved / (double)simulated : 0.0};
}
