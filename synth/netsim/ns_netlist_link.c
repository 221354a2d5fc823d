/* ns_netlist_link.c - drivers, loads, the order of evaluation and the clock of a flat netlist. Header: ns_netlist.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "ns_netlist.h"

int ns_netlist_link(ns_netlist_t *netlist, const char *path, double wire_cap, char *error);

static int drive(ns_netlist_t *n, uint32_t net, int32_t driver, const char *path, char *error)
{
    if (n->driver[net] != NS_NO_DRIVER) return ns_fail(error, "%s: net %u has two drivers, expected one", path, net);
    n->driver[net] = driver;
    return 0;
}

static int find_drivers(ns_netlist_t *n, const char *path, double wire_cap, char *error)
{
    n->driver = ns_grow(NULL, n->nets * sizeof *n->driver);
    n->fanout = ns_zeroed(n->nets, sizeof *n->fanout);
    n->cap = ns_zeroed(n->nets, sizeof *n->cap);
    n->wire_cap = wire_cap;
    for (uint32_t i = 0; i < n->nets; i++) n->driver[i] = NS_NO_DRIVER;
    n->driver[NS_NET_0] = n->driver[NS_NET_1] = NS_INPUT_DRIVER;
    for (uint32_t i = 0; i < n->ports; i++) {
        for (int k = 0; !n->port[i].output && k < n->port[i].width; k++) {
            if (drive(n, n->port[i].net[k], NS_INPUT_DRIVER, path, error) != 0) return -1;
        }
    }
    for (uint32_t i = 0; i < n->rams; i++) {
        for (int k = 0; k < n->ram[i].rdata.width; k++) {
            if (drive(n, n->ram[i].rdata.net[k], NS_RAM_DRIVER, path, error) != 0) return -1;
        }
    }
    for (uint32_t i = 0; i < n->insts; i++) {
        const ns_inst_t *inst = &n->inst[i];
        n->area += inst->cell->area;
        for (int k = 0; k < inst->cell->pins; k++) {
            const uint32_t net = n->pin_net[inst->pin0 + (uint32_t)k];
            if (inst->cell->pin[k].output) {
                if (drive(n, net, (int32_t)i, path, error) != 0) return -1;
                n->cap[net] += inst->cell->pin[k].cap;
            } else {
                n->fanout[net]++;
                n->cap[net] += inst->cell->pin[k].cap + wire_cap;
            }
        }
    }
    return 0;
}

/* Kahn's order over the combinational instances. */
static int sort(ns_netlist_t *n, const char *path, char *error)
{
    uint32_t *missing = ns_zeroed(n->insts, sizeof *missing);
    uint32_t *first = ns_zeroed(n->nets + 1, sizeof *first);
    for (uint32_t net = 0; net < n->nets; net++) first[net + 1] = first[net] + n->fanout[net];
    uint32_t *load = ns_grow(NULL, first[n->nets] * sizeof *load);
    uint32_t *used = ns_zeroed(n->nets, sizeof *used);
    n->order = ns_grow(NULL, n->insts * sizeof *n->order);
    n->flop = ns_grow(NULL, n->insts * sizeof *n->flop);
    for (uint32_t i = 0; i < n->insts; i++) {
        const ns_inst_t *inst = &n->inst[i];
        const bool flop = inst->cell->kind == NS_FLIP_FLOP;
        if (flop) n->flop[n->flops++] = i;
        for (int k = 0; k < inst->cell->pins; k++) {
            if (inst->cell->pin[k].output) continue;
            const uint32_t net = n->pin_net[inst->pin0 + (uint32_t)k];
            load[first[net] + used[net]++] = i;
            const int32_t driver = n->driver[net];
            missing[i] += !flop && driver >= 0 && n->inst[driver].cell->kind == NS_COMB;
        }
        if (!flop && missing[i] == 0) n->order[n->orders++] = i;
    }
    for (uint32_t done = 0; done < n->orders; done++) {
        const ns_inst_t *inst = &n->inst[n->order[done]];
        for (int k = 0; k < inst->cell->pins; k++) {
            if (!inst->cell->pin[k].output) continue;
            const uint32_t net = n->pin_net[inst->pin0 + (uint32_t)k];
            for (uint32_t j = first[net]; j < first[net + 1]; j++) {
                if (n->inst[load[j]].cell->kind == NS_COMB && --missing[load[j]] == 0) n->order[n->orders++] = load[j];
            }
        }
    }
    free(missing);
    free(first);
    free(load);
    free(used);
    if (n->orders + n->flops != n->insts)
        return ns_fail(error, "%s: %u cells stand in a combinational loop, expected none", path, n->insts - n->orders - n->flops);
    return 0;
}

static int find_clock(ns_netlist_t *n, const char *path, char *error)
{
    const ns_port_t *clock = ns_netlist_port(n, "clk_i");
    n->clock = clock != NULL && !clock->output && clock->width == 1 ? clock->net[0] : NS_NET_0;
    for (uint32_t i = 0; i < n->flops; i++) {
        const ns_inst_t *inst = &n->inst[n->flop[i]];
        if (n->clock == NS_NET_0 || n->pin_net[inst->pin0 + (uint32_t)inst->cell->clock_pin] != n->clock || inst->cell->falling)
            return ns_fail(error, "%s: clock of a %s is not the rising edge of input clk_i, expected one clock", path, inst->cell->name);
    }
    return 0;
}

int ns_netlist_link(ns_netlist_t *netlist, const char *path, double wire_cap, char *error)
{
    if (find_drivers(netlist, path, wire_cap, error) != 0 || sort(netlist, path, error) != 0 || find_clock(netlist, path, error) != 0) return -1;
    for (uint32_t net = 0; net < netlist->nets; net++) {
        if (netlist->driver[net] == NS_NO_DRIVER && netlist->fanout[net] > 0) return ns_fail(error, "%s: net %u has loads and no driver", path, net);
    }
    return 0;
}
