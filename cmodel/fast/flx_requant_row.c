/* flx_requant_row.c - output conversion of a row of sums, in vectors. Header: flx_gemm_kernel.h, twin: cmodel/golden/flx_requant.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * The common case, nearest even with 1 <= s <= 61, is written without branches; all others go element by element. Sums of
 * two mantissas, and those of one block in two parts, are rounded in int32. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define FLX_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FLX_CLONES
#endif

typedef struct flx_range {
    int64_t max, min, half_range;
} flx_range_t;

FLX_CLONES static void round_even(const int64_t *acc, size_t count, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const int64_t half = (int64_t)1 << (s - 1);
    int64_t largest = 0, clipped = 0, half_range = 0, underflow = 0;
    for (size_t i = 0; i < count; i++) {
        /* floor((acc + half - 1 + (floor(acc / 2^s) & 1)) / 2^s); |acc| < 2^62 and half <= 2^61, so nothing wraps */
        const int64_t floor = acc[i] >> s;
        const int64_t value = (acc[i] + (half - 1) + (floor & 1)) >> s;
        const int64_t low = value < range.min ? range.min : value;
        const int64_t mant = low > range.max ? range.max : low;
        const int64_t size = mant < 0 ? -mant : mant;
        out[i] = (int16_t)mant;
        clipped += mant != value;
        half_range += size >= range.half_range;
        underflow += (mant == 0) & (acc[i] != 0);
        largest = size > largest ? size : largest;
    }
    const flx_stats_t row = {.gamma = (uint32_t)largest, .overflow = largest >= range.max, .saturated = (uint32_t)clipped,
                             .half_range = (uint32_t)half_range, .underflow = (uint32_t)underflow};
    *stats = flx_stats_merge(*stats, row);
}

/* Where sums come from: a tile in parts, high + low / 2^FLX_SPLIT_BITS, or scaled operands. */
typedef struct flx_source {
    const int32_t *high, *low;
    flx_scaled_t of;
} flx_source_t;

/* Constants of the loops below: a tile's sums are one int32 each, low, or they have two parts and are rounded within whole, or within rest. */
typedef enum flx_kind { SUM_OF_TWO, TILE_SUM, TILE_WHOLE, TILE_REST } flx_kind_t;

/* A sum is whole + rest / 2^FLX_SPLIT_BITS; |whole| <= 2^30, TILE_SUM: any. */
typedef struct flx_parts {
    int32_t whole, rest;
} flx_parts_t;

static inline __attribute__((always_inline)) flx_parts_t parts_of(const flx_source_t *from, flx_kind_t kind, size_t i)
{
    if (kind == SUM_OF_TWO) return (flx_parts_t){.whole = from->of.x[i] * from->of.scale_x + from->of.y[i] * from->of.scale_y};
    if (kind == TILE_SUM) return (flx_parts_t){.whole = from->low[i]};
    return (flx_parts_t){.whole = from->high[i] + (from->low[i] >> FLX_SPLIT_BITS), .rest = from->low[i] & 0xFFFF};
}

/* To nearest even at bit s of whole, 1 <= s <= FLX_REQUANT_SHIFT_MAX, or of rest, 1 <= s <= FLX_SPLIT_BITS; the formula is that of
 * round_even. Values that are clipped may come out as others that are. */
static inline __attribute__((always_inline)) int32_t round_parts(flx_kind_t kind, flx_parts_t x, int32_t s)
{
    if (kind == TILE_REST) {
        const int32_t far = 40000, above = x.whole < -far ? -far : x.whole, near = above > far ? far : above; /* 40000 * 2^15 is an int32 */
        const int32_t whole = near * ((int32_t)1 << (FLX_SPLIT_BITS - s)), odd = (whole + (x.rest >> s)) & 1;
        return whole + ((x.rest + ((int32_t)1 << (s - 1)) - 1 + odd) >> s);
    }
    if (kind == TILE_SUM) { /* the part below s by itself, so that nothing wraps */
        const int32_t whole = x.whole >> s, below = x.whole & (((int32_t)1 << s) - 1);
        return whole + ((below + ((int32_t)1 << (s - 1)) - 1 + (whole & 1)) >> s);
    }
    const int32_t odd = x.whole >> s & 1;
    return (x.whole + ((int32_t)1 << (s - 1)) - ((x.rest | odd) == 0)) >> s;
}

/* What the loop below learns from the mantissas alone, 16 bits each: count <= FLX_TILE_SIZE. */
typedef struct flx_look {
    int16_t most, least, zeros;
} flx_look_t;

static inline __attribute__((always_inline)) flx_look_t look_at(const int16_t *mant, size_t count)
{
    flx_look_t x = {0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        x.most = mant[i] > x.most ? mant[i] : x.most;
        x.least = mant[i] < x.least ? mant[i] : x.least;
        x.zeros = (int16_t)(x.zeros + (mant[i] == 0));
    }
    return x;
}

static inline __attribute__((always_inline)) uint32_t count_clipped(const flx_source_t *from, flx_kind_t kind, size_t first, size_t count, int32_t s, int32_t bottom, int32_t top)
{
    uint32_t clipped = 0;
    for (size_t i = first; i < first + count; i++) {
        const int32_t value = round_parts(kind, parts_of(from, kind, i), s);
        clipped += value > top || value < bottom;
    }
    return clipped;
}

static inline __attribute__((always_inline)) uint32_t count_large(const int16_t *mant, size_t count, int16_t least)
{
    int16_t large = 0;
    for (size_t i = 0; i < count; i++) large = (int16_t)(large + (mant[i] >= least) + (-least >= mant[i]));
    return (uint32_t)large;
}

static inline __attribute__((always_inline)) uint32_t count_zero_sums(const flx_source_t *from, flx_kind_t kind, size_t first, size_t count)
{
    uint32_t zeros = 0;
    for (size_t i = first; i < first + count; i++) {
        const flx_parts_t sum = parts_of(from, kind, i);
        zeros += (sum.whole | sum.rest) == 0;
    }
    return zeros;
}

/* out overlaps no source. What is rare, clipped and large mantissas and zeros, is counted only where there are any. */
static inline __attribute__((always_inline)) void round_narrow(const flx_source_t *from, flx_kind_t kind, size_t count, int32_t s, flx_range_t range, int16_t *restrict out, flx_stats_t *stats)
{
    const int32_t top = (int32_t)range.max, bottom = (int32_t)range.min;
    const int16_t half_range = (int16_t)range.half_range;
    int32_t most = 0, least = 0;
    uint32_t clipped = 0, large = 0, underflow = 0;
    for (size_t first = 0; first < count; first += FLX_TILE_SIZE) {
        const size_t some = count - first < FLX_TILE_SIZE ? count - first : FLX_TILE_SIZE;
        for (size_t i = first; i < first + some; i++) {
            const int32_t value = round_parts(kind, parts_of(from, kind, i), s), above = value < bottom ? bottom : value, mant = above > top ? top : above;
            out[i] = (int16_t)mant;
        }
        const flx_look_t seen = look_at(out + first, some);
        if (seen.most == top || seen.least == bottom) clipped += count_clipped(from, kind, first, some, s, bottom, top);
        if (seen.most >= half_range || seen.least <= -half_range) large += count_large(out + first, some, half_range);
        if (seen.zeros != 0) underflow += (uint32_t)seen.zeros - count_zero_sums(from, kind, first, some);
        most = seen.most > most ? seen.most : most;
        least = seen.least < least ? seen.least : least;
    }
    const int32_t largest = -least > most ? -least : most;
    const flx_stats_t row = {.gamma = (uint32_t)largest, .overflow = largest >= top, .saturated = clipped, .half_range = large, .underflow = underflow};
    *stats = flx_stats_merge(*stats, row);
}

FLX_CLONES static void round_sums(const int32_t *sum, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const flx_source_t from = {.low = sum};
    round_narrow(&from, TILE_SUM, FLX_TILE_SIZE, s, range, out, stats);
}

FLX_CLONES static void round_tile(const int32_t *high, const int32_t *low, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const flx_source_t from = {.high = high, .low = low};
    if (s > FLX_SPLIT_BITS) round_narrow(&from, TILE_WHOLE, FLX_TILE_SIZE, s - FLX_SPLIT_BITS, range, out, stats);
    else round_narrow(&from, TILE_REST, FLX_TILE_SIZE, s, range, out, stats);
}

FLX_CLONES static void round_pairs(const flx_scaled_t *sums, size_t count, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const flx_source_t from = {.of = *sums};
    round_narrow(&from, SUM_OF_TWO, count, s, range, out, stats);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
enum { LANES = 4 };

/* What conversion counts; all but largest count down. */
typedef struct flx_counts {
    __m256i largest, kept, half, zeros_out; /* 8 int32 */
    __m256i zeros_in;                       /* 4 int64 */
} flx_counts_t;

AVX2 static int64_t sum_of(__m256i x)
{
    int64_t lane[LANES];
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    return lane[0] + lane[1] + lane[2] + lane[3];
}

/* The sum of 8 int32 */
AVX2 static int64_t sum_of_narrow(__m256i x)
{
    const __m256i one = _mm256_set1_epi32(1);
    return sum_of(_mm256_add_epi64(_mm256_mul_epi32(x, one), _mm256_mul_epi32(_mm256_srli_epi64(x, 32), one)));
}

/* Eight sums, exact as float64, which rounds to nearest even by itself: low 4, high 4. */
AVX2 static inline void convert_8(__m256d low, __m256d high, __m256d scale, flx_range_t range, int16_t *out, flx_counts_t *c)
{
    const __m256d far = _mm256_set1_pd(131072.0), near = _mm256_set1_pd(-131072.0), none = _mm256_setzero_pd(); /* far: still clipped, and an int32 */
    const __m256i top = _mm256_set1_epi32((int32_t)range.max), bottom = _mm256_set1_epi32((int32_t)range.min);
    const __m256i below_half = _mm256_set1_epi32((int32_t)range.half_range - 1);
    const __m128i first = _mm256_cvtpd_epi32(_mm256_min_pd(_mm256_max_pd(_mm256_mul_pd(low, scale), near), far));
    const __m128i second = _mm256_cvtpd_epi32(_mm256_min_pd(_mm256_max_pd(_mm256_mul_pd(high, scale), near), far));
    const __m256i value = _mm256_set_m128i(second, first), mant = _mm256_min_epi32(_mm256_max_epi32(value, bottom), top), size = _mm256_abs_epi32(mant);
    c->zeros_in = _mm256_add_epi64(c->zeros_in, _mm256_add_epi64(_mm256_castpd_si256(_mm256_cmp_pd(low, none, _CMP_EQ_OQ)), _mm256_castpd_si256(_mm256_cmp_pd(high, none, _CMP_EQ_OQ))));
    c->kept = _mm256_add_epi32(c->kept, _mm256_cmpeq_epi32(mant, value));
    c->half = _mm256_add_epi32(c->half, _mm256_cmpgt_epi32(size, below_half));
    c->zeros_out = _mm256_add_epi32(c->zeros_out, _mm256_cmpeq_epi32(mant, _mm256_setzero_si256()));
    c->largest = _mm256_max_epi32(c->largest, size);
    _mm_storeu_si128((__m128i *)(void *)out, _mm256_castsi256_si128(_mm256_permute4x64_epi64(_mm256_packs_epi32(mant, mant), 0x08)));
}

AVX2 static void add_counts(const flx_counts_t *c, size_t count, flx_range_t range, flx_stats_t *stats)
{
    int32_t lane[2 * LANES], most = 0;
    _mm256_storeu_si256((__m256i *)(void *)lane, c->largest);
    for (int i = 0; i < 2 * LANES; i++) most = lane[i] > most ? lane[i] : most;
    const flx_stats_t row = {.gamma = (uint32_t)most, .overflow = most >= range.max, .saturated = (uint32_t)((int64_t)count + sum_of_narrow(c->kept)),
                             .half_range = (uint32_t)-sum_of_narrow(c->half), .underflow = (uint32_t)(sum_of(c->zeros_in) - sum_of_narrow(c->zeros_out))};
    *stats = flx_stats_merge(*stats, row);
}

AVX2 static inline __m256d power_of_two(int32_t exponent)
{
    return _mm256_castsi256_pd(_mm256_set1_epi64x((int64_t)(1023 + exponent) << 52));
}

/* round_even for -2^51 <= acc < 2^51; count a multiple of 8. false, and statistics as they were, when some acc is larger. */
AVX2 static bool round_even_small(const int64_t *acc, size_t count, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const __m256d magic = _mm256_set1_pd(0x1.8p52), scale = power_of_two(-s);
    const __m256i zero = _mm256_setzero_si256(), limit = _mm256_set1_epi64x((int64_t)1 << 51), too_large = _mm256_set1_epi64x(-((int64_t)1 << 52));
    flx_counts_t counts = {zero, zero, zero, zero, zero};
    __m256i bits = zero;
    for (size_t i = 0; i < count; i += 2 * LANES) {
        __m256d real[2];
        for (size_t p = 0; p < 2; p++) {
            const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(acc + i + LANES * p));
            real[p] = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(x, _mm256_castpd_si256(magic))), magic);
            bits = _mm256_or_si256(bits, _mm256_add_epi64(x, limit));
        }
        convert_8(real[0], real[1], scale, range, out + i, &counts);
    }
    if (!_mm256_testz_si256(bits, too_large)) return false;
    add_counts(&counts, count, range, stats);
    return true;
}
#endif

static flx_range_t range_of(flx_format_t fmt)
{
    return (flx_range_t){.max = flx_mant_max(fmt), .min = flx_mant_min(fmt), .half_range = (int64_t)1 << (fmt.mant_bits - 2)};
}

static bool is_common(const flx_gemm_t *op, int32_t s)
{
    return op->rounding == FLX_ROUND_NEAREST_EVEN && s >= 1 && s <= 61;
}

bool flx_requant_takes_split(const flx_gemm_t *op, int32_t s)
{
    return is_common(op, s) && s <= FLX_SPLIT_BITS + FLX_REQUANT_SHIFT_MAX;
}

void flx_requant_split(const flx_gemm_t *op, int32_t s, const int32_t *high, const int32_t *low, int16_t *out, flx_stats_t *stats)
{
    round_tile(high, low, s, range_of(op->fmt), out, stats);
}

bool flx_requant_takes_tile(const flx_gemm_t *op, int32_t s)
{
    return is_common(op, s) && s <= FLX_REQUANT_SHIFT_MAX;
}

void flx_requant_tile(const flx_gemm_t *op, int32_t s, const int32_t *sum, int16_t *out, flx_stats_t *stats)
{
    round_sums(sum, s, range_of(op->fmt), out, stats);
}

void flx_requant_sum(flx_format_t fmt, int32_t s, const flx_scaled_t *sums, size_t count, int16_t *out, flx_stats_t *stats)
{
    round_pairs(sums, count, s, range_of(fmt), out, stats);
}

void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats)
{
    if (is_common(op, s)) {
        const flx_range_t range = range_of(op->fmt);
#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx2") && count % (2 * LANES) == 0 && round_even_small(acc, count, s, range, out, stats)) return;
#endif
        round_even(acc, count, s, range, out, stats);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t random = op->rounding == FLX_ROUND_STOCHASTIC ? flx_stochastic_word(op->seed, (uint32_t)row, (uint32_t)(col + i)) : 0;
        const flx_mant_t mant = flx_requant(op->fmt, acc[i], s, op->rounding, random);
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, op->fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
}
