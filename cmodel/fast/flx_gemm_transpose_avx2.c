/* flx_gemm_transpose_avx2.c - rows of pairs become columns, by 8. Header: flx_gemm_transpose.h, twin: cmodel/fast/flx_gemm_transpose_avx512.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_transpose.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
enum { BY = 8 };

AVX2 __attribute__((always_inline)) static inline void transpose_8(const int16_t *from, size_t stride, flx_pair_t *out, size_t out_stride)
{
    __m256i x[BY], y[BY];
    for (size_t c = 0; c < BY; c++) x[c] = _mm256_loadu_si256((const __m256i *)(const void *)(from + c * stride));
    FLX_TURN_BY_FOUR(x, y, BY, _mm256_unpacklo_epi32, _mm256_unpackhi_epi32, _mm256_unpacklo_epi64, _mm256_unpackhi_epi64);
    for (size_t j = 0; j < 4; j++) {
        _mm256_storeu_si256((__m256i *)(void *)(out + j * out_stride), _mm256_permute2x128_si256(x[j], x[4 + j], 0x20));
        _mm256_storeu_si256((__m256i *)(void *)(out + (4 + j) * out_stride), _mm256_permute2x128_si256(x[j], x[4 + j], 0x31));
    }
}

AVX2 static void transpose_by_8(const int16_t *from, size_t stride, size_t columns, size_t pairs, flx_pair_t *out)
{
    for (size_t i = 0; i < pairs; i += BY)
        for (size_t c = 0; c < columns; c += BY) transpose_8(from + c * stride + 2 * i, stride, out + i * columns + c, columns);
}

size_t flx_gemm_transpose_avx2(const int16_t *from, size_t stride, size_t columns, size_t pairs, flx_pair_t *out)
{
    const size_t whole = __builtin_cpu_supports("avx2") ? pairs - pairs % BY : 0;
    if (whole != 0) transpose_by_8(from, stride, columns, whole, out);
    return whole;
}

#else

size_t flx_gemm_transpose_avx2(const int16_t *from, size_t stride, size_t columns, size_t pairs, flx_pair_t *out)
{
    (void)from, (void)stride, (void)columns, (void)pairs, (void)out;
    return 0;
}

#endif
