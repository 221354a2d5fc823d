/* flx_gemm.h - exact matrix multiply C = op(A) * op(B) of flex tensors. Twin: rtl/core/flx_core.v
 *
 * Products and sums are exact; every output is rounded once, with an exponent fixed before the
 * operation starts (Koster et al. 2017, section 3). */
#ifndef FLX_GEMM_H
#define FLX_GEMM_H

#include "flx_requant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes elements [first, first + count) of a row of B as it would be stored into out[count]. Called by several threads at once. */
typedef void (*flx_gemm_fill_fn)(const void *user, size_t row, size_t first, size_t count, int16_t *out);

/* A matrix as im2col makes it: stored row (c, ky, kx), column (n, oy, ox) holds x[c][n][oy stride + ky - pad_h][ox stride + kx - pad_w],
 * 0 outside. With dilate > 1 x is read as if dilate - 1 zeros stood between its rows and columns; stride is 1 then. Every size >= 1. */
typedef struct flx_gemm_conv {
    const int16_t *x; /* [channels][images][height][width] */
    size_t channels, images, height, width;
    size_t kernel_h, kernel_w, stride, dilate, pad_h, pad_w, out_h, out_w;
} flx_gemm_conv_t;

typedef struct flx_gemm {
    flx_format_t fmt;
    size_t m, n, k;          /* op(A) is m x k, op(B) is k x n, C is m x n; each >= 1 */
    bool trans_a, trans_b;   /* A is stored k x m; B is stored n x k */
    int32_t exp_a, exp_b;    /* exponents that the operands were written with */
    int32_t exp_c;           /* exponent in force when C is written */
    flx_rounding_t rounding;
    uint32_t seed;           /* stochastic rounding */
    uint32_t chunk;          /* 0: exact; FLX_CHUNK_LENGTH: chunked accumulation */
    uint32_t lanes;          /* only for acc_bits < 48: the accumulator saturates after every `lanes`
                                products (k ascending, the sum of a step is exact); 1..32, power of 2 */
    bool dry_run;            /* statistics only: c is not written and may be NULL */
    uint64_t *largest;       /* for a dry run of flx_gemm_run: not NULL: gets the largest |exact sum| and nothing is converted, stats stay as
                                they are; FLX_ERR_MODE where sums are not exact: chunked, or an accumulator that can saturate */
    uint32_t max_a, max_b;   /* for flx_gemm_run: no |m| of the operand is larger; 0: it looks for itself */
    flx_gemm_fill_fn fill;   /* for flx_gemm_run: makes B's rows when they are needed, b is not read; NULL: b holds them */
    const void *fill_user;
    const flx_gemm_conv_t *conv; /* for flx_gemm_run, beside fill: the matrix that it makes, read from x where that is faster; NULL: any matrix */
} flx_gemm_t;

/* Row-major, no padding: a[m][k] (or [k][m]), b[k][n] (or [n][k]), c[m][n].
 * Reference loops: the definition. Returns FLX_OK, or why the operation is refused (nothing is
 * written then). acc_bits >= 48 refuses K > flx_depth_max; acc_bits < 48 saturates step by step. */
flx_err_t flx_gemm_reference(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c,
                             flx_stats_t *stats);

/* Same result for every input, fast enough to train with; uses up to `threads` threads (0: all). */
flx_err_t flx_gemm_run(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats,
                       unsigned threads);

/* The inner kernel: every one gives the same result. AUTO is the fastest that the machine has. */
typedef enum flx_gemm_kernel { FLX_GEMM_AUTO, FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI } flx_gemm_kernel_t;

/* flx_gemm_run with a chosen kernel; FLX_ERR_MODE when the machine cannot run it. */
flx_err_t flx_gemm_run_with(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c,
                            flx_stats_t *stats, unsigned threads);

/* What it stands for on this machine: "avx512-vnni", "avx2", "portable" or "not on this machine". */
const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel);

#ifdef __cplusplus
}
#endif
#endif
