/* ns_report.c - the runs of one netlist as a table and as JSON. Header: ns_report.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Energies of one operation, joule. */
typedef struct cost {
    double switching, internal, clock, leakage, glitch; /* glitch: dynamic energy with delays */
} cost_t;

static double dynamic_of(const cost_t *c)
{
    return c->switching + c->internal + c->clock;
}

static cost_t cost_of(const ns_report_t *r, const ns_row_t *row, int group)
{
    const ns_part_t *p = &row->energy.part[group];
    const double cycles = (double)row->lane_cycles / row->operations; /* lane-cycles per operation */
    return (cost_t){.switching = p->switching * cycles, .internal = p->internal * cycles, .clock = p->clock * cycles,
                    .leakage = p->leakage / (r->options->clock_mhz * 1e6) * cycles, .glitch = ((p->switching + p->internal) * row->factor[group] + p->clock) * cycles};
}

static void add(cost_t *sum, const cost_t *x, double weight)
{
    sum->switching += weight * x->switching;
    sum->internal += weight * x->internal;
    sum->clock += weight * x->clock;
    sum->leakage += weight * x->leakage;
    sum->glitch += weight * x->glitch;
}

static cost_t total_of(const ns_report_t *r, const ns_row_t *row)
{
    cost_t sum = {.switching = 0.0};
    for (int g = 0; g < r->groups->count; g++) {
        const cost_t c = cost_of(r, row, g);
        add(&sum, &c, 1.0);
    }
    return sum;
}

/* Mean over the operations of all rows; group -1: all groups. */
static cost_t mean_of(const ns_report_t *r, int group)
{
    cost_t sum = {.switching = 0.0};
    double operations = 0.0;
    for (int i = 0; i < r->rows; i++) operations += r->row[i].operations;
    for (int i = 0; i < r->rows; i++) {
        const cost_t c = group < 0 ? total_of(r, &r->row[i]) : cost_of(r, &r->row[i], group);
        add(&sum, &c, r->row[i].operations / operations);
    }
    return sum;
}

static bool has_glitch(const ns_report_t *r)
{
    return r->rows > 0 && r->row[0].glitch_cycles > 0;
}

static json_t *cost_json(const ns_report_t *r, const cost_t *c)
{
    json_t *j = json_pack("{s:f,s:f,s:f,s:f,s:f,s:f}", "switching", 1e12 * c->switching, "internal", 1e12 * c->internal, "clock", 1e12 * c->clock,
                          "dynamic", 1e12 * dynamic_of(c), "leakage", 1e12 * c->leakage, "total", 1e12 * (dynamic_of(c) + c->leakage));
    if (has_glitch(r)) {
        json_object_set_new(j, "dynamic_glitch", json_real(1e12 * c->glitch));
        json_object_set_new(j, "total_glitch", json_real(1e12 * (c->glitch + c->leakage)));
    }
    return j;
}

static json_t *groups_json(const ns_report_t *r, const ns_row_t *row)
{
    json_t *groups = json_object();
    for (int g = 0; g < r->groups->count; g++) {
        const ns_part_t *p = &r->row[0].energy.part[g];
        const cost_t c = row != NULL ? cost_of(r, row, g) : mean_of(r, g);
        if (p->cells == 0 && dynamic_of(&c) == 0.0) continue;
        json_t *j = cost_json(r, &c);
        json_object_set_new(j, "cells", json_integer(p->cells));
        json_object_set_new(j, "flip_flops", json_integer(p->flops));
        json_object_set_new(j, "area", json_real(p->area));
        json_object_set_new(j, "leakage_uw", json_real(1e6 * (row != NULL ? row->energy.part[g].leakage : p->leakage)));
        json_object_set_new(groups, r->groups->name[g], j);
    }
    return groups;
}

static json_t *row_json(const ns_report_t *r, const ns_row_t *row)
{
    const cost_t c = total_of(r, row);
    json_t *j = json_pack("{s:s,s:s,s:f,s:I,s:i,s:I,s:{s:f,s:f,s:f,s:f},s:o,s:o}", "name", row->name, "unit", row->unit, "operations", row->operations,
                          "lane_cycles", (json_int_t)row->lane_cycles, "lanes", row->lanes, "words_compared", (json_int_t)row->compared, "annotated", "nets", row->cover.nets,
                          "capacitance", row->cover.cap, "cells", row->cover.cells, "toggling", row->cover.toggling, "pj_per_operation", cost_json(r, &c),
                          "groups", groups_json(r, row));
    if (row->k > 0) {
        json_object_set_new(j, "trace", json_pack("{s:s,s:s,s:s,s:I,s:i,s:i,s:i}", "network", row->source.network, "layer", row->source.layer, "pass",
                                                   row->source.pass, "iteration", (json_int_t)row->source.iteration, "m", (int)row->m, "n", (int)row->n, "k", (int)row->k));
    }
    if (row->tensor_writes > 0)
        json_object_set_new(j, "autoflex", json_pack("{s:i,s:f}", "tensor_writes", row->tensor_writes, "cycles", row->autoflex_cycles));
    if (row->glitch_cycles > 0)
        json_object_set_new(j, "glitch", json_pack("{s:I,s:f}", "lane_cycles", (json_int_t)row->glitch_cycles, "settle_ns", row->settle_ns));
    return j;
}

static json_t *report_json(const ns_report_t *r)
{
    const cost_t mean = mean_of(r, -1);
    const ns_options_t *o = r->options;
    json_t *rows = json_array();
    for (int i = 0; i < r->rows; i++) json_array_append_new(rows, row_json(r, &r->row[i]));
    return json_pack("{s:s,s:s,s:{s:s,s:f,s:f},s:{s:s,s:i,s:i,s:i,s:i,s:f,s:f},s:f,s:f,s:o,s:o,s:o}", "tool", "flx-netsim", "label", o->label, "library", "name",
                     r->library->name, "volt", r->library->volt, "slew_ns", o->slew_ns, "netlist", "top", r->netlist->top, "cells", (int)r->netlist->insts,
                     "flip_flops", (int)r->netlist->flops, "nets", (int)r->netlist->nets, "memories", (int)r->netlist->rams, "area", r->netlist->area, "wire_ff",
                     o->wire_ff, "clock_mhz", o->clock_mhz, "tick_ps", o->tick_ps, "mean", cost_json(r, &mean), "mean_groups", groups_json(r, NULL), "runs", rows);
}

static void print_table(const ns_report_t *r)
{
    const ns_options_t *o = r->options;
    const char *unit = r->row[0].unit;
    printf("%s: %u cells, %u flip-flops, area %.0f; %s at %.2f V, slew %.3g ns, wire %.3g fF a pin\n", r->netlist->top, r->netlist->insts, r->netlist->flops,
           r->netlist->area, r->library->name, r->library->volt, o->slew_ns, o->wire_ff);
    printf("%-34s %-7s %11s %12s %10s %10s %10s %8s\n", "run", "pass", "words equal", unit, "pJ", "+ glitches", "+ leakage", "toggling");
    for (int i = 0; i < r->rows; i++) {
        const ns_row_t *row = &r->row[i];
        const cost_t c = total_of(r, row);
        printf("%-34s %-7s %11llu %12.0f %10.4f ", row->name, row->source.pass, (unsigned long long)row->compared, row->operations, 1e12 * dynamic_of(&c));
        if (row->glitch_cycles > 0) printf("%10.4f ", 1e12 * c.glitch);
        else printf("%10s ", "-");
        printf("%10.4f %7.1f%%\n", 1e12 * ((row->glitch_cycles > 0 ? c.glitch : dynamic_of(&c)) + c.leakage), 100.0 * row->cover.toggling);
    }
    const cost_t mean = mean_of(r, -1);
    printf("\npJ per %s, mean over operations; leakage at %.6g MHz\n%-16s %7s %7s %10s %9s %9s %9s %9s %9s %9s\n", unit, o->clock_mhz, "part", "cells", "flops",
           "area", "switching", "internal", "clock", "dynamic", "glitches", "leakage");
    for (int g = 0; g <= r->groups->count; g++) {
        const bool last = g == r->groups->count;
        const ns_part_t *p = last ? &r->row[0].energy.total : &r->row[0].energy.part[g];
        const cost_t c = last ? mean : mean_of(r, g);
        if (p->cells == 0 && dynamic_of(&c) == 0.0) continue;
        printf("%-16s %7u %7u %10.0f %9.4f %9.4f %9.4f %9.4f ", last ? "total" : r->groups->name[g], p->cells, p->flops, p->area, 1e12 * c.switching, 1e12 * c.internal,
               1e12 * c.clock, 1e12 * dynamic_of(&c));
        if (has_glitch(r)) printf("%9.4f ", 1e12 * c.glitch);
        else printf("%9s ", "-");
        printf("%9.4f\n", 1e12 * c.leakage);
    }
    const ns_cover_t *cover = &r->row[0].cover;
    printf("annotated: %.1f %% of nets, %.1f %% of capacitance; power data for %.1f %% of cells\n", 100.0 * cover->nets, 100.0 * cover->cap, 100.0 * cover->cells);
}

int ns_report_print(const ns_report_t *r)
{
    json_t *j = report_json(r);
    char *text = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(j);
    if (text == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    int code = FLX_EXIT_PASS;
    if (r->options->report != NULL && !flx_cli_write(r->options->report, text))
        code = flx_cli_fail(FLX_EXIT_TOOL, "--report %s: cannot be written: %s", r->options->report, strerror(errno));
    if (r->options->json) puts(text);
    else print_table(r);
    free(text);
    return code;
}
