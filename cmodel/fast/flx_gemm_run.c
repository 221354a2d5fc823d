/* flx_gemm_run.c - the fast exact multiply: by parts, by blocks, or by the reference where sums are not exact. Header: flx_gemm_run.h, twin: cmodel/golden/flx_gemm.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "flx_gemm_blocks.h"
#include "flx_gemm_parts.h"

/* No step of the accumulator can saturate, and nothing is rounded on the way. */
static bool is_exact(const flx_gemm_job_t *job)
{
    const flx_gemm_t *op = job->op;
    const uint64_t max_a = job->hints.max_a, max_b = job->hints.max_b;
    if (op->chunk != 0) return false;
    if (op->fmt.acc_bits >= FLX_ACC_BITS_EXACT || max_a * max_b == 0) return true;
    return op->k <= (((uint64_t)1 << (op->fmt.acc_bits - 1)) - 1) / (max_a * max_b);
}

/* The stored rows of B, one after the other. */
static int16_t *make_b(const flx_gemm_t *op, const flx_gemm_hints_t *hints)
{
    const size_t rows = op->trans_b ? op->n : op->k, each = op->trans_b ? op->k : op->n;
    int16_t *b = malloc(rows * each * sizeof *b);
    for (size_t row = 0; b != NULL && row < rows; row++) hints->fill(hints->fill_user, row, 0, each, b + row * each);
    return b;
}

static flx_err_t run_reference(const flx_gemm_job_t *job, flx_stats_t *stats)
{
    if (job->hints.largest != NULL) return FLX_ERR_MODE;
    if (job->hints.fill == NULL) return flx_gemm_reference(job->op, job->a, job->b, job->c, stats);
    int16_t *made = make_b(job->op, &job->hints);
    const flx_err_t err = made != NULL ? flx_gemm_reference(job->op, job->a, made, job->c, stats) : FLX_ERR_MEMORY;
    free(made);
    return err;
}

/* Rows that are made on the way are not looked at: any mantissa is allowed for. */
static uint32_t largest_b(const flx_gemm_job_t *job)
{
    return job->hints.fill != NULL ? (uint32_t)flx_mant_max(job->op->fmt) + 1 : flx_gemm_largest(job->b, job->op->k * job->op->n);
}

flx_err_t flx_gemm_run_with(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c,
                            flx_stats_t *stats, const flx_gemm_hints_t *hints, unsigned threads)
{
    const flx_err_t err = flx_gemm_check(op);
    if (err != FLX_OK) return err;
    if (flx_gemm_tile(kernel) == NULL) return FLX_ERR_MODE;
    flx_gemm_job_t job = {.kernel = kernel, .op = op, .a = a, .b = b, .c = c, .threads = threads};
    if (hints != NULL) job.hints = *hints;
    if (job.hints.max_a == 0) job.hints.max_a = flx_gemm_largest(a, op->m * op->k);
    if (job.hints.max_b == 0) job.hints.max_b = largest_b(&job);
    if (!flx_depth_fits(op->fmt, op->k, job.hints.max_a, job.hints.max_b)) return FLX_ERR_DEPTH;
    if (!is_exact(&job)) return run_reference(&job, stats);
    return flx_gemm_takes_parts(op, job.hints.conv) ? flx_gemm_parts(&job, stats) : flx_gemm_blocks(&job, stats);
}

flx_err_t flx_gemm_run(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats,
                       const flx_gemm_hints_t *hints, unsigned threads)
{
    return flx_gemm_run_with(FLX_GEMM_AUTO, op, a, b, c, stats, hints, threads);
}
