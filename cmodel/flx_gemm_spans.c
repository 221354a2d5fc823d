/* flx_gemm_spans.c - AVX2 tiles for large operands: spans of pairs of one length. Header: flx_gemm_kernel.h, twin: cmodel/flx_gemm_kernel.c
 *
 * The sum s of a span fits int32, whatever the operands. One register adds s modulo 2^32, another floor(s / 2^16), so nothing is
 * cleared or tested between spans, and a span of one pair costs four instructions. Each span's floor leaves 0..65535 behind: together
 * less than 2^32, so the sum modulo 2^32 tells it exactly. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum {
    ROWS = FLX_TILE_ROWS,
    COLS = FLX_TILE_COLS,
    PART_ROWS = 2, /* 8 sums of both kinds, and room for operands in the 16 registers */
    LANES = 8,
    PART_COLS = 2 * LANES
};

AVX2 static inline __m256i load(const void *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

AVX2 static inline __m256i pair_of(const flx_pair_t *pair)
{
    int32_t bits;
    __builtin_memcpy(&bits, pair, sizeof bits);
    return _mm256_set1_epi32(bits);
}

/* sum + x, in sum's own register: left to itself, gcc 12 copies every sum in every turn of the loop. */
AVX2 static inline __m256i plus(__m256i sum, __m256i x)
{
    __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(x));
    return sum;
}

/* PART_ROWS x PART_COLS of a tile: high * 2^FLX_SPLIT_BITS + low is the sum. `span` is known where this is inlined. */
AVX2 __attribute__((always_inline)) static inline void sum_part(size_t span, const flx_pair_t *a, const flx_pair_t *b, size_t pairs, int32_t *to_high, int32_t *to_low)
{
    __m256i modulo[PART_ROWS][2], high[PART_ROWS][2];
#pragma GCC unroll 2
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) modulo[r][half] = high[r][half] = _mm256_setzero_si256();
    for (size_t kp = 0; kp < pairs; kp += span, a += span * ROWS, b += span * COLS) {
        const __m256i b0 = load(b), b1 = load(b + LANES);
#pragma GCC unroll 2
        for (int r = 0; r < PART_ROWS; r++) {
            const __m256i ar = pair_of(a + r);
            __m256i s[2] = {_mm256_madd_epi16(ar, b0), _mm256_madd_epi16(ar, b1)};
#pragma GCC unroll 4
            for (size_t i = 1; i < span; i++) {
                const __m256i next = pair_of(a + i * ROWS + r);
                s[0] = _mm256_add_epi32(s[0], _mm256_madd_epi16(next, load(b + i * COLS)));
                s[1] = _mm256_add_epi32(s[1], _mm256_madd_epi16(next, load(b + i * COLS + LANES)));
            }
#pragma GCC unroll 2
            for (int half = 0; half < 2; half++) {
                modulo[r][half] = plus(modulo[r][half], s[half]);
                high[r][half] = plus(high[r][half], _mm256_srai_epi32(s[half], FLX_SPLIT_BITS));
            }
        }
    }
#pragma GCC unroll 2
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            const __m256i left = _mm256_sub_epi32(modulo[r][half], _mm256_slli_epi32(high[r][half], FLX_SPLIT_BITS));
            _mm256_storeu_si256((__m256i *)(void *)(to_high + r * COLS + LANES * half), high[r][half]);
            _mm256_storeu_si256((__m256i *)(void *)(to_low + r * COLS + LANES * half), left);
        }
}

#define DEFINE_PART(span)                                                                                                                       \
    AVX2 __attribute__((noinline)) static void part_##span(const flx_pair_t *a, const flx_pair_t *b, size_t pairs, int32_t *high, int32_t *low) \
    {                                                                                                                                           \
        sum_part(span, a, b, pairs, high, low);                                                                                                 \
    }
DEFINE_PART(1)
DEFINE_PART(2)
DEFINE_PART(3)

typedef void (*flx_part_fn)(const flx_pair_t *a, const flx_pair_t *b, size_t pairs, int32_t *high, int32_t *low);

static inline void split_by(flx_part_fn part, const flx_panel_t *a, const flx_panel_t *b, size_t pairs, int32_t *high, int32_t *low)
{
    for (int c = 0; c < COLS; c += PART_COLS)
        for (int r = 0; r < ROWS; r += PART_ROWS) part(a->pairs + r, b->pairs + c, pairs, high + r * COLS + c, low + r * COLS + c);
}

AVX2 static inline void tile_by(flx_part_fn part, const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int64_t *acc)
{
    int32_t high[FLX_TILE_SIZE], low[FLX_TILE_SIZE];
    split_by(part, a, b, pairs, high, low);
    for (int i = 0; i < FLX_TILE_SIZE; i += 4) {
        const __m256i h = _mm256_slli_epi64(_mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)(const void *)(high + i))), FLX_SPLIT_BITS);
        const __m256i sum = _mm256_add_epi64(h, _mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)(const void *)(low + i))));
        _mm256_storeu_si256((__m256i *)(void *)(acc + i), add ? _mm256_add_epi64(load(acc + i), sum) : sum);
    }
}

#define DEFINE_TILE(span)                                                                                                            \
    static void split_##span(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, int32_t *high, int32_t *low)                  \
    {                                                                                                                                \
        split_by(part_##span, a, b, pairs, high, low);                                                                               \
    }                                                                                                                                \
    AVX2 static void tile_##span(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int64_t *acc)                   \
    {                                                                                                                                \
        tile_by(part_##span, a, b, pairs, add, acc);                                                                                 \
    }
DEFINE_TILE(1)
DEFINE_TILE(2)
DEFINE_TILE(3)

flx_spans_fn_t flx_gemm_spans(size_t least)
{
    switch (least) {
    case 0: return (flx_spans_fn_t){NULL, NULL};
    case 1: return (flx_spans_fn_t){tile_1, split_1};
    case 2: return (flx_spans_fn_t){tile_2, split_2};
    default: return (flx_spans_fn_t){tile_3, split_3};
    }
}
#endif
