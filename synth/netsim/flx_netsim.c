/* flx_netsim.c - flx-netsim: energy of a mapped netlist from toggles on real operands. See docs/energy.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * Equality comes before figures: every stimulus carries the golden model's answers, and the first difference ends the run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_progress.h"
#include "cycle/flx_autoflex_cycles.h"
#include "ns_liberty.h"
#include "ns_make.h"
#include "ns_report.h"
#include "ns_run.h"

typedef struct context {
    const ns_options_t *options;
    ns_library_t library;
    ns_groups_t groups;
    ns_netlist_t netlist;
    ns_charge_t charge;
    ns_report_t report;
} context_t;

static int refuse(const char *error)
{
    return flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
}

static int outcome_code(const char *name, ns_outcome_t outcome, const char *error)
{
    if (outcome == NS_AGREES) return -1;
    return flx_cli_fail(outcome == NS_DIFFERS ? FLX_EXIT_MISMATCH : FLX_EXIT_INPUT, "%s: %s", name, error);
}

/* Energy of data transitions with delays over that without, per group, on the first cycles of a few lanes spread over all. */
static int measure_glitches(context_t *x, const ns_stimulus_t *s, ns_row_t *row)
{
    const ns_options_t *o = x->options;
    char error[NS_ERROR_BYTES];
    uint64_t lanes = 0;
    for (uint64_t i = 0; i < o->glitch_lanes; i++) lanes |= UINT64_C(1) << (i * (uint64_t)s->lanes / o->glitch_lanes);
    ns_run_t zero = {.cycles = o->glitch_cycles + s->count_from, .lanes = lanes};
    ns_run_t events = zero;
    ns_activity_init(&zero.activity, &x->netlist);
    ns_activity_init(&events.activity, &x->netlist);
    int code = outcome_code(row->name, ns_run_zero(&zero, s, &x->netlist, &x->charge, error), error);
    if (code < 0) code = outcome_code(row->name, ns_run_glitch(&events, s, &x->netlist, &x->charge, o->tick_ps * 1e-12, error), error);
    const ns_energy_t without = ns_energy_of(&zero.activity, &x->netlist, &x->library, &x->groups);
    const ns_energy_t with = ns_energy_of(&events.activity, &x->netlist, &x->library, &x->groups);
    for (int g = 0; g < x->groups.count; g++) {
        const double base = without.part[g].switching + without.part[g].internal;
        row->factor[g] = base > 0.0 ? (with.part[g].switching + with.part[g].internal) / base : 1.0;
    }
    row->glitch_cycles = events.activity.lane_cycles;
    row->settle_ns = events.settle_ns;
    row->compared += events.compared;
    ns_activity_free(&zero.activity);
    ns_activity_free(&events.activity);
    return code;
}

/* Runs one stimulus into a new row of the report. -1: go on. */
static int run_stimulus(context_t *x, const ns_stimulus_t *s, ns_row_t *row)
{
    const ns_options_t *o = x->options;
    char error[NS_ERROR_BYTES];
    if (o->write_stimulus != NULL && x->report.rows == 0 && ns_stimulus_write(s, o->write_stimulus, error) != 0) return refuse(error);
    ns_run_t run = {.lanes = s->lanes == 64 ? ~UINT64_C(0) : (UINT64_C(1) << s->lanes) - 1};
    ns_activity_init(&run.activity, &x->netlist);
    int code = outcome_code(row->name, ns_run_zero(&run, s, &x->netlist, &x->charge, error), error);
    row->compared = run.compared;
    row->lanes = s->lanes;
    row->operations = s->operations;
    strcpy(row->unit, s->unit);
    row->lane_cycles = run.activity.lane_cycles;
    row->energy = ns_energy_of(&run.activity, &x->netlist, &x->library, &x->groups);
    row->cover = ns_cover_of(&run.activity, &x->netlist);
    for (int g = 0; g < NS_GROUPS_MAX; g++) row->factor[g] = 1.0;
    ns_activity_free(&run.activity);
    if (code >= 0) return code;
    if (row->compared == 0 || row->lane_cycles == 0 || !(row->operations > 0.0))
        return flx_cli_fail(FLX_EXIT_INPUT, "%s: stimulus compares %llu words and counts %llu cycles, expected some", row->name, (unsigned long long)row->compared,
                            (unsigned long long)row->lane_cycles);
    const double share[] = {row->cover.nets, row->cover.cap, row->cover.cells};
    static const char *const what[] = {"nets with simulated activity", "capacitance with simulated activity", "cells with power data"};
    for (int i = 0; i < 3; i++) {
        if (share[i] < NS_COVER_MIN)
            return flx_cli_fail(FLX_EXIT_INPUT, "%s: annotated share of %s is %.1f %%, expected at least %.0f %%", o->netlist, what[i], 100.0 * share[i], 100.0 * NS_COVER_MIN);
    }
    if (o->glitch_cycles > 0 && (code = measure_glitches(x, s, row)) >= 0) return code;
    x->report.rows++;
    return -1;
}

static ns_row_t *new_row(context_t *x, const char *path)
{
    ns_row_t *row = &x->report.row[x->report.rows];
    *row = (ns_row_t){.k = 0};
    const char *slash = strrchr(path, '/');
    strncat(row->name, slash != NULL ? slash + 1 : path, sizeof row->name - 1);
    return row;
}

/* The processing elements that the options and the netlist's ports tell of: CLUSTER is the width of last_i, and b_i is of plain words or of digits. Other widths are
 * refused with the stimulus. */
static int pe_of(const context_t *x, ns_pe_t *pe, char *error)
{
    const ns_options_t *o = x->options;
    const ns_port_t *last = ns_netlist_port(&x->netlist, "last_i");
    const ns_port_t *b = ns_netlist_port(&x->netlist, "b_i");
    *pe = (ns_pe_t){.rival = o->rival, .cluster = last != NULL ? (uint32_t)last->width : 1, .lanes = o->lanes, .acc_bits = o->rival != NULL ? (uint32_t)o->rival->acc_bits : o->acc_bits,
                    .pipe = o->pipe, .digits = true};
    if (NS_ARRAY_ROWS % pe->cluster != 0)
        return ns_fail(error, "%s: port last_i of module %s has %u bits, expected 1, 2, 4 or 8, one for each row of a cluster", o->netlist, x->netlist.top, pe->cluster);
    pe->digits = b != NULL && b->width == (int)(pe->cluster * pe->lanes) * ns_pe_b_bits(pe);
    return 0;
}

static int run_trace(context_t *x, const flx_trace_t *trace, const char *path)
{
    const ns_options_t *o = x->options;
    ns_stimulus_t s;
    ns_row_t *row = new_row(x, path);
    char error[NS_ERROR_BYTES];
    if (trace->op.fmt.mant_bits != 16 || trace->op.fmt.acc_bits < 48 || trace->op.chunk != 0 || trace->op.rounding == FLX_ROUND_STOCHASTIC) {
        ns_fail(error, "%s: format is flex%d with %d accumulator bits, chunk %u, expected flex16 with 48 bits, exact, not stochastic", path, trace->op.fmt.mant_bits,
                trace->op.fmt.acc_bits, trace->op.chunk);
        return refuse(error);
    }
    row->source = trace->source;
    row->m = trace->op.m;
    row->n = trace->op.n;
    row->k = trace->op.k;
    ns_pe_t pe;
    if (o->mode == NS_MODE_REQUANT) ns_make_requant(&s, trace, o->lanes, o->cycles);
    else if (pe_of(x, &pe, error) != 0) return refuse(error);
    else ns_make_pe(&s, trace, &pe, o->cycles);
    const int code = run_stimulus(x, &s, row);
    ns_stimulus_free(&s);
    return code;
}

static int run_traces(context_t *x)
{
    flx_progress_t progress = flx_progress_begin("traces", (uint64_t)x->options->traces, 0);
    int code = -1;
    for (int i = 0; i < x->options->traces && code < 0; i++) {
        char error[FLX_TRACE_ERROR_BYTES];
        flx_trace_t trace;
        if (flx_trace_read(x->options->trace[i], &trace, error) != 0) return refuse(error);
        code = run_trace(x, &trace, x->options->trace[i]);
        flx_trace_free(&trace);
        if (code < 0) flx_progress_show(&progress, (uint64_t)i + 1, "%s", basename(x->options->trace[i]));
    }
    flx_progress_clear(&progress);
    return code;
}

static int run_core(context_t *x)
{
    const ns_options_t *o = x->options;
    char error[FLX_TRACE_ERROR_BYTES];
    flx_trace_t *trace = ns_zeroed((size_t)o->traces, sizeof *trace);
    int code = -1;
    int count = 0;
    for (; count < o->traces && code < 0; count++) {
        if (flx_trace_read(o->trace[count], &trace[count], error) != 0) code = refuse(error);
    }
    ns_stimulus_t s = {.lanes = 0};
    if (code < 0 && ns_make_core(&s, o->config, trace, o->traces, o->m, o->n, o->k, error) != 0) code = refuse(error);
    if (code < 0) {
        ns_row_t *row = new_row(x, o->config->name);
        row->m = o->m;
        row->n = o->n;
        row->k = o->k;
        for (int i = 0; i < o->traces; i++) {
            if (!trace[i].has_autoflex) continue;
            row->autoflex_cycles += flx_autoflex_cycles(&trace[i].autoflex, trace[i].autoflex_cfg, trace[i].op.fmt, trace[i].expect.gamma, trace[i].op.exp_c, false, false);
            row->tensor_writes++;
        }
        if (row->tensor_writes > 0) row->autoflex_cycles /= row->tensor_writes;
        code = run_stimulus(x, &s, row);
    }
    ns_stimulus_free(&s);
    for (int i = 0; i < count; i++) flx_trace_free(&trace[i]);
    free(trace);
    return code;
}

/* Rounds of as many random products as there are lanes. */
static int run_core_random(context_t *x)
{
    const flx_config_t *config = x->options->config;
    char error[FLX_TRACE_ERROR_BYTES];
    int code = -1;
    for (uint64_t round = 0; round < NS_RANDOM_ROUNDS && code < 0; round++) {
        flx_trace_t trace[NS_LANES];
        char name[NS_NAME_BYTES];
        ns_stimulus_t s;
        for (uint64_t i = 0; i < NS_LANES; i++) ns_random_product(&trace[i], config, NS_LANES * round + i);
        snprintf(name, sizeof name, "random products, round %d", (int)round + 1);
        code = ns_make_core(&s, config, trace, NS_LANES, SIZE_MAX, SIZE_MAX, SIZE_MAX, error) != 0 ? refuse(error) : run_stimulus(x, &s, new_row(x, name));
        ns_stimulus_free(&s);
        for (int i = 0; i < NS_LANES; i++) flx_trace_free(&trace[i]);
    }
    return code;
}

static int run_mode(context_t *x)
{
    const ns_options_t *o = x->options;
    char error[NS_ERROR_BYTES];
    if (o->mode == NS_MODE_CORE) return o->random ? run_core_random(x) : run_core(x);
    if (o->mode == NS_MODE_FILE) {
        ns_stimulus_t s;
        int code = ns_stimulus_read(&s, o->stimulus, error) == 0 ? -1 : refuse(error);
        if (code < 0) code = run_stimulus(x, &s, new_row(x, o->stimulus));
        ns_stimulus_free(&s);
        return code;
    }
    if (!o->random) return run_traces(x);
    flx_trace_t trace;
    ns_random_trace(&trace, o->cycles * o->lanes, 1);
    const int code = run_trace(x, &trace, "uniform random");
    flx_trace_free(&trace);
    return code;
}

static int run(context_t *x)
{
    const ns_options_t *o = x->options;
    char error[NS_ERROR_BYTES];
    if (ns_library_read(&x->library, o->library, o->slew_ns * 1e-9, error) != 0 || ns_groups_read(&x->groups, o->groups, error) != 0 ||
        ns_netlist_read(&x->netlist, o->netlist, o->top, &x->library, &x->groups, o->wire_ff * 1e-15, error) != 0)
        return refuse(error);
    ns_charge_init(&x->charge, &x->netlist);
    x->report = (ns_report_t){.options = o, .library = &x->library, .netlist = &x->netlist, .groups = &x->groups,
                              .row = ns_zeroed((size_t)o->traces + NS_RANDOM_ROUNDS, sizeof(ns_row_t))};
    const int code = run_mode(x);
    return code >= 0 ? code : ns_report_print(&x->report);
}

int main(int argc, char **argv)
{
    ns_options_t options;
    const int code = ns_options_parse(&options, argc, argv);
    if (code >= 0) return flx_cli_finish(code);
    if (options.liberty) return flx_cli_finish(ns_liberty_print(options.library, options.json));
    context_t x = {.options = &options};
    const int result = run(&x);
    free(x.report.row);
    ns_charge_free(&x.charge);
    ns_netlist_free(&x.netlist);
    ns_groups_free(&x.groups);
    ns_library_free(&x.library);
    return flx_cli_finish(result);
}
