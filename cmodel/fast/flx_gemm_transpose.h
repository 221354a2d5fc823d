/* flx_gemm_transpose.h - private: rows of pairs become columns: flx_gemm_transpose_avx2.c, flx_gemm_transpose_avx512.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_GEMM_TRANSPOSE_H
#define FLX_GEMM_TRANSPOSE_H

#include "flx_gemm_kernel.h"

/* out[i * columns + c] = pair i of row c, for `columns` rows, a multiple of 8, `stride` int16 apart: the first of `pairs` pairs, as many as
 * go by 8; returns how many, 0 where this machine has no AVX2. */
size_t flx_gemm_transpose_avx2(const int16_t *from, size_t stride, size_t columns, size_t pairs, flx_pair_t *out);

/* The same for FLX_TILE_COLS rows, by 16, with AVX-512. */
size_t flx_gemm_transpose_avx512(const int16_t *from, size_t stride, size_t pairs, flx_pair_t *out);

/* x[rows], vectors of pairs: x[c + j] becomes element 4 l + j of rows c .. c + 3, lane l; y[rows] is room. The four are the processor's
 * unpack instructions, low and high, of 32 and of 64 bits. */
#define FLX_TURN_BY_FOUR(x, y, rows, low_32, high_32, low_64, high_64)   \
    do {                                                                 \
        for (int c_ = 0; c_ < (rows); c_ += 2) {                         \
            (y)[c_] = low_32((x)[c_], (x)[c_ + 1]);                      \
            (y)[c_ + 1] = high_32((x)[c_], (x)[c_ + 1]);                 \
        }                                                                \
        for (int c_ = 0; c_ < (rows); c_ += 4)                           \
            for (int j_ = 0; j_ < 2; j_++) {                             \
                (x)[c_ + 2 * j_] = low_64((y)[c_ + j_], (y)[c_ + 2 + j_]); \
                (x)[c_ + 2 * j_ + 1] = high_64((y)[c_ + j_], (y)[c_ + 2 + j_]); \
            }                                                            \
    } while (0)

#endif
