/* trace_report.c - table and JSON of `flx model` and `flx cosim`. Twin: sw/flx/trace_run.h, docs/cosim.md */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_run.h"

typedef struct flx_run_total {
    uint64_t cycles, total_cycles, products, mismatches, cycle_error_max;
    double seconds;
} flx_run_total_t;

static flx_run_total_t sum_rows(const flx_run_row_t *row, int rows)
{
    flx_run_total_t t = {.cycles = 0};
    for (int i = 0; i < rows; i++) {
        t.cycles += row[i].cycles;
        t.total_cycles += row[i].total_cycles;
        t.products += row[i].m * row[i].n * row[i].k;
        t.mismatches += row[i].mismatches;
        if (row[i].cycle_error > t.cycle_error_max) t.cycle_error_max = row[i].cycle_error;
        t.seconds += row[i].seconds;
    }
    return t;
}

static double per_second(double count, double seconds)
{
    return seconds > 0.0 ? 1e-6 * count / seconds : 0.0;
}

static json_t *row_json(const flx_run_row_t *r)
{
    json_t *perf = json_object();
    for (int i = 0; i < FLX_PERF_COUNT; i++) json_object_set_new(perf, flx_perf_name((flx_perf_t)i), json_integer((json_int_t)r->perf[i]));
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:f, s:o}", "trace", r->path, "network",
                          r->source.network, "layer", r->source.layer, "pass", r->source.pass, "iteration", (json_int_t)r->source.iteration,
                          "m", (json_int_t)r->m, "n", (json_int_t)r->n, "k", (json_int_t)r->k, "cycles", (json_int_t)r->cycles, "total_cycles",
                          (json_int_t)r->total_cycles, "utilisation", r->utilisation, "cycle_error", (json_int_t)r->cycle_error, "mismatches",
                          (json_int_t)r->mismatches, "seconds", r->seconds, "perf", perf);
    if (o != NULL && r->mismatches != 0) json_object_set_new(o, "message", json_string(r->message));
    return o;
}

static json_t *report_json(const flx_run_options_t *options, const char *name, const flx_run_row_t *row, int rows)
{
    const flx_run_total_t t = sum_rows(row, rows);
    json_t *list = json_array();
    for (int i = 0; i < rows; i++) json_array_append_new(list, row_json(&row[i]));
    return json_pack("{s:s, s:s, s:f, s:I, s:i, s:I, s:I, s:I, s:f, s:f, s:f, s:b, s:o}", "command", name, "config", options->config->name,
                     "stall", options->stall, "seed", (json_int_t)options->seed, "traces", rows, "mismatches", (json_int_t)t.mismatches,
                     "cycle_error_max", (json_int_t)t.cycle_error_max, "cycles", (json_int_t)t.cycles, "seconds", t.seconds, "mmac_per_second",
                     per_second((double)t.products, t.seconds), "million_cycles_per_second", per_second((double)t.total_cycles, t.seconds), "pass",
                     (int)(t.mismatches == 0 && t.cycle_error_max == 0), "rows", list);
}

static void print_table(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    printf("%-12s %-8s %20s %12s %6s %6s  %s\n", "layer", "pass", "m x n x k", "cycles", "util %", "match", "trace");
    for (int i = 0; i < rows; i++) {
        char shape[64];
        snprintf(shape, sizeof shape, "%" PRIu64 "x%" PRIu64 "x%" PRIu64, row[i].m, row[i].n, row[i].k);
        printf("%-12s %-8s %20s %12" PRIu64 " %6.2f %6s  %s\n", row[i].source.layer[0] != '\0' ? row[i].source.layer : "-",
               row[i].source.pass[0] != '\0' ? row[i].source.pass : "-", shape, row[i].cycles, 100.0 * row[i].utilisation,
               row[i].mismatches == 0 ? "yes" : "NO", row[i].path);
    }
    const flx_run_total_t t = sum_rows(row, rows);
    printf("%s, stall %g, seed %" PRIu64 ": %d traces, %" PRIu64 " mismatches, cycle error at most %" PRIu64 ", %" PRIu64
           " cycles, %.1f MMAC/s, %.2f million cycles/s simulated\n",
           options->config->name, options->stall, options->seed, rows, t.mismatches, t.cycle_error_max, t.cycles,
           per_second((double)t.products, t.seconds), per_second((double)t.total_cycles, t.seconds));
}

/* Temporary file, then rename: a reader never sees half a report. */
static bool write_file(const char *path, const json_t *json)
{
    const size_t size = strlen(path) + 32;
    char *temporary = malloc(size);
    if (temporary == NULL) return false;
    snprintf(temporary, size, "%s.%ld", path, (long)getpid());
    const bool ok = json_dump_file(json, temporary, JSON_INDENT(2)) == 0 && rename(temporary, path) == 0;
    if (!ok) remove(temporary);
    free(temporary);
    return ok;
}

int flx_run_report(const flx_run_options_t *options, const char *name, const flx_run_row_t *row, int rows)
{
    int code = FLX_EXIT_PASS;
    for (int i = 0; i < rows; i++) {
        if (row[i].mismatches == 0 && row[i].cycle_error == 0) continue;
        fprintf(stderr, "%s\n", row[i].message);
        code = FLX_EXIT_MISMATCH;
    }
    json_t *json = report_json(options, name, row, rows);
    if (json == NULL) {
        fprintf(stderr, "flx %s: report: out of memory, or a name in a trace that is not UTF-8\n", name);
        return FLX_EXIT_TOOL;
    }
    if (options->json) {
        char *text = json_dumps(json, JSON_INDENT(2));
        if (text != NULL) puts(text);
        if (text == NULL) code = FLX_EXIT_TOOL;
        free(text);
    } else {
        print_table(options, row, rows);
    }
    if (options->report != NULL && !write_file(options->report, json)) {
        fprintf(stderr, "flx %s: --report %s: cannot be written\n", name, options->report);
        code = FLX_EXIT_TOOL;
    }
    json_decref(json);
    return code;
}
