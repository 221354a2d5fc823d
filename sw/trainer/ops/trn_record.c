/* trn_record.c - writes products of a training run as trace files. Header: trn_record.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * A product that is too large is cut, and what is recorded is the smaller product's own result: its words, maximum, flags and next
 * exponent, from the same exponents and the same history. */
#include "trn_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/flx_cli.h"
#include "flx/flx_gemm_run.h"

static bool layer_asked(const trn_record_t *r, const char *layer)
{
    if (r->layers == NULL) return true;
    const size_t length = strlen(layer);
    for (const char *c = r->layers; c != NULL; c = strchr(c, ',')) {
        if (*c == ',') c++;
        if (strncmp(c, layer, length) == 0 && (c[length] == ',' || c[length] == '\0')) return true;
    }
    return false;
}

static bool iteration_asked(const trn_record_t *r, int64_t iteration)
{
    for (size_t i = 0; i < r->at_count; i++)
        if (r->at[i] == iteration) return true;
    return false;
}

/* rows x cols at (row, col) of a matrix with `stride` columns. */
static int16_t *cut(const int16_t *from, size_t stride, size_t row, size_t rows, size_t col, size_t cols)
{
    int16_t *out = trn_alloc(rows * cols, sizeof *out);
    for (size_t r = 0; r < rows; r++) memcpy(out + r * cols, from + (row + r) * stride + col, cols * sizeof *out);
    return out;
}

/* The product restricted to columns [col, col + n) and to the first k steps. */
static void cut_product(const trn_product_t *p, flx_gemm_t op, size_t col, size_t n, size_t k, flx_trace_t *trace)
{
    op.n = n;
    op.k = k;
    trace->op = op;
    trace->a = op.trans_a ? cut(p->a.mant, p->m, 0, k, 0, p->m) : cut(p->a.mant, p->k, 0, p->m, 0, k);
    trace->b = op.trans_b ? cut(p->b.mant, p->k, col, n, 0, k) : cut(p->b.mant, p->n, 0, k, col, n);
    trace->c = trn_alloc(op.m * n, sizeof *trace->c);
}

static size_t first_clipped_column(const trn_ctx_t *ctx, const trn_product_t *p, const trn_tensor_t *c)
{
    const int32_t max = flx_mant_max(ctx->format.fmt);
    for (size_t i = 0; i < c->count; i++)
        if (c->mant[i] >= max || c->mant[i] < -max) return i % p->n;
    return 0;
}

static void write_trace(trn_record_t *r, const trn_ctx_t *ctx, const trn_product_t *p, const flx_trace_t *trace)
{
    char *path, error[FLX_TRACE_ERROR_BYTES];
    if (mkdir(r->directory, 0777) != 0 && errno != EEXIST) {
        r->failed = flx_cli_fail(FLX_EXIT_TOOL, "--record %s: cannot be made (%s)", r->directory, strerror(errno));
        return;
    }
    if (asprintf(&path, "%s/%s_%s_%s_%06lld.npz", r->directory, r->network, p->layer, p->pass, (long long)ctx->iteration) < 0) {
        r->failed = flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
        return;
    }
    if (flx_trace_write(path, trace, error) != 0) r->failed = flx_cli_fail(FLX_EXIT_TOOL, "%s", error);
    else r->written++;
    free(path);
}

void trn_record_gemm(trn_ctx_t *ctx, const trn_product_t *p, const flx_gemm_t *op, const trn_tensor_t *c, const trn_usage_t *before,
                     const flx_stats_t *stats)
{
    trn_record_t *r = ctx->record;
    if (r->failed != 0) return;
    const bool asked = iteration_asked(r, ctx->iteration) && layer_asked(r, p->layer);
    const bool events = ctx->iteration >= r->events_from && layer_asked(r, p->layer);
    const bool clipped = events && stats->saturated != 0 && r->saturated_left != 0;
    const bool changed = events && c->usage[ctx->pass].exp_next != op->exp_c && r->changed_left != 0;
    if (!asked && !clipped && !changed) return;

    const bool update = strcmp(p->pass, "update") == 0;
    size_t n = p->n, k = p->k, col = 0;
    const size_t larger = p->m > p->n ? p->m : p->n;
    if (update && k * larger > r->elements_max) k = r->elements_max / larger != 0 ? r->elements_max / larger : 1;
    if (!update && n * p->k > r->elements_max) n = r->elements_max / p->k != 0 ? r->elements_max / p->k : 1;
    if (clipped && n < p->n) {
        col = first_clipped_column(ctx, p, c);
        if (col + n > p->n) col = p->n - n;
    }
    flx_trace_t trace = {.has_autoflex = true, .autoflex_cfg = ctx->autoflex, .autoflex = before->autoflex, .has_exp_next = true};
    cut_product(p, *op, col, n, k, &trace);
    flx_stats_t own;
    if (flx_gemm_run(&trace.op, trace.a, trace.b, trace.c, &own, NULL, 1) != FLX_OK)
        exit(flx_cli_fail(FLX_EXIT_TOOL, "layer %s, %s: the product cannot be recorded", p->layer, p->pass));
    trace.expect = own;
    flx_autoflex_t autoflex = before->autoflex;
    trace.exp_next = flx_autoflex_write(&autoflex, ctx->autoflex, ctx->format.fmt, own.gamma, op->exp_c, false, false, op->exp_c);
    const bool own_clipped = clipped && own.saturated != 0, own_changed = changed && trace.exp_next != op->exp_c;
    snprintf(trace.source.network, sizeof trace.source.network, "%s", r->network);
    snprintf(trace.source.dataset, sizeof trace.source.dataset, "%s", r->dataset);
    snprintf(trace.source.layer, sizeof trace.source.layer, "%s", p->layer);
    snprintf(trace.source.pass, sizeof trace.source.pass, "%s", p->pass);
    trace.source.iteration = ctx->iteration;
    trace.source.images = r->images;
    if (asked || own_clipped || own_changed) {
        if (own_clipped) r->saturated_left--;
        else if (own_changed) r->changed_left--;
        write_trace(r, ctx, p, &trace);
    }
    flx_trace_free(&trace);
}
