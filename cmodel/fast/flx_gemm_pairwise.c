/* flx_gemm_pairwise.c - AVX2 sums for large operands: pair by pair, two sums of each. Header: flx_gemm_kernel.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sum s of a pair of products fits int32. One register adds s modulo 2^32, another floor(s / 2^16): four instructions, and nothing
 * is cleared or tested on the way. Each floor leaves 0..65535 behind, over 32767 pairs less than 2^31 together, so the sum modulo 2^32
 * less 2^16 times the sum of the floors is what they left, exactly. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum {
    ROWS = FLX_TILE_ROWS,
    COLS = FLX_TILE_COLS,
    PART_ROWS = 3, /* most rows of a part: 12 sums of both kinds, and the operands, fill the 16 registers */
    AHEAD = 8,     /* pairs of B that are asked for early: half a block's columns do not all stay in the first cache */
    LANES = 8,
    PART_COLS = 2 * LANES
};

AVX2 static inline __m256i load(const void *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

AVX2 static inline void store(int32_t *to, __m256i x)
{
    _mm256_storeu_si256((__m256i *)(void *)to, x);
}

/* sum + x, in sum's own register: left to itself, gcc 12 copies every sum in every turn of the loop. */
AVX2 static inline __m256i plus(__m256i sum, __m256i x)
{
    __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(x));
    return sum;
}

/* rows x PART_COLS of a tile; `rows` is known where this is inlined. */
AVX2 __attribute__((always_inline)) static inline void sum_part(int rows, const flx_pair_t *a, const flx_pair_t *b, size_t pairs, bool add, int32_t *to_high, int32_t *to_low)
{
    __m256i modulo[PART_ROWS][2], high[PART_ROWS][2];
#pragma GCC unroll 3
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) modulo[r][half] = high[r][half] = _mm256_setzero_si256();
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS) {
        __m256i b0 = load(b), b1 = load(b + LANES);
        __asm__("" : "+x"(b0), "+x"(b1)); /* read once, not by every row */
        __builtin_prefetch(b + AHEAD * COLS);
#pragma GCC unroll 3
        for (int r = 0; r < rows; r++) {
            const __m256i ar = _mm256_set1_epi32(flx_pair_bits(a + r)), s0 = _mm256_madd_epi16(ar, b0), s1 = _mm256_madd_epi16(ar, b1);
            modulo[r][0] = plus(modulo[r][0], s0);
            modulo[r][1] = plus(modulo[r][1], s1);
            high[r][0] = plus(high[r][0], _mm256_srai_epi32(s0, FLX_SPLIT_BITS));
            high[r][1] = plus(high[r][1], _mm256_srai_epi32(s1, FLX_SPLIT_BITS));
        }
    }
#pragma GCC unroll 3
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *h = to_high + r * COLS + LANES * half, *l = to_low + r * COLS + LANES * half;
            const __m256i low = _mm256_sub_epi32(modulo[r][half], _mm256_slli_epi32(high[r][half], FLX_SPLIT_BITS));
            store(h, add ? _mm256_add_epi32(high[r][half], load(h)) : high[r][half]);
            store(l, add ? _mm256_add_epi32(low, load(l)) : low);
        }
}

AVX2 __attribute__((noinline)) static void sum_3_rows(const flx_pair_t *a, const flx_pair_t *b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    sum_part(3, a, b, pairs, add, high, low);
}

AVX2 __attribute__((noinline)) static void sum_2_rows(const flx_pair_t *a, const flx_pair_t *b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    sum_part(2, a, b, pairs, add, high, low);
}

void flx_gemm_pairwise_avx2(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    for (int c = 0; c < COLS; c += PART_COLS) {
        sum_3_rows(a->pairs, b->pairs + c, pairs, add, high + c, low + c);
        sum_3_rows(a->pairs + 3, b->pairs + c, pairs, add, high + 3 * COLS + c, low + 3 * COLS + c);
        sum_2_rows(a->pairs + 6, b->pairs + c, pairs, add, high + 6 * COLS + c, low + 6 * COLS + c);
    }
}
#endif
