/* flx_gemm.h - exact matrix multiply C = op(A) * op(B) of flex tensors. Twin: rtl/core/flx_core.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * Products and sums are exact; every output is rounded once, with an exponent fixed before the
 * operation starts (Koster et al. 2017, section 3). */
#ifndef FLX_GEMM_H
#define FLX_GEMM_H

#include "flx_requant.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct flx_gemm {
    flx_format_t fmt;
    size_t m, n, k;          /* op(A) is m x k, op(B) is k x n, C is m x n; each >= 1 */
    bool trans_a, trans_b;   /* A is stored k x m; B is stored n x k */
    int32_t exp_a, exp_b;    /* exponents that the operands were written with */
    int32_t exp_c;           /* exponent in force when C is written */
    flx_rounding_t rounding;
    uint32_t seed;           /* stochastic rounding */
    uint32_t chunk;          /* 0: exact; FLX_CHUNK_LENGTH: chunked accumulation */
    uint32_t lanes;          /* read for acc_bits < 48 only, where the accumulator saturates after every `lanes`
                                products (k ascending, the sum of a step is exact); 1..32, power of 2 */
    bool dry_run;            /* statistics only: c is not written and may be NULL */
} flx_gemm_t;

/* Why the operation is refused whatever the operands hold, or FLX_OK. */
flx_err_t flx_gemm_check(const flx_gemm_t *op);

/* Row-major, no padding: a[m][k] (or [k][m]), b[k][n] (or [n][k]), c[m][n]. Reference loops: the definition.
 * Returns flx_gemm_check(op), or FLX_ERR_DEPTH unless flx_depth_fits for the largest magnitudes in a and b; what is refused writes
 * nothing. As fast as training needs: flx_gemm_run.h. */
flx_err_t flx_gemm_reference(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats);

#ifdef __cplusplus
}
#endif
#endif
