/* trn_gemm.c - matrix products: OpenBLAS for float32, the golden model for flex. Header: trn_gemm.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_gemm.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "cli/flx_cli.h"
#include "trn_im2col.h"
#include "trn_record.h"

trn_operand_t trn_operand(const trn_tensor_t *tensor)
{
    return (trn_operand_t){.value = tensor->value, .mant = tensor->mant, .exp = tensor->exp, .max = tensor->gamma};
}

typedef struct trn_gemm_job {
    const trn_product_t *product; /* [parts] */
    size_t parts;
    const trn_ctx_t *ctx;
    int16_t *out; /* [parts][m][n] */
    flx_gemm_t op[TRN_GEMM_PARTS_MAX];
    flx_gemm_hints_t hints[TRN_GEMM_PARTS_MAX];
    flx_stats_t stats[TRN_GEMM_PARTS_MAX];
} trn_gemm_job_t;

static void run_product(const trn_gemm_job_t *job, size_t part, const flx_gemm_t *op, const flx_gemm_hints_t *hints, flx_stats_t *stats)
{
    const trn_product_t *p = &job->product[part];
    const flx_err_t err = flx_gemm_run(op, p->a.mant, p->b.mant, job->out + part * p->m * p->n, stats, hints, job->ctx->threads);
    if (err == FLX_OK) return;
    if (err == FLX_ERR_DEPTH)
        exit(flx_cli_fail(FLX_EXIT_INPUT, "layer %s, %s: a sum of %zu products of mantissas of up to %u and %u may need more than the accumulator's %d bits; a smaller --batch fits",
                          p->layer, p->pass, op->k, hints->max_a, hints->max_b, op->fmt.acc_bits));
    exit(flx_cli_fail(FLX_EXIT_TOOL, "layer %s, %s: %s", p->layer, p->pass, flx_err_text(err)));
}

static flx_stats_t gemm_kernel(void *user, int32_t exp, bool dry_run)
{
    trn_gemm_job_t *job = user;
    flx_stats_t all = {0};
    for (size_t i = 0; i < job->parts; i++) {
        flx_gemm_t *op = &job->op[i];
        op->exp_c = exp;
        op->seed = (uint32_t)job->ctx->random + (uint32_t)i * 0x9E3779B9U;
        op->dry_run = dry_run;
        job->stats[i] = (flx_stats_t){0};
        run_product(job, i, op, &job->hints[i], &job->stats[i]);
        all = i == 0 ? job->stats[0] : flx_stats_merge(all, job->stats[i]);
    }
    return all;
}

static double gemm_largest(void *user)
{
    trn_gemm_job_t *job = user;
    double all = 0.0;
    for (size_t i = 0; i < job->parts; i++) {
        const trn_product_t *p = &job->product[i];
        uint64_t sum = 0;
        flx_gemm_t op = job->op[i];
        flx_gemm_hints_t hints = job->hints[i];
        flx_stats_t unused;
        op.dry_run = true;
        hints.largest = &sum;
        run_product(job, i, &op, &hints, &unused);
        all = fmax(all, ldexp((double)sum, -(p->a.exp + p->b.exp)));
    }
    return all;
}

/* In a block format the operands are rounded on their way. */
static const float *rounded(trn_ctx_t *ctx, const float *x, size_t count, int slot)
{
    if (!trn_format_block(ctx->format.kind)) return x;
    float *out = trn_scratch(ctx, slot, count);
    trn_round_block(ctx->format, x, count, out);
    return out;
}

static void float_gemm(trn_ctx_t *ctx, float *c, const trn_product_t *p)
{
    const float *a = rounded(ctx, p->a.value, p->m * p->k, 0), *b = rounded(ctx, p->b.value, p->k * p->n, 1);
    cblas_sgemm(CblasRowMajor, p->trans_a ? CblasTrans : CblasNoTrans, p->trans_b ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n, (int)p->k,
                1.0F, a, (int)(p->trans_a ? p->m : p->k), b, (int)(p->trans_b ? p->k : p->n), 0.0F, c, (int)p->n);
    trn_round_float(ctx->format.kind, c, p->m * p->n);
}

void trn_gemm_parts(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *product, size_t parts, void *out)
{
    const size_t each = product->m * product->n;
    for (size_t i = 0; ctx->on_product != NULL && i < parts; i++) ctx->on_product(ctx->on_product_user, &product[i]);
    if (!trn_integer(ctx)) {
        for (size_t i = 0; i < parts; i++) float_gemm(ctx, (float *)out + i * each, &product[i]);
        return;
    }
    trn_gemm_job_t job = {.product = product, .parts = parts, .ctx = ctx, .out = out};
    for (size_t i = 0; i < parts; i++) {
        const trn_product_t *p = &product[i];
        const trn_window_t *window = p->b.window;
        job.op[i] = (flx_gemm_t){.fmt = ctx->format.fmt, .m = p->m, .n = p->n, .k = p->k, .trans_a = p->trans_a, .trans_b = p->trans_b, .exp_a = p->a.exp,
                                 .exp_b = p->b.exp, .rounding = trn_rounding(ctx), .lanes = FLX_LANES_DEFAULT};
        job.hints[i] = (flx_gemm_hints_t){.max_a = p->a.max, .max_b = p->b.max};
        if (window == NULL) continue;
        job.hints[i].fill = trn_im2col_fill;
        job.hints[i].fill_user = window;
        job.hints[i].conv = &window->conv;
    }
    trn_usage_t before;
    trn_write(ctx, c, gemm_kernel, gemm_largest, &job, &before);
    for (size_t i = 0; ctx->record != NULL && !ctx->eval && i < parts; i++) {
        trn_tensor_t view = *c;
        view.mant = job.out + i * each;
        view.count = each;
        trn_record_gemm(ctx, &product[i], &job.op[i], &view, &before, &job.stats[i]);
    }
}

void trn_gemm(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *product)
{
    trn_gemm_parts(ctx, c, product, 1, trn_integer(ctx) ? (void *)c->mant : (void *)c->value);
}
