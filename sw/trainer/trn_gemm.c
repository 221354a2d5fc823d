/* trn_gemm.c - matrix products: OpenBLAS for float32, the golden model for flex. Header: trn_gemm.h */
#include "trn_gemm.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

#include "trn_im2col.h"
#include "trn_record.h"

trn_operand_t trn_operand(const trn_tensor_t *tensor)
{
    return (trn_operand_t){.value = tensor->value, .mant = tensor->mant, .exp = tensor->exp, .max = tensor->gamma};
}

typedef struct trn_gemm_job {
    flx_gemm_t op;
    const trn_product_t *product;
    const trn_ctx_t *ctx;
    trn_tensor_t *c;
} trn_gemm_job_t;

static flx_stats_t gemm_kernel(void *user, int32_t exp, bool dry_run)
{
    trn_gemm_job_t *job = user;
    flx_stats_t stats = {0};
    job->op.exp_c = exp;
    job->op.seed = (uint32_t)job->ctx->random;
    job->op.dry_run = dry_run;
    const flx_err_t err = flx_gemm_run(&job->op, job->product->a.mant, job->product->b.mant, job->c->mant, &stats, job->ctx->threads);
    if (err != FLX_OK) {
        fprintf(stderr, "flx-train: layer %s, %s: %s\n", job->product->layer, job->product->pass, flx_err_text(err));
        exit(3);
    }
    return stats;
}

/* In a block format the operands are rounded on their way. */
static const float *rounded(trn_ctx_t *ctx, const float *x, size_t count, int slot)
{
    if (!trn_format_block(ctx->format.kind)) return x;
    float *out = trn_scratch(ctx, slot, count);
    trn_round_block(ctx->format, x, count, out);
    return out;
}

static void float_gemm(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *p)
{
    const float *a = rounded(ctx, p->a.value, p->m * p->k, 0), *b = rounded(ctx, p->b.value, p->k * p->n, 1);
    cblas_sgemm(CblasRowMajor, p->trans_a ? CblasTrans : CblasNoTrans, p->trans_b ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n, (int)p->k,
                1.0F, a, (int)(p->trans_a ? p->m : p->k), b, (int)(p->trans_b ? p->k : p->n), 0.0F, c->value, (int)p->n);
    trn_round_float(ctx->format.kind, c->value, c->count);
}

void trn_gemm(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *p)
{
    if (!trn_integer(ctx)) {
        float_gemm(ctx, c, p);
        return;
    }
    const trn_window_t *window = p->b.window;
    trn_gemm_job_t job = {.op = {.fmt = ctx->format.fmt, .m = p->m, .n = p->n, .k = p->k, .trans_a = p->trans_a, .trans_b = p->trans_b,
                                 .exp_a = p->a.exp, .exp_b = p->b.exp, .rounding = trn_rounding(ctx), .lanes = FLX_LANES_DEFAULT,
                                 .max_a = p->a.max, .max_b = p->b.max, .fill = window != NULL ? trn_im2col_fill : NULL, .fill_user = window,
                                 .conv = window != NULL ? &window->conv : NULL},
                          .ctx = ctx, .product = p, .c = c};
    trn_usage_t before;
    const flx_stats_t stats = trn_write(ctx, c, gemm_kernel, &job, &before);
    if (ctx->record != NULL && !ctx->eval) {
        job.op.dry_run = false;
        trn_record_gemm(ctx, p, &job.op, c, &before, &stats);
    }
}
