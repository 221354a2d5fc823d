/* flx_gemm_tile_avx2.c - the inner kernels for AVX2. Header: flx_gemm_tile.h, twin: cmodel/fast/flx_gemm_tile_vnni.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_tile.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2")))
typedef __m256i vector_t;
enum { LANES = 8, PART_ROWS = 4 }; /* 8 sums fit the 16 registers */

VECTOR static inline vector_t load(const void *from) { return _mm256_loadu_si256((const __m256i *)from); }
VECTOR static inline void store(int32_t *to, vector_t x) { _mm256_storeu_si256((__m256i *)(void *)to, x); }
VECTOR static inline vector_t all(int32_t x) { return _mm256_set1_epi32(x); }
VECTOR static inline vector_t plus(vector_t x, vector_t y) { return _mm256_add_epi32(x, y); }
VECTOR static inline vector_t either(vector_t x, vector_t y) { return _mm256_or_si256(x, y); }
VECTOR static inline vector_t high_part(vector_t x) { return _mm256_srai_epi32(x, FLX_SPLIT_BITS); }
VECTOR static inline vector_t multiply_add(vector_t s, vector_t a, vector_t b) { return _mm256_add_epi32(s, _mm256_madd_epi16(a, b)); }

#include "flx_gemm_tile_vector.h"

static bool runs(void)
{
    return __builtin_cpu_supports("avx2");
}

const flx_gemm_variant_t flx_gemm_variant_avx2 = {.name = "avx2", .runs = runs, .tile = tile_short, .tile_pairwise = flx_gemm_pairwise_avx2, .sum = tile_sum};

#else

static bool runs(void)
{
    return false;
}

const flx_gemm_variant_t flx_gemm_variant_avx2 = {.name = "avx2", .runs = runs};

#endif
