/* trace_run.c - what `flx golden`, `flx model` and `flx cosim` share. Header: trace_run.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trace_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx/flx_host.h"
#include "trace/flx_text.h"

static void flag(flx_run_row_t *row, const char *name, int64_t expected, int64_t actual)
{
    if (expected == actual) return;
    char path[FLX_TEXT_PATH_BYTES];
    row->mismatched_flags++;
    if (row->message[0] == '\0')
        snprintf(row->message, sizeof row->message, "%s: %s: the trace expects %" PRId64 " (0x%" PRIx64 "), the result has %" PRId64 " (0x%" PRIx64 ")",
                 flx_text_path(row->path, path), name, expected, (uint64_t)expected, actual, (uint64_t)actual);
}

const char *flx_run_iteration(const flx_trace_source_t *source, char out[FLX_RUN_NUMBER])
{
    snprintf(out, FLX_RUN_NUMBER, source->iteration < 0 ? "-" : "%" PRId64, source->iteration);
    return out;
}

void flx_run_compare(flx_run_row_t *row, const flx_trace_t *trace, const int16_t *c)
{
    const size_t count = trace->op.m * trace->op.n;
    row->words = count;
    for (size_t i = 0; i < count; i++) {
        if (c[i] == trace->c[i]) continue;
        const uint32_t mask = (UINT32_C(1) << trace->op.fmt.mant_bits) - 1;
        row->mismatched_words++;
        if (row->message[0] != '\0') continue;
        char path[FLX_TEXT_PATH_BYTES], iteration[FLX_RUN_NUMBER];
        snprintf(row->message, sizeof row->message,
                 "%s: tensor c of layer '%s' (%s, iteration %s), element [%zu,%zu]: expected (c.npy) 0x%04x = %.9g, actual 0x%04x = %.9g",
                 flx_text_path(row->path, path), trace->source.layer, trace->source.pass, flx_run_iteration(&trace->source, iteration), i / trace->op.n, i % trace->op.n,
                 (uint32_t)trace->c[i] & mask, flx_to_double(trace->c[i], trace->op.exp_c), (uint32_t)c[i] & mask,
                 flx_to_double(c[i], trace->op.exp_c));
    }
    flag(row, "expect.gamma", trace->expect.gamma, row->stats.gamma);
    flag(row, "expect.overflow", trace->expect.overflow, row->stats.overflow);
    flag(row, "expect.saturated", trace->expect.saturated, row->stats.saturated);
    if (trace->has_exp_next) flag(row, "expect.exp_next", trace->exp_next, row->exp_next);
}

void flx_run_finish(flx_run_row_t *row, const flx_trace_t *trace, const flx_program_item_t *gemm, const flx_config_t *config)
{
    row->cycles = flx_player_cycles(gemm);
    row->utilisation = flx_player_utilisation(config, gemm);
    row->stats = gemm->stats;
    row->exp_next = (int32_t)gemm->rsp.exp_next;
    flag(row, "status", FLX_STATUS_OK, gemm->rsp.status);
    flag(row, "exp_c", trace->op.exp_c, gemm->rsp.exp);
    flx_run_compare(row, trace, gemm->c);
}

static bool load(const flx_run_options_t *options, const char *path, flx_trace_t *trace)
{
    char error[FLX_TRACE_ERROR_BYTES];
    const bool sound = flx_trace_read(path, trace, error) == 0;
    if (sound && (options->config == NULL || flx_program_fits(options->config, trace, path, error))) return true;
    flx_progress_clear(options->progress);
    flx_cli_say("%s", error);
    if (sound) flx_trace_free(trace);
    return false;
}

int flx_run_all(flx_run_options_t *options, flx_run_trace_fn run, void *user)
{
    flx_run_row_t *row = calloc((size_t)options->traces, sizeof *row);
    if (row == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    flx_progress_t progress = flx_progress_begin("traces", (uint64_t)options->traces, 0);
    options->progress = &progress;
    int code = FLX_EXIT_PASS, rows = 0;
    for (; rows < options->traces; rows++) {
        flx_trace_t trace;
        flx_run_row_t *r = &row[rows];
        char shown[FLX_TEXT_PATH_BYTES];
        flx_progress_show(&progress, (uint64_t)rows, "%s", flx_text_path(basename(options->trace[rows]), shown));
        r->path = options->trace[rows];
        code = load(options, r->path, &trace) ? FLX_EXIT_PASS : FLX_EXIT_INPUT;
        if (code != FLX_EXIT_PASS) break;
        r->source = trace.source;
        r->m = trace.op.m;
        r->n = trace.op.n;
        r->k = trace.op.k;
        r->exp_c = trace.op.exp_c;
        r->has_exp_next = trace.has_autoflex;
        const double begun = flx_progress_clock();
        code = run(user, options, &trace, r);
        r->seconds = flx_progress_clock() - begun;
        flx_trace_free(&trace);
        if (code != FLX_EXIT_PASS) break;
    }
    flx_progress_clear(&progress);
    options->progress = NULL;
    const int reported = rows == 0 && code != FLX_EXIT_PASS ? code : flx_run_report(options, row, rows);
    for (int i = 0; i < options->traces; i++) free(row[i].repeat);
    free(row);
    return code != FLX_EXIT_PASS ? code : reported;
}
