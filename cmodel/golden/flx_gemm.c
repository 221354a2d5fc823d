/* flx_gemm.c - exact matrix multiply, reference loops: the definition. Header: flx_gemm.h, twin: rtl/core/flx_core.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_gemm.h"

/* With 48 bits or more every sum is exact, however many products a step adds. */
static bool flx_steps_matter(const flx_gemm_t *op)
{
    return op->fmt.acc_bits < FLX_ACC_BITS_EXACT;
}

static bool flx_exp_valid(const flx_gemm_t *op, int32_t exp)
{
    return exp >= 0 && exp <= flx_exp_max(op->fmt);
}

flx_err_t flx_gemm_check(const flx_gemm_t *op)
{
    if (!flx_format_valid(op->fmt)) return FLX_ERR_FORMAT;
    if (op->m == 0 || op->n == 0 || op->k == 0) return FLX_ERR_SHAPE;
    if (!flx_exp_valid(op, op->exp_a) || !flx_exp_valid(op, op->exp_b) || !flx_exp_valid(op, op->exp_c)) return FLX_ERR_EXPONENT;
    if ((unsigned)op->rounding > FLX_ROUND_STOCHASTIC || (op->chunk != 0 && op->chunk != FLX_CHUNK_LENGTH)) return FLX_ERR_MODE;
    if (flx_steps_matter(op) && (op->lanes == 0 || op->lanes > FLX_CHUNK_LENGTH || (op->lanes & (op->lanes - 1)) != 0)) return FLX_ERR_MODE;
    return FLX_OK;
}

/* Operands that are small enough for their depth. */
static bool flx_depth_holds(const flx_gemm_t *op, const int16_t *a, const int16_t *b)
{
    return op->k <= flx_depth_max(op->fmt) || flx_depth_fits(op->fmt, op->k, flx_stats_largest(a, op->m * op->k), flx_stats_largest(b, op->k * op->n));
}

/* Adds one step's exact sum; an accumulator of less than 48 bits saturates. */
static int64_t flx_accumulate(flx_format_t fmt, int64_t acc, int64_t step, bool *saturated)
{
    const int64_t sum = acc + step;
    if (fmt.acc_bits >= FLX_ACC_BITS_EXACT) return sum;
    const int64_t max = ((int64_t)1 << (fmt.acc_bits - 1)) - 1;
    if (sum <= max && sum >= -max - 1) return sum;
    *saturated = true;
    return sum < 0 ? -max - 1 : max;
}

flx_err_t flx_gemm_reference(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats)
{
    const flx_err_t err = flx_gemm_check(op);
    if (err != FLX_OK) return err;
    if (!flx_depth_holds(op, a, b)) return FLX_ERR_DEPTH;
    const size_t a_row = op->trans_a ? 1 : op->k, a_step = op->trans_a ? op->m : 1;
    const size_t b_col = op->trans_b ? op->k : 1, b_step = op->trans_b ? 1 : op->n;
    const size_t lanes = flx_steps_matter(op) ? op->lanes : FLX_CHUNK_LENGTH;
    const int32_t s = op->exp_a + op->exp_b - op->exp_c;
    flx_stats_t out = {0};
    for (size_t row = 0; row < op->m; row++) {
        for (size_t col = 0; col < op->n; col++) {
            int64_t acc = 0;
            for (size_t k = 0; k < op->k;) {
                int64_t step = 0;
                for (size_t lane = 0; lane < lanes && k < op->k; lane++, k++)
                    step += (int64_t)a[row * a_row + k * a_step] * b[col * b_col + k * b_step];
                acc = flx_accumulate(op->fmt, acc, step, &out.acc_saturated);
                if (op->chunk != 0 && (k % op->chunk == 0 || k == op->k)) acc = flx_accumulate(op->fmt, flx_chunk_round(acc, s), 0, &out.acc_saturated);
            }
            const uint32_t random = op->rounding == FLX_ROUND_STOCHASTIC ? flx_stochastic_word(op->seed, (uint32_t)row, (uint32_t)col) : 0;
            const flx_mant_t mant = flx_requant(op->fmt, acc, s, op->rounding, random);
            if (!op->dry_run) c[row * op->n + col] = (int16_t)mant.mant;
            flx_stats_add(&out, op->fmt, mant.mant, mant.clipped, mant.nonzero_in);
        }
    }
    *stats = out;
    return FLX_OK;
}
