/* trace_report.c - table and JSON of `flx golden`, `flx model` and `flx cosim`. Header: trace_run.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "cli/flx_json.h"
#include "trace/flx_text.h"
#include "trace_run.h"

typedef struct flx_run_total {
    uint64_t words, mismatched_words, mismatched_flags, cycle_error_max, cycles, total_cycles;
    uint64_t products;              /* of the traces that came to their end, as cycles are */
    uint64_t stopped, not_compared; /* traces, and their words behind the difference */
    double seconds;
} flx_run_total_t;

static uint64_t not_compared(const flx_run_row_t *row)
{
    return row->stopped ? row->m * row->n - row->words : 0;
}

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
        if (row[i].stopped) {
            t.stopped++;
            t.not_compared += not_compared(&row[i]);
        } else {
            t.products += row[i].m * row[i].n * row[i].k;
        }
        t.seconds += row[i].seconds;
    }
    return t;
}

/* What the machine does, not its simulator. */
static double mac_per_cycle(const flx_run_total_t *t)
{
    return t->cycles != 0 ? (double)t->products / (double)t->cycles : 0.0;
}

static bool row_passes(const flx_run_row_t *row)
{
    return !row->stopped && row->mismatched_words == 0 && row->mismatched_flags == 0 && row->cycle_error == 0;
}

static double over(double count, double by)
{
    return by > 0.0 ? count / by : 0.0;
}

/* A text of anyone: jansson takes UTF-8 only. */
static json_t *text_json(const char *text)
{
    const size_t size = 3 * strlen(text) + 1;
    char *valid = malloc(size);
    if (valid == NULL) return NULL;
    flx_text_valid(text, valid, size);
    json_t *json = json_string(valid);
    free(valid);
    return json;
}

static json_t *integer_if(bool there, uint64_t value)
{
    return there ? json_integer((json_int_t)value) : json_null();
}

static json_t *row_json(const flx_run_options_t *options, const flx_run_row_t *r)
{
    const bool timed = options->kind != FLX_RUN_GOLDEN;
    json_t *o = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I}", "trace", text_json(r->path), "m", (json_int_t)r->m, "n", (json_int_t)r->n,
                          "k", (json_int_t)r->k, "words", (json_int_t)r->words, "mismatched_words", (json_int_t)r->mismatched_words,
                          "mismatched_flags", (json_int_t)r->mismatched_flags, "gamma", (json_int_t)r->stats.gamma, "overflow",
                          (int)r->stats.overflow, "saturated", (json_int_t)r->stats.saturated, "half_range", (json_int_t)r->stats.half_range,
                          "underflow", (json_int_t)r->stats.underflow);
    if (o == NULL) return NULL;
    json_object_set_new(o, "stopped", json_boolean(r->stopped));
    json_object_set_new(o, "words_not_compared", json_integer((json_int_t)not_compared(r)));
    json_object_set_new(o, "cycles_rtl", integer_if(options->kind == FLX_RUN_COSIM && !r->stopped, r->cycles + r->cycle_error));
    json_object_set_new(o, "cycles_model", integer_if(timed && !r->stopped, r->cycles));
    json_object_set_new(o, "utilisation", timed && !r->stopped ? json_real(r->utilisation) : json_null());
    json_object_set_new(o, "exp_c", json_integer(r->exp_c));
    json_object_set_new(o, "exp_next", r->has_exp_next ? json_integer(r->exp_next) : json_null());
    json_object_set_new(o, "seconds", json_real(r->seconds));
    json_object_set_new(o, "source", json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "network", r->source.network, "dataset", r->source.dataset, "layer",
                                               r->source.layer, "pass", r->source.pass, "iteration", integer_if(r->source.iteration >= 0, (uint64_t)r->source.iteration),
                                               "images", integer_if(r->source.images >= 0, (uint64_t)r->source.images)));
    if (timed) {
        json_t *perf = json_object();
        for (int i = 0; i < FLX_PERF_COUNT; i++) json_object_set_new(perf, flx_perf_name((flx_perf_t)i), json_integer((json_int_t)r->perf[i]));
        json_object_set_new(o, "total_cycles", json_integer((json_int_t)r->total_cycles));
        json_object_set_new(o, "counters", perf);
    }
    if (!row_passes(r)) json_object_set_new(o, "message", text_json(r->message));
    if (r->repeat != NULL) json_object_set_new(o, "repeat", text_json(r->repeat));
    return o;
}

static json_t *report_json(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    const flx_run_total_t t = sum_rows(row, rows);
    const bool timed = options->kind != FLX_RUN_GOLDEN;
    json_t *list = json_array();
    for (int i = 0; i < rows; i++) json_array_append_new(list, row_json(options, &row[i]));
    json_t *o = json_pack("{s:s, s:i, s:I, s:I, s:I, s:I, s:o, s:f}", "command", flx_run_name(options->kind), "traces", rows, "mismatched_words",
                          (json_int_t)t.mismatched_words, "mismatched_flags", (json_int_t)t.mismatched_flags, "stopped", (json_int_t)t.stopped,
                          "words_not_compared", (json_int_t)t.not_compared, "cycle_error_max", integer_if(options->kind == FLX_RUN_COSIM, t.cycle_error_max), "seconds", t.seconds);
    if (o == NULL || json_array_size(list) != (size_t)rows) return NULL;
    json_object_set_new(o, "config", timed ? json_string(options->core.name) : json_null());
    json_object_set_new(o, "set", options->core.set != NULL ? text_json(options->core.set) : json_null());
    json_object_set_new(o, "seed", timed ? flx_json_unsigned(options->seed) : json_null());
    json_object_set_new(o, "stall", timed ? json_real(options->stall) : json_null());
    json_object_set_new(o, "multiplier", options->kind == FLX_RUN_COSIM ? json_string(options->fast ? "fast" : "structural") : json_null());
    json_object_set_new(o, "macs", integer_if(timed, timed ? flx_config_macs(options->config) : 0));
    json_object_set_new(o, "mac_per_cycle", timed ? json_real(mac_per_cycle(&t)) : json_null());
    json_object_set_new(o, "clock_mhz", timed ? json_real(options->clock) : json_null());
    json_object_set_new(o, "gmac_per_second", timed ? json_real(1e-3 * mac_per_cycle(&t) * options->clock) : json_null());
    json_object_set_new(o, "simulated_cycles_per_second", timed ? json_real(over((double)t.total_cycles, t.seconds)) : json_null());
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

/* The machine's speed at a clock, and apart from it the simulator's. */
static void print_machine(const flx_run_options_t *options, const flx_run_total_t *t)
{
    char cycles[32], stall[FLX_TEXT_REAL_BYTES], clock[FLX_TEXT_REAL_BYTES];
    printf("\n%s (%u MACs%s), stall %s, seed %" PRIu64 ": %s cycles, %.1f MAC per cycle, %.3g GMAC/s at %s MHz; simulated in %.1f s, %.3f million cycles/s",
           options->config->name, flx_config_macs(options->config), options->fast ? ", fast multiplier" : "", flx_text_real(options->stall, stall), options->seed,
           grouped(t->cycles, cycles), mac_per_cycle(t), 1e-3 * mac_per_cycle(t) * options->clock, flx_text_real(options->clock, clock), t->seconds,
           1e-6 * over((double)t->total_cycles, t->seconds));
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
        char shape[96], exps[32], network[FLX_CELL_BYTES], layer[FLX_CELL_BYTES], pass[FLX_CELL_BYTES], iteration[FLX_RUN_NUMBER];
        snprintf(shape, sizeof shape, "%" PRIu64 "x%" PRIu64 "x%" PRIu64, r->m, r->n, r->k);
        snprintf(exps, sizeof exps, r->has_exp_next && r->exp_next != r->exp_c ? "%d -> %d" : "%d", r->exp_c, r->exp_next);
        printf("%s %s %s %6s %18s %9s %6" PRIu64 " %6" PRIu64, flx_cell(r->source.network, 9, network), flx_cell(r->source.layer, 12, layer),
               flx_cell(r->source.pass, 6, pass), flx_run_iteration(&r->source, iteration), shape, grouped(r->words, a), r->mismatched_words, r->mismatched_flags);
        if (timed) printf(" %11s", grouped(r->cycles, b));
        if (rtl) printf(" %6" PRIu64, r->cycle_error);
        if (timed) printf(" %7.2f", 100.0 * r->utilisation);
        printf(" %8" PRIu32 " %6s %8s%s\n", r->stats.gamma, grouped(r->stats.saturated, c), exps, r->stopped ? "  STOPPED" : row_passes(r) ? "" : "  DIFFERS");
    }
    const flx_run_total_t t = sum_rows(row, rows);
    printf("%d traces, %s words: %" PRIu64 " mismatched words, %" PRIu64 " mismatched flags", rows, grouped(t.words, a), t.mismatched_words, t.mismatched_flags);
    if (rtl) printf(", cycle error %" PRIu64, t.cycle_error_max);
    if (t.stopped != 0)
        printf("; %" PRIu64 " %s stopped at the first difference, %s words not compared", t.stopped, t.stopped == 1 ? "trace" : "traces", grouped(t.not_compared, a));
    if (timed) print_machine(options, &t);
    printf("\n");
}

int flx_run_report(const flx_run_options_t *options, const flx_run_row_t *row, int rows)
{
    int code = FLX_EXIT_PASS;
    json_t *json = report_json(options, row, rows);
    char *text = flx_json_text(json, 2, 0);
    json_decref(json);
    if (text == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "report: out of memory");
    if (options->json) puts(text);
    else print_table(options, row, rows);
    fflush(stdout);
    for (int i = 0; i < rows; i++) {
        if (row_passes(&row[i])) continue;
        flx_cli_say("%s", row[i].message);
        if (row[i].repeat != NULL) fprintf(stderr, "repeat with a waveform: %s\n", row[i].repeat);
        if (code == FLX_EXIT_PASS) code = FLX_EXIT_MISMATCH;
    }
    if (options->report != NULL && !flx_cli_write(options->report, text))
        code = flx_cli_fail(FLX_EXIT_TOOL, "--report %s: cannot be written: %s", options->report, strerror(errno));
    free(text);
    return code;
}
