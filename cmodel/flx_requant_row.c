/* flx_requant_row.c - output conversion of a row of sums, in vectors. Header: flx_gemm_kernel.h, twin: cmodel/flx_requant.c
 *
 * The common case, nearest even with 1 <= s <= 62, is written without branches; all others go element by element. */
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

#if defined(__x86_64__)
enum { LANES = 4 };

__attribute__((target("avx2"))) static int64_t sum_of(__m256i x)
{
    int64_t lane[LANES];
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    return lane[0] + lane[1] + lane[2] + lane[3];
}

/* The same for -2^51 <= acc < 2^51, which as float64 are exact, and that rounds to nearest even by itself; count a multiple of 8. false,
 * and statistics as they were, when some acc is larger. */
__attribute__((target("avx2"))) static bool round_even_small(const int64_t *acc, size_t count, int32_t s, flx_range_t range, int16_t *out, flx_stats_t *stats)
{
    const __m256d magic = _mm256_set1_pd(0x1.8p52), far = _mm256_set1_pd(131072.0); /* still clipped, and an int32 */
    const __m256d scale = _mm256_castsi256_pd(_mm256_set1_epi64x((int64_t)(1023 - s) << 52)), near = _mm256_sub_pd(_mm256_setzero_pd(), far);
    const __m256i top = _mm256_set1_epi32((int32_t)range.max), bottom = _mm256_set1_epi32((int32_t)range.min);
    const __m256i below_half = _mm256_set1_epi32((int32_t)range.half_range - 1), zero = _mm256_setzero_si256();
    __m256i largest = zero, kept = zero, half = zero, zeros_out = zero, zeros_in = zero; /* all but largest count down */
    const __m256i limit = _mm256_set1_epi64x((int64_t)1 << 51), too_large = _mm256_set1_epi64x(-((int64_t)1 << 52));
    __m256i bits = zero;
    for (size_t i = 0; i < count; i += 2 * LANES) {
        __m128i part[2];
        for (size_t p = 0; p < 2; p++) {
            const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(acc + i + LANES * p));
            const __m256d real = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(x, _mm256_castpd_si256(magic))), magic);
            part[p] = _mm256_cvtpd_epi32(_mm256_min_pd(_mm256_max_pd(_mm256_mul_pd(real, scale), near), far));
            bits = _mm256_or_si256(bits, _mm256_add_epi64(x, limit));
            zeros_in = _mm256_add_epi64(zeros_in, _mm256_cmpeq_epi64(x, zero));
        }
        const __m256i value = _mm256_set_m128i(part[1], part[0]), mant = _mm256_min_epi32(_mm256_max_epi32(value, bottom), top), size = _mm256_abs_epi32(mant);
        kept = _mm256_add_epi32(kept, _mm256_cmpeq_epi32(mant, value));
        half = _mm256_add_epi32(half, _mm256_cmpgt_epi32(size, below_half));
        zeros_out = _mm256_add_epi32(zeros_out, _mm256_cmpeq_epi32(mant, zero));
        largest = _mm256_max_epi32(largest, size);
        const __m256i narrow = _mm256_permute4x64_epi64(_mm256_packs_epi32(mant, mant), 0x08);
        _mm_storeu_si128((__m128i *)(void *)(out + i), _mm256_castsi256_si128(narrow));
    }
    if (!_mm256_testz_si256(bits, too_large)) return false;
    /* int32 counts widened to int64 before they are added up */
    const __m256i ones = _mm256_set1_epi32(1);
    int64_t counts[3];
    const __m256i counted[3] = {kept, half, zeros_out};
    for (int i = 0; i < 3; i++) counts[i] = sum_of(_mm256_add_epi64(_mm256_mul_epi32(counted[i], ones), _mm256_mul_epi32(_mm256_srli_epi64(counted[i], 32), ones)));
    int32_t lane[2 * LANES], most = 0;
    _mm256_storeu_si256((__m256i *)(void *)lane, largest);
    for (int i = 0; i < 2 * LANES; i++) most = lane[i] > most ? lane[i] : most;
    const flx_stats_t row = {.gamma = (uint32_t)most, .overflow = most >= range.max, .saturated = (uint32_t)((int64_t)count + counts[0]),
                             .half_range = (uint32_t)-counts[1], .underflow = (uint32_t)(sum_of(zeros_in) - counts[2])};
    *stats = flx_stats_merge(*stats, row);
    return true;
}
#endif

void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats)
{
    if (op->rounding == FLX_ROUND_NEAREST_EVEN && s >= 1 && s <= 61) {
        const flx_range_t range = {.max = flx_mant_max(op->fmt), .min = flx_mant_min(op->fmt), .half_range = (int64_t)1 << (op->fmt.mant_bits - 2)};
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
