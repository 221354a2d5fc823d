/* flx_gemm_run.h - the multiply of flx_gemm.h, fast enough to train with. Twin: cmodel/golden/flx_gemm.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same result as flx_gemm_reference for every operation and operand, whatever the kernel, the threads and the hints; but depth is
 * judged by max_a and max_b where the caller gives them. */
#ifndef FLX_GEMM_RUN_H
#define FLX_GEMM_RUN_H

#include "flx_gemm.h"

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

/* What the caller knows beside the operation, and may ask for; {0} knows nothing. */
typedef struct flx_gemm_hints {
    uint32_t max_a, max_b;       /* no |m| of the operand is larger; 0: it is looked at */
    flx_gemm_fill_fn fill;       /* makes B's rows when they are needed, b is not read; NULL: b holds them */
    const void *fill_user;
    const flx_gemm_conv_t *conv; /* beside fill: the matrix that it makes, read from x where that is faster; NULL: any matrix */
    uint64_t *largest;           /* for a dry run: not NULL: gets the largest |exact sum| and nothing is converted, stats stay as
                                    they are; FLX_ERR_MODE where sums are not exact: chunked, or an accumulator that can saturate */
} flx_gemm_hints_t;

/* flx_gemm_reference on up to `threads` threads (0: all); hints may be NULL. Also FLX_ERR_MEMORY: c is worth
 * nothing then. */
flx_err_t flx_gemm_run(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats,
                       const flx_gemm_hints_t *hints, unsigned threads);

/* The inner kernel: every one gives the same result. AUTO is the fastest that the machine has. */
typedef enum flx_gemm_kernel { FLX_GEMM_AUTO, FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI } flx_gemm_kernel_t;

/* flx_gemm_run with a chosen kernel; FLX_ERR_MODE when the machine cannot run it. */
flx_err_t flx_gemm_run_with(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c,
                            flx_stats_t *stats, const flx_gemm_hints_t *hints, unsigned threads);

/* What it stands for on this machine: "avx512-vnni", "avx2", "portable" or "not on this machine". */
const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel);

#ifdef __cplusplus
}
#endif
#endif
