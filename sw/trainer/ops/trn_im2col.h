/* trn_im2col.h - a convolution's operand as a matrix: whole, or row by row when the product asks for it. Twin: cmodel/include/flx/flx_gemm_run.h (flx_gemm_fill_fn)
 * SPDX-License-Identifier: Apache-2.0
 *
 * Row (c, ky, kx), column (n, oy, ox) holds x[c][n][oy stride + ky - pad][ox stride + kx - pad], 0 outside. With dilate > 1 x is read as
 * if dilate - 1 zeros stood between its rows and columns; stride is 1 then. */
#ifndef TRN_IM2COL_H
#define TRN_IM2COL_H

#include <stdint.h>

#include "flx/flx_gemm_run.h"
#include "tensor/trn_shape.h"
#include "trn_gemm.h"

enum { TRN_KERNEL_MAX = 16 };

/* The output coordinates first, first + step, .. of a line that read an element at a tap: `count` of them, from at, at + at_step, .. */
typedef struct trn_reads {
    uint32_t first, step, count, at, at_step;
} trn_reads_t;

typedef struct trn_window {
    trn_shape_t in; /* of x as stored */
    uint32_t kernel, out_h, out_w;
    bool shifted;   /* stride and dilate are 1, and out_w is in.w */
    trn_reads_t rows[TRN_KERNEL_MAX], columns[TRN_KERNEL_MAX]; /* of tap ky, of tap kx */
    const int16_t *x; /* for trn_im2col_fill */
    flx_gemm_conv_t conv; /* the same for the product, with its own x */
} trn_window_t;

/* kernel <= TRN_KERNEL_MAX; a plane of less than 2^32 elements. */
trn_window_t trn_window(trn_shape_t in, size_t kernel, size_t stride, size_t pad, size_t dilate, size_t out_h, size_t out_w);

/* The whole matrix of [in.c kernel kernel] rows, [in.n out_h out_w] columns; element_size 2 or 4. */
void trn_im2col(const trn_window_t *window, const void *x, size_t element_size, void *out);

/* im2col of the channels from element `first` of the tensor on, as the right operand of a product. Where the product needs it in memory
 * (trn_needs_matrix), the whole matrix goes to *matrix, which is allocated when it is NULL; made: it is there already. */
trn_operand_t trn_lowered(const trn_ctx_t *ctx, trn_window_t *window, const trn_tensor_t *tensor, size_t first, void **matrix, bool made);

/* flx_gemm_fill_fn: user is a trn_window_t. */
void trn_im2col_fill(const void *user, size_t row, size_t first, size_t count, int16_t *out);

#endif
