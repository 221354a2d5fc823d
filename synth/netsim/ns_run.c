/* ns_run.c - a stimulus through either simulator. Header: ns_run.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 384 }; /* bits in a message */

static void hex(char *text, const uint64_t *bits, const uint32_t *net, int width, int lane)
{
    for (int digit = (width + 3) / 4 - 1; digit >= 0; digit--) {
        int value = 0;
        for (int i = 0; i < 4 && 4 * digit + i < width; i++) value |= (int)((net != NULL ? bits[net[4 * digit + i]] : bits[4 * digit + i]) >> lane & 1) << i;
        *text++ = "0123456789abcdef"[value];
    }
    *text = '\0';
}

/* Compares the cycle's outputs: bit 0 of value[] is stimulus lane `base` + 0. */
static bool compare(ns_run_t *run, const ns_stimulus_t *s, const ns_netlist_t *n, uint64_t cycle, const uint64_t *value, uint64_t lanes, int base, char *error)
{
    for (int i = 0; i < s->signals; i++) {
        const ns_signal_t *signal = &s->signal[i];
        if (!signal->output) continue;
        const uint64_t care = s->care[cycle * (size_t)s->signals + (size_t)i] >> base & lanes;
        if (care == 0) continue;
        const uint64_t *expected = s->out + cycle * (size_t)s->outputs + signal->first;
        const uint32_t *net = ns_netlist_port(n, signal->name)->net;
        uint64_t wrong = 0;
        for (int k = 0; k < signal->width; k++) wrong |= ((expected[k] >> base) ^ value[net[k]]) & care;
        run->compared += (uint64_t)ns_ones(care);
        if (wrong == 0) continue;
        const int lane = __builtin_ctzll(wrong);
        char want[SHOWN / 4 + 1];
        char is[SHOWN / 4 + 1];
        int from = 0; /* of a wide port what is around its first wrong bit */
        while ((((expected[from] >> base) ^ value[net[from]]) >> lane & 1) == 0) from++;
        from -= from % SHOWN;
        const int shown = signal->width - from < SHOWN ? signal->width - from : SHOWN;
        char part[32] = "";
        if (signal->width > SHOWN) snprintf(part, sizeof part, "[%d:%d]", from + shown - 1, from);
        hex(want, expected + from, NULL, shown, lane + base);
        hex(is, value, net + from, shown, lane);
        ns_fail(error, "mismatch: cycle %" PRIu64 ", lane %d, %s%s: expected 0x%s, actual 0x%s", cycle, lane + base, signal->name, part, want, is);
        return false;
    }
    return true;
}

static uint64_t length_of(const ns_run_t *run, const ns_stimulus_t *s)
{
    return run->cycles == 0 || run->cycles > s->cycles ? s->cycles : run->cycles;
}

ns_outcome_t ns_run_zero(ns_run_t *run, const ns_stimulus_t *s, const ns_netlist_t *n, const ns_charge_t *charge, char *error)
{
    if (ns_stimulus_fits(s, n, error) != 0) return NS_REFUSED;
    ns_sim_t sim;
    ns_sim_init(&sim, n, charge, run->lanes);
    bool agrees = true;
    for (uint64_t cycle = 0; agrees && cycle < length_of(run, s); cycle++) {
        sim.counting = cycle >= s->count_from;
        if (cycle > 0) ns_sim_edge(&sim);
        else memcpy(sim.old, sim.value, n->nets * sizeof *sim.old);
        for (int i = 0; i < s->signals; i++) {
            if (s->signal[i].output) continue;
            const uint32_t *net = ns_netlist_port(n, s->signal[i].name)->net;
            const uint64_t *bits = s->in + cycle * (size_t)s->inputs + s->signal[i].first;
            for (int k = 0; k < s->signal[i].width; k++) sim.value[net[k]] = bits[k];
        }
        if (!ns_sim_settle(&sim)) {
            ns_fail(error, "cycle %" PRIu64 ": flip-flops clear and set one another without end, expected a state that stays", cycle);
            agrees = false;
            break;
        }
        agrees = compare(run, s, n, cycle, sim.value, run->lanes, 0, error);
    }
    const ns_activity_t swap = run->activity;
    run->activity = sim.activity;
    sim.activity = swap;
    ns_sim_free(&sim);
    return agrees ? NS_AGREES : NS_DIFFERS;
}

static void add_activity(ns_activity_t *sum, const ns_activity_t *x, uint32_t nets)
{
    sum->lane_cycles += x->lane_cycles;
    sum->leakage_lanes += x->leakage_lanes;
    for (uint32_t i = 0; i < nets; i++) sum->toggles[i] += x->toggles[i];
    for (int i = 0; i < NS_GROUPS_MAX; i++) {
        sum->internal[i] += x->internal[i];
        sum->clock[i] += x->clock[i];
        sum->leakage[i] += x->leakage[i];
    }
}

static ns_outcome_t glitch_lane(ns_run_t *run, const ns_stimulus_t *s, const ns_netlist_t *n, const ns_charge_t *charge, double tick, int lane, char *error)
{
    ns_glitch_t g;
    if (ns_glitch_init(&g, n, charge, tick, error) != 0) {
        ns_glitch_free(&g);
        return NS_REFUSED;
    }
    bool agrees = true;
    for (uint64_t cycle = 0; agrees && cycle < length_of(run, s); cycle++) {
        g.counting = cycle >= s->count_from;
        if (cycle > 0) ns_glitch_edge(&g);
        for (int i = 0; i < s->signals; i++) {
            if (s->signal[i].output) continue;
            const uint32_t *net = ns_netlist_port(n, s->signal[i].name)->net;
            const uint64_t *bits = s->in + cycle * (size_t)s->inputs + s->signal[i].first;
            for (int k = 0; k < s->signal[i].width; k++) ns_glitch_input(&g, net[k], (bits[k] >> lane & 1) != 0);
        }
        ns_glitch_settle(&g);
        agrees = compare(run, s, n, cycle, g.value, 1, lane, error);
    }
    add_activity(&run->activity, &g.activity, n->nets);
    const double settle = 1e9 * tick * (double)g.latest;
    if (settle > run->settle_ns) run->settle_ns = settle;
    ns_glitch_free(&g);
    return agrees ? NS_AGREES : NS_DIFFERS;
}

ns_outcome_t ns_run_glitch(ns_run_t *run, const ns_stimulus_t *s, const ns_netlist_t *n, const ns_charge_t *charge, double tick, char *error)
{
    if (ns_stimulus_fits(s, n, error) != 0) return NS_REFUSED;
    for (int lane = 0; lane < s->lanes; lane++) {
        if ((run->lanes >> lane & 1) == 0) continue;
        const ns_outcome_t outcome = glitch_lane(run, s, n, charge, tick, lane, error);
        if (outcome != NS_AGREES) return outcome;
    }
    return NS_AGREES;
}
