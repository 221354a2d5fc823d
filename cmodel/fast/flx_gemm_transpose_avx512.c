/* flx_gemm_transpose_avx512.c - rows of pairs become columns, by 16. Header: flx_gemm_transpose.h, twin: cmodel/fast/flx_gemm_transpose_avx2.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_transpose.h"

#if defined(__x86_64__)
#include <immintrin.h>

enum { COLS = FLX_TILE_COLS, BY = 16 };

__attribute__((target("avx512f"))) static void transpose_16(const int16_t *from, size_t stride, flx_pair_t *out)
{
    __m512i x[BY], y[BY];
    for (int c = 0; c < BY; c++) x[c] = _mm512_loadu_si512(from + (size_t)c * stride);
    FLX_TURN_BY_FOUR(x, y, BY, _mm512_unpacklo_epi32, _mm512_unpackhi_epi32, _mm512_unpacklo_epi64, _mm512_unpackhi_epi64);
    for (int j = 0; j < 4; j++) {
        const __m512i low0 = _mm512_shuffle_i32x4(x[j], x[4 + j], 0x88), low1 = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0x88);
        const __m512i high0 = _mm512_shuffle_i32x4(x[j], x[4 + j], 0xDD), high1 = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0xDD);
        _mm512_storeu_si512(out + j * COLS, _mm512_shuffle_i32x4(low0, low1, 0x88));
        _mm512_storeu_si512(out + (4 + j) * COLS, _mm512_shuffle_i32x4(high0, high1, 0x88));
        _mm512_storeu_si512(out + (8 + j) * COLS, _mm512_shuffle_i32x4(low0, low1, 0xDD));
        _mm512_storeu_si512(out + (12 + j) * COLS, _mm512_shuffle_i32x4(high0, high1, 0xDD));
    }
}

size_t flx_gemm_transpose_avx512(const int16_t *from, size_t stride, size_t pairs, flx_pair_t *out)
{
    size_t i = 0;
    if (!__builtin_cpu_supports("avx512f")) return 0;
    for (; i + BY <= pairs; i += BY)
        for (size_t c = 0; c < COLS; c += BY) transpose_16(from + c * stride + 2 * i, stride, out + i * COLS + c);
    return i;
}

#else

size_t flx_gemm_transpose_avx512(const int16_t *from, size_t stride, size_t pairs, flx_pair_t *out)
{
    (void)from, (void)stride, (void)pairs, (void)out;
    return 0;
}

#endif
