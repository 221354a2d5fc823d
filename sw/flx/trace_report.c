/* trace_report.c - table and JSON of `flx golden`, `flx model` and `flx cosim`. Header: trace_run.h */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_json.h"
#include "trace_run.h"

typedef struct flx_run_total {
    uint64_t words, mismatched_words, mismatched_flags, cycle_error_max, cycles, total_cycles, products;
    double seconds;
} flx_run_total_t;

static flx_run_total_t sum_rows(const flx_run_row_t *row, int rows)
{
    flx_run_total_t t = {.cycles = 0};
    for (int i = 0; i < rows; i++) {
        t.words += row[i].words;
        t.mismatched_words += row[i].mismatched_words;
        t.mismatched_flags += row[i].mismatched_flags;
        if (row[i].cycle_error > t.cycle_error_max) t.cycle_error_max = row[i].cycle_error;
        t.cycles += row[i].cycles;
        t.total_cycles += row[i].total_cycles;
        t.products += row[i].m * row[i].n * row[i].k;
        t.seconds += row[i].seconds;
    }
    return t;
}

static bool row_passes(const flx_run_row_t *row)
{
    return row->mismatched_words == 0 && row->mismatched_flags == 0 && row->cycle_error == 0;
}

static double per_second(double count, double seconds)
{
    return seconds > 0.0 ? 1e-6 * count / seconds : 0.0;
}

static json_t *integer_if(bool there, uint64_t value)
{
    return there ? json_integer((json_int_t)value) : json_null();
}

static json_t *row_json(const flx_run_options_t *options, const flx_run_row_t *r)
{
    const bool timed = options->kind != FLX_RUN_GOLDEN;
    json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I}", "trace", r->path, "m", (json_int_t)r->m, "n", (json_int_t)r->n,
                          "k", (json_int_t)r->k, "words", (json_int_t)r->words, "mismatched_words", (json_int_t)r->mismatched_words,
                          "mismatched_flags", (json_int_t)r->mismatched_flags, "gamma", (json_int_t)r->stats.gamma, "overflow",
                          (int)r->stats.overflow, "saturated", (json_int_t)r->stats.saturated, "half_range", (json_int_t)r->stats.half_range,
                          "underflow", (json_int_t)r->stats.underflow);
    if (o == NULL) return NULL;
    json_object_set_new(o, "cycles_rtl", integer_if(options->kind == FLX_RUN_COSIM, r->cycles + r->cycle_error));
    json_object_set_new(o, "cycles_model", integer_if(timed, r->cycles));
    json_object_set_new(o, "utilisation", timed ? json_real(r->utilisation) : json_null());
    json_object_set_new(o, "exp_c", json_integer(r->exp_c));
    json_object_set_new(o, "exp_next", r->has_exp_next ? json_integer(r->exp_next) : json_null());
    json_object_set_new(o, "seconds", json_real(r->seconds));
    json_object_set_new(o, "source", json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "network", r->source.network, "dataset", r->source.dataset, "layer",
                                               r->source.layer, "pass", r->source.pass, "iteration", (json_int_t)r->source.iteration, "images",
                                               (json_int_t)r->source.images));
    if (timed) {
        json_t *perf = json_object();
        for (int i = 0; i < FLX_PERF_COUNT; i++) json_object_set_new(perf, flx_perf_name((flx_perf_t)i), json_integer((json_int_t)r->perf[i]));
        json_object_set_new(o, "total_cycles", json_integer((json_int_t)r->total_cycles));
        json_object_set_new(o, "counters", perf);
    }
    if (!row_passes(r)) json_object_set_new(o, "message", json_string(r->message));
    return o;
}

static json_t *report_json(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    const flx_run_total_t t = sum_rows(row, rows);
    const bool timed = options->kind != FLX_RUN_GOLDEN;
    json_t *list = json_array();
    for (int i = 0; i < rows; i++) json_array_append_new(list, row_json(options, &row[i]));
    json_t *o = json_pack("{s:s, s:i, s:I, s:I, s:o, s:f}", "command", flx_run_name(options->kind), "traces", rows, "mismatched_words",
                          (json_int_t)t.mismatched_words, "mismatched_flags", (json_int_t)t.mismatched_flags, "cycle_error_max",
                          integer_if(options->kind == FLX_RUN_COSIM, t.cycle_error_max), "seconds", t.seconds);
    if (o == NULL || json_array_size(list) != (size_t)rows) return NULL;
    json_object_set_new(o, "config", timed ? json_string(options->core.name) : json_null());
    json_object_set_new(o, "set", options->core.set != NULL ? json_string(options->core.set) : json_null());
    json_object_set_new(o, "seed", timed ? flx_json_unsigned(options->seed) : json_null());
    json_object_set_new(o, "stall", timed ? json_real(options->stall) : json_null());
    json_object_set_new(o, "mmac_per_second", json_real(per_second((double)t.products, t.seconds)));
    json_object_set_new(o, "results", list);
    return o;
}

/* 1234567 as 1,234,567. */
static const char *grouped(uint64_t value, char text[32])
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i != 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

static const char *or_dash(const char *text)
{
    return text[0] != '\0' ? text : "-";
}

static void print_table(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    const bool timed = options->kind != FLX_RUN_GOLDEN, rtl = options->kind == FLX_RUN_COSIM;
    char a[32], b[32], c[32];
    printf("%-9s %-12s %-6s %6s %18s %9s %6s %6s", "network", "layer", "pass", "iter", "m x n x k", "words", "wrong", "flags");
    if (timed) printf(" %11s", "cycles");
    if (rtl) printf(" %6s", "error");
    if (timed) printf(" %7s", "util %");
    printf(" %8s %6s %8s\n", "max |m|", "clip", "exp");
    for (int i = 0; i < rows; i++) {
        const flx_run_row_t *r = &row[i];
        char shape[96], exps[32];
        snprintf(shape, sizeof shape, "%" PRIu64 "x%" PRIu64 "x%" PRIu64, r->m, r->n, r->k);
        snprintf(exps, sizeof exps, r->has_exp_next && r->exp_next != r->exp_c ? "%d -> %d" : "%d", r->exp_c, r->exp_next);
        printf("%-9.9s %-12.12s %-6.6s %6" PRId64 " %18s %9s %6" PRIu64 " %6" PRIu64, or_dash(r->source.network), or_dash(r->source.layer),
               or_dash(r->source.pass), r->source.iteration, shape, grouped(r->words, a), r->mismatched_words, r->mismatched_flags);
        if (timed) printf(" %11s", grouped(r->cycles, b));
        if (rtl) printf(" %6" PRIu64, r->cycle_error);
        if (timed) printf(" %7.2f", 100.0 * r->utilisation);
        printf(" %8" PRIu32 " %6s %8s%s\n", r->stats.gamma, grouped(r->stats.saturated, c), exps, row_passes(r) ? "" : "  DIFFERS");
    }
    const flx_run_total_t t = sum_rows(row, rows);
    printf("%d traces, %s words: %" PRIu64 " mismatched words, %" PRIu64 " mismatched flags", rows, grouped(t.words, a), t.mismatched_words, t.mismatched_flags);
    if (rtl) printf(", cycle error %" PRIu64, t.cycle_error_max);
    if (timed) {
        printf("\n%s (%u MACs), stall %g, seed %" PRIu64 ": %s cycles in %.1f s, %.1f MMAC/s, %.3f million cycles/s", options->config->name,
               flx_config_macs(options->config), options->stall, options->seed, grouped(t.cycles, b), t.seconds, per_second((double)t.products, t.seconds),
               per_second((double)t.total_cycles, t.seconds));
    }
    printf("\n");
}

int flx_run_report(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    int code = FLX_EXIT_PASS;
    json_t *json = report_json(options, row, rows);
    char *text = json == NULL ? NULL : flx_json_text(json, 2, 0);
    json_decref(json);
    if (text == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "report: out of memory, or a path that is not UTF-8");
    if (options->json) puts(text);
    else print_table(options, row, rows);
    fflush(stdout);
    for (int i = 0; i < rows; i++) {
        if (row_passes(&row[i])) continue;
        fprintf(stderr, "%s\n", row[i].message);
        if (code == FLX_EXIT_PASS) code = FLX_EXIT_MISMATCH;
    }
    if (options->report != NULL && !flx_cli_write(options->report, text))
        code = flx_cli_fail(FLX_EXIT_TOOL, "--report %s: cannot be written: %s", options->report, strerror(errno));
    free(text);
    return code;
}
