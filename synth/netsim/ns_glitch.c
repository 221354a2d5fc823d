/* ns_glitch.c - event-driven simulation with the library's delays. Header: ns_glitch.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_glitch.h"

#include <math.h>
#include <stdlib.h>

static uint16_t ticks(const ns_glitch_t *g, double seconds)
{
    const double count = round(seconds / g->tick);
    return count < 1.0 ? 1 : count > 65534.0 ? 65534 : (uint16_t)count;
}

static uint16_t *delay_of(const ns_glitch_t *g, uint32_t inst, int out, int related)
{
    return g->delay + g->delay0[inst] + 2 * (out * g->netlist->inst[inst].cell->pins + related);
}

/* Delays of one instance; a missing edge takes the arc's other edge, a missing arc the output's slowest. */
static int fill_delays(ns_glitch_t *g, uint32_t i, uint32_t *longest, char *error)
{
    const ns_inst_t *inst = &g->netlist->inst[i];
    const ns_cell_t *cell = inst->cell;
    for (int out = 0; out < cell->pins; out++) {
        const ns_pin_t *pin = &cell->pin[out];
        if (!pin->output || pin->function.code == NULL) continue;
        const double load = g->netlist->cap[g->netlist->pin_net[inst->pin0 + (uint32_t)out]];
        uint16_t slowest = 0;
        for (const ns_delay_t *d = pin->delay; d != NULL; d = d->next) {
            if (d->rises == 0 && d->falls == 0) continue;
            uint16_t *delay = delay_of(g, i, out, d->related);
            delay[0] = ticks(g, ns_curve_at(d->rises > 0 ? &d->rise : &d->fall, load));
            delay[1] = ticks(g, ns_curve_at(d->falls > 0 ? &d->fall : &d->rise, load));
            for (int edge = 0; edge < 2; edge++) slowest = delay[edge] > slowest ? delay[edge] : slowest;
        }
        bool constant = true; /* tie cells have no inputs and need no delay */
        for (int k = 0; k < cell->pins; k++) {
            if (cell->pin[k].output) continue;
            constant = false;
            uint16_t *delay = delay_of(g, i, out, k);
            if (delay[0] == 0) delay[0] = delay[1] = slowest;
        }
        if (slowest == 0 && !constant) return ns_fail(error, "library: cell %s: output %s has no delay, expected timing tables for the glitch figure", cell->name, pin->name);
        if (slowest > *longest) *longest = slowest;
    }
    return 0;
}

static void link_loads(ns_glitch_t *g)
{
    const ns_netlist_t *n = g->netlist;
    g->load0 = ns_zeroed(n->nets + 1, sizeof *g->load0);
    for (uint32_t net = 0; net < n->nets; net++) g->load0[net + 1] = g->load0[net] + n->fanout[net];
    g->load = ns_zeroed(g->load0[n->nets], sizeof *g->load);
    uint32_t *used = ns_zeroed(n->nets, sizeof *used);
    for (uint32_t i = 0; i < n->insts; i++) {
        for (int k = 0; k < n->inst[i].cell->pins; k++) {
            if (n->inst[i].cell->pin[k].output) continue;
            const uint32_t net = n->pin_net[n->inst[i].pin0 + (uint32_t)k];
            g->load[g->load0[net] + used[net]++] = i * NS_EXPR_VARIABLES + (uint32_t)k;
        }
    }
    free(used);
}

int ns_glitch_init(ns_glitch_t *g, const ns_netlist_t *netlist, const ns_charge_t *charge, double tick, char *error)
{
    *g = (ns_glitch_t){.netlist = netlist, .charge = charge, .tick = tick, .value = ns_zeroed(netlist->nets, 8), .next = ns_zeroed(netlist->flops, 8),
                       .delay0 = ns_zeroed(netlist->insts, sizeof(uint32_t)), .pending = ns_zeroed(netlist->nets, sizeof(ns_pending_t))};
    ns_activity_init(&g->activity, netlist);
    if (netlist->rams > 0) return ns_fail(error, "netlist has %u memories, expected none for the glitch figure", netlist->rams);
    for (uint32_t i = 0; i < netlist->flops; i++) {
        const ns_cell_t *cell = netlist->inst[netlist->flop[i]].cell;
        if (cell->clear.code != NULL || cell->preset.code != NULL)
            return ns_fail(error, "netlist has a %s, expected flip-flops without clear and preset for the glitch figure", cell->name);
    }
    link_loads(g);
    size_t count = 0;
    for (uint32_t i = 0; i < netlist->insts; i++) {
        g->delay0[i] = (uint32_t)count;
        count += 2 * (size_t)(netlist->inst[i].cell->pins * netlist->inst[i].cell->pins);
    }
    g->delay = ns_zeroed(count, sizeof *g->delay);
    uint32_t longest = 1;
    for (uint32_t i = 0; i < netlist->insts; i++) {
        if (fill_delays(g, i, &longest, error) != 0) return -1;
    }
    for (g->slots = 2; g->slots <= longest; g->slots *= 2) {}
    g->wheel = ns_zeroed(g->slots, sizeof *g->wheel);
    /* The state that a zero-delay simulation starts in: flip-flops and inputs 0, every other net settled. */
    ns_sim_t sim;
    ns_sim_init(&sim, netlist, charge, ~UINT64_C(0));
    ns_sim_settle(&sim);
    for (uint32_t net = 0; net < netlist->nets; net++) g->value[net] = sim.value[net];
    ns_sim_free(&sim);
    return 0;
}

void ns_glitch_free(ns_glitch_t *g)
{
    for (uint32_t i = 0; g->wheel != NULL && i < g->slots; i++) free(g->wheel[i].event);
    free(g->wheel);
    free(g->value);
    free(g->next);
    free(g->load0);
    free(g->load);
    free(g->delay0);
    free(g->delay);
    free(g->pending);
    ns_activity_free(&g->activity);
}

/* Asks for output net to become target after delay ticks. */
static void schedule(ns_glitch_t *g, uint32_t net, uint64_t target, int related, uint16_t delay)
{
    ns_pending_t *p = &g->pending[net];
    if (p->active) {
        if (target == g->value[net]) {
            p->active = false;
            g->events_left--;
        }
        return;
    }
    if (target == g->value[net]) return;
    p->active = true;
    p->stamp++;
    p->related = (int8_t)related;
    ns_bucket_t *bucket = &g->wheel[(g->now + delay) & (g->slots - 1)];
    if (bucket->count == bucket->room) bucket->event = ns_grow(bucket->event, (bucket->room = bucket->room * 2 + 16) * sizeof *bucket->event);
    bucket->event[bucket->count++] = (ns_event_t){.net = net, .stamp = p->stamp};
    g->events_left++;
}

/* The net has its new value: accounts, then every load looks again. */
static void changed(ns_glitch_t *g, uint32_t net, int related)
{
    const ns_netlist_t *n = g->netlist;
    const bool rise = g->value[net] != 0;
    g->last = g->now;
    if (g->counting) {
        g->activity.toggles[net]++;
        const int32_t driver = n->driver[net];
        if (driver >= 0) {
            const ns_inst_t *inst = &n->inst[driver];
            for (int k = 0; k < inst->cell->pins; k++) {
                if (inst->cell->pin[k].output && n->pin_net[inst->pin0 + (uint32_t)k] == net)
                    g->activity.internal[inst->group] += ns_charge_event(g->charge, (uint32_t)driver, k, related, rise, g->value);
            }
        }
    }
    for (uint32_t j = g->load0[net]; j < g->load0[net + 1]; j++) {
        const uint32_t i = g->load[j] / NS_EXPR_VARIABLES;
        const int pin = (int)(g->load[j] % NS_EXPR_VARIABLES);
        const ns_cell_t *cell = n->inst[i].cell;
        if (g->counting && cell->pin[pin].power != NULL) g->activity.internal[n->inst[i].group] += ns_charge_event(g->charge, i, pin, NS_NO_PIN, rise, g->value);
        if (cell->kind != NS_COMB) continue;
        uint64_t pin_value[NS_EXPR_VARIABLES];
        ns_gather(n, &n->inst[i], g->value, pin_value);
        for (int out = 0; out < cell->pins; out++) {
            if (!cell->pin[out].output || cell->pin[out].function.code == NULL) continue;
            const uint64_t target = ns_expr_eval(&cell->pin[out].function, pin_value);
            schedule(g, n->pin_net[n->inst[i].pin0 + (uint32_t)out], target, pin, delay_of(g, i, out, pin)[target == 0]);
        }
    }
}

void ns_glitch_edge(ns_glitch_t *g)
{
    const ns_netlist_t *n = g->netlist;
    g->now = g->last = 0;
    for (uint32_t f = 0; f < n->flops; f++) {
        const uint32_t i = n->flop[f];
        g->next[f] = ns_flop_next(n, i, g->value);
        if (g->counting) g->activity.clock[n->inst[i].group] += ns_charge_clock(g->charge, i, true, g->value, 1);
    }
    for (uint32_t f = 0; f < n->flops; f++) {
        const uint32_t i = n->flop[f];
        const ns_inst_t *inst = &n->inst[i];
        uint64_t pin[NS_EXPR_VARIABLES];
        ns_gather(n, inst, g->value, pin);
        pin[inst->cell->pins] = g->next[f];
        pin[inst->cell->pins + 1] = ~g->next[f];
        for (int k = 0; k < inst->cell->pins; k++) {
            if (!inst->cell->pin[k].output || inst->cell->pin[k].function.code == NULL) continue;
            const uint64_t target = ns_expr_eval(&inst->cell->pin[k].function, pin);
            schedule(g, n->pin_net[inst->pin0 + (uint32_t)k], target, inst->cell->clock_pin, delay_of(g, i, k, inst->cell->clock_pin)[target == 0]);
        }
    }
}

void ns_glitch_input(ns_glitch_t *g, uint32_t net, bool value)
{
    const uint64_t word = value ? ~UINT64_C(0) : 0;
    if (g->value[net] == word) return;
    g->value[net] = word;
    changed(g, net, NS_NO_PIN);
}

void ns_glitch_settle(ns_glitch_t *g)
{
    const ns_netlist_t *n = g->netlist;
    for (; g->events_left > 0; g->now++) {
        ns_bucket_t *bucket = &g->wheel[g->now & (g->slots - 1)];
        uint32_t fired = 0;
        for (uint32_t e = 0; e < bucket->count; e++) {
            ns_event_t event = bucket->event[e];
            ns_pending_t *p = &g->pending[event.net];
            if (!p->active || p->stamp != event.stamp) continue;
            p->active = false;
            g->events_left--;
            g->value[event.net] = ~g->value[event.net];
            event.related = p->related;
            bucket->event[fired++] = event;
        }
        /* All changes of a tick come before any gate looks; every delay is a tick or more, so the bucket does not grow meanwhile. */
        for (uint32_t e = 0; e < fired; e++) changed(g, bucket->event[e].net, bucket->event[e].related);
        bucket->count = 0;
    }
    /* Cancelled events may still lie in later buckets. */
    for (uint32_t slot = 0; slot < g->slots; slot++) g->wheel[slot].count = 0;
    if (g->last > g->latest) g->latest = g->last;
    if (!g->counting) return;
    g->activity.lane_cycles++;
    for (uint32_t f = 0; f < n->flops; f++)
        g->activity.clock[n->inst[n->flop[f]].group] += ns_charge_clock(g->charge, n->flop[f], false, g->value, 1);
    if (g->counted++ % NS_LEAKAGE_PERIOD != 0) return;
    g->activity.leakage_lanes++;
    for (uint32_t i = 0; i < n->insts; i++) g->activity.leakage[n->inst[i].group] += ns_charge_leakage(g->charge, i, g->value, 1);
}
