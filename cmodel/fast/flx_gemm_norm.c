/* flx_gemm_norm.c - how large a block's sums can be, from the norms of its lines. Header: flx_gemm_kernel.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * By Cauchy and Schwarz a sum of products is at most the root of both lines' sums of squares. On the way it may be larger: sums wrap,
 * and only their end has to fit. Real tensors have few large elements, so this allows far longer segments than their maxima do. */
#include "flx_gemm_kernel.h"
#include "flx_lanes.h"

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

enum { LANES = 8 };

AVX2 static uint32_t squares_avx2(const flx_pair_t *pairs, size_t count, size_t lines)
{
    __m256i most = _mm256_setzero_si256();
    for (size_t line = 0; line < lines; line += LANES) {
        __m256i sum = _mm256_setzero_si256();
        for (size_t i = 0; i < count; i++) {
            const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(pairs + i * lines + line));
            sum = _mm256_add_epi32(sum, _mm256_srli_epi32(_mm256_madd_epi16(x, x), FLX_SQUARES_SHIFT)); /* at most 2^31, unsigned */
        }
        most = _mm256_max_epu32(most, sum);
    }
    return flx_lanes_max(most) + (uint32_t)count;
}
#endif

uint32_t flx_gemm_squares(const flx_pair_t *pairs, size_t count, size_t lines)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return squares_avx2(pairs, count, lines);
#endif
    uint32_t largest = 0;
    for (size_t line = 0; line < lines; line++) {
        uint32_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            const int32_t even = pairs[i * lines + line].even, odd = pairs[i * lines + line].odd;
            sum += ((uint32_t)(even * even) + (uint32_t)(odd * odd)) >> FLX_SQUARES_SHIFT;
        }
        largest = sum > largest ? sum : largest;
    }
    return largest + (uint32_t)count;
}

bool flx_gemm_sum_fits(uint32_t squares_a, uint32_t squares_b)
{
    const uint64_t most = FLX_SEGMENT_SUM_MAX >> FLX_SQUARES_SHIFT;
    return (uint64_t)squares_a * squares_b <= most * most;
}
