/* flx_gemm_tile_vnni.c - the inner kernels for AVX-512 VNNI. Header: flx_gemm_tile.h, twin: cmodel/fast/flx_gemm_tile_avx2.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_tile.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f,avx512bw,avx512vnni")))
typedef __m512i vector_t;
enum { LANES = 16, PART_ROWS = FLX_TILE_ROWS }; /* a whole tile's 16 sums fit the 32 registers */

VECTOR static inline vector_t load(const void *from) { return _mm512_loadu_si512(from); }
VECTOR static inline void store(int32_t *to, vector_t x) { _mm512_storeu_si512(to, x); }
VECTOR static inline vector_t all(int32_t x) { return _mm512_set1_epi32(x); }
VECTOR static inline vector_t plus(vector_t x, vector_t y) { return _mm512_add_epi32(x, y); }
VECTOR static inline vector_t either(vector_t x, vector_t y) { return _mm512_or_si512(x, y); }
VECTOR static inline vector_t high_part(vector_t x) { return _mm512_srai_epi32(x, FLX_SPLIT_BITS); }
VECTOR static inline vector_t multiply_add(vector_t s, vector_t a, vector_t b) { return _mm512_dpwssd_epi32(s, a, b); }
VECTOR static inline vector_t multiply_add_bytes(vector_t s, vector_t a, vector_t b) { return _mm512_dpbusd_epi32(s, a, b); }

#include "flx_gemm_tile_vector.h"

static inline int32_t bits_of_quad(const uint32_t *quad) { return (int32_t)*quad; }
DEFINE_SUMS(sums_of_quads, uint32_t, bits_of_quad, multiply_add_bytes)

/* With a = 256 a' + 128 + da and b = 256 b' + 128 + db, a' and b' the high bytes, -128 <= da, db <= 127, the sum of a b is
 *   2^14 e + error,  e = 4 (sum of (a' + 128) b') + offset_a + offset_b,  |error| < 2^31 over FLX_LONG_PAIRS,
 * and the sum modulo 2^32 tells what the error is. */
VECTOR static void tile_long(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *to_high, int32_t *to_low)
{
    int32_t modulo[FLX_TILE_SIZE] __attribute__((aligned(64))), high[FLX_TILE_SIZE] __attribute__((aligned(64)));
    sums_of_pairs(a->pairs, b->pairs, pairs, modulo);
    sums_of_quads(a->quads, b->quads, (pairs + 1) / 2, high);
    for (int i = 0; i < FLX_TILE_SIZE; i += 16) {
        const __m512i offset = _mm512_add_epi32(_mm512_set1_epi32(a->offset[i / COLS]), _mm512_loadu_si512(b->offset + i % COLS));
        const __m512i e = _mm512_add_epi32(_mm512_slli_epi32(_mm512_load_si512(high + i), 2), offset);
        const __m512i error = _mm512_sub_epi32(_mm512_load_si512(modulo + i), _mm512_slli_epi32(e, 14));
        /* 2^14 e + error in two parts; the lower is less than 2^17 a block */
        const __m512i h = _mm512_add_epi32(_mm512_srai_epi32(e, 2), _mm512_srai_epi32(error, FLX_SPLIT_BITS));
        const __m512i l = _mm512_add_epi32(_mm512_slli_epi32(_mm512_and_si512(e, _mm512_set1_epi32(3)), 14), _mm512_and_si512(error, _mm512_set1_epi32(0xFFFF)));
        _mm512_storeu_si512(to_high + i, add ? _mm512_add_epi32(h, load(to_high + i)) : h);
        _mm512_storeu_si512(to_low + i, add ? _mm512_add_epi32(l, load(to_low + i)) : l);
    }
}

static bool runs(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
}

const flx_gemm_variant_t flx_gemm_variant_vnni = {.name = "avx512-vnni", .runs = runs, .tile = tile_short, .tile_long = tile_long, .sum = tile_sum};

#else

static bool runs(void)
{
    return false;
}

const flx_gemm_variant_t flx_gemm_variant_vnni = {.name = "avx512-vnni", .runs = runs};

#endif
