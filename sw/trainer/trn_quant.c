/* trn_quant.c - real values to mantissas and back, in vectors where the machine has them. Header: trn_quant.h */
#include "trn_quant.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "trn_clones.h"
#include "trn_random.h"

typedef struct trn_counts {
    int32_t largest, clipped, half_range, underflow;
} trn_counts_t;

enum { BLOCK = 1 << 16 }; /* counts of a block fit int32 */

/* `even`: to nearest even, else toward zero; a constant, so that each has loops of its own. */
static inline __attribute__((always_inline)) trn_counts_t quantise_portable(bool even, const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    const float magic = 12582912.0F; /* 1.5 * 2^23: adding and taking away rounds to nearest even */
    int32_t largest = 0, clipped = 0, half = 0, underflow = 0;
    for (size_t i = 0; i < count; i++) {
        const float scaled = x[i] * scale;
        const float known = scaled == scaled ? scaled : 0.0F;             /* NaN is stored as 0 */
        const float low = known < -131072.0F ? -131072.0F : known;
        const float near = low > 131072.0F ? 131072.0F : low;             /* still clipped, and safe to round */
        const int32_t value = (int32_t)(even ? (near + magic) - magic : near);
        const int32_t floor = value < -max - 1 ? -max - 1 : value;
        const int32_t mant = floor > max ? max : floor;
        const int32_t size = mant < 0 ? -mant : mant;
        out[i] = (int16_t)mant;
        clipped += mant != value;
        half += size >= half_range;
        underflow += (mant == 0) & (x[i] != 0.0F);
        largest = size > largest ? size : largest;
    }
    return (trn_counts_t){.largest = largest, .clipped = clipped, .half_range = half, .underflow = underflow};
}

static trn_counts_t add_counts(trn_counts_t x, trn_counts_t y)
{
    return (trn_counts_t){.largest = x.largest > y.largest ? x.largest : y.largest, .clipped = x.clipped + y.clipped,
                          .half_range = x.half_range + y.half_range, .underflow = x.underflow + y.underflow};
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static int32_t sum_of(__m256i x)
{
    int32_t lane[8], sum = 0;
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    for (int i = 0; i < 8; i++) sum += lane[i];
    return sum;
}

AVX2 static int32_t largest_of(__m256i x)
{
    int32_t lane[8], largest = 0;
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    for (int i = 0; i < 8; i++) largest = lane[i] > largest ? lane[i] : largest;
    return largest;
}

/* The same, 16 elements at a time. */
AVX2 static inline __attribute__((always_inline)) trn_counts_t quantise_avx2(bool even, const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    const __m256 scales = _mm256_set1_ps(scale), far = _mm256_set1_ps(131072.0F), zero = _mm256_setzero_ps();
    const __m256i top = _mm256_set1_epi32(max), bottom = _mm256_set1_epi32(-max - 1), below_half = _mm256_set1_epi32(half_range - 1);
    __m256i largest = _mm256_setzero_si256(), kept = largest, half = largest, underflow = largest; /* all but largest count down */
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m256i mant[2];
        for (size_t part = 0; part < 2; part++) {
            const __m256 from = _mm256_loadu_ps(x + i + 8 * part), scaled = _mm256_mul_ps(from, scales);
            const __m256 known = _mm256_and_ps(scaled, _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q));
            const __m256 near = _mm256_min_ps(_mm256_max_ps(known, _mm256_sub_ps(zero, far)), far);
            const __m256i value = even ? _mm256_cvtps_epi32(near) : _mm256_cvttps_epi32(near);
            mant[part] = _mm256_min_epi32(_mm256_max_epi32(value, bottom), top);
            const __m256i size = _mm256_abs_epi32(mant[part]);
            const __m256i lost = _mm256_and_si256(_mm256_cmpeq_epi32(mant[part], _mm256_setzero_si256()), _mm256_castps_si256(_mm256_cmp_ps(from, zero, _CMP_NEQ_UQ)));
            kept = _mm256_add_epi32(kept, _mm256_cmpeq_epi32(mant[part], value));
            half = _mm256_add_epi32(half, _mm256_cmpgt_epi32(size, below_half));
            underflow = _mm256_add_epi32(underflow, lost);
            largest = _mm256_max_epi32(largest, size);
        }
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_permute4x64_epi64(_mm256_packs_epi32(mant[0], mant[1]), 0xD8));
    }
    const trn_counts_t counts = {.largest = largest_of(largest), .clipped = (int32_t)i + sum_of(kept), .half_range = -sum_of(half), .underflow = -sum_of(underflow)};
    return add_counts(counts, quantise_portable(even, x + i, count - i, scale, max, half_range, out + i));
}

AVX2 static trn_counts_t nearest_avx2(const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    return quantise_avx2(true, x, count, scale, max, half_range, out);
}

AVX2 static trn_counts_t truncate_avx2(const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    return quantise_avx2(false, x, count, scale, max, half_range, out);
}
#endif

/* count <= BLOCK */
static trn_counts_t quantise_block(bool even, const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return even ? nearest_avx2(x, count, scale, max, half_range, out) : truncate_avx2(x, count, scale, max, half_range, out);
#endif
    return even ? quantise_portable(true, x, count, scale, max, half_range, out) : quantise_portable(false, x, count, scale, max, half_range, out);
}

static flx_stats_t quantise(bool even, flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out)
{
    const int32_t max = flx_mant_max(fmt), half_range = (int32_t)1 << (fmt.mant_bits - 2);
    flx_stats_t stats = {0};
    if (exp > TRN_SCALE_EXP_MAX) { /* the scale itself is no float32 */
        if (even) flx_kernel_write(fmt, exp, x, count, out, &stats);
        else flx_host_write(fmt, exp, x, count, out, &stats);
        return stats;
    }
    const float scale = ldexpf(1.0F, exp);
    for (size_t i = 0; i < count; i += BLOCK) {
        const trn_counts_t c = quantise_block(even, x + i, count - i < BLOCK ? count - i : BLOCK, scale, max, half_range, out + i);
        const flx_stats_t block = {.gamma = (uint32_t)c.largest, .overflow = c.largest >= max, .saturated = (uint32_t)c.clipped,
                                   .half_range = (uint32_t)c.half_range, .underflow = (uint32_t)c.underflow};
        stats = flx_stats_merge(stats, block);
    }
    return stats;
}

flx_stats_t trn_quantise(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out)
{
    return quantise(true, fmt, exp, x, count, out);
}

flx_stats_t trn_quantise_host(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out)
{
    return quantise(false, fmt, exp, x, count, out);
}

flx_stats_t trn_quantise_stochastic(flx_format_t fmt, int32_t exp, const float *x, size_t first, size_t count, uint64_t seed, int16_t *out)
{
    const double max = flx_mant_max(fmt), min = flx_mant_min(fmt);
    flx_stats_t stats = {0};
    for (size_t i = 0; i < count; i++) {
        const double scaled = isnan(x[i]) ? 0.0 : ldexp((double)x[i], exp);
        const double rounded = floor(scaled + (double)trn_uniform(seed, first + i));
        const double mant = rounded > max ? max : rounded < min ? min : rounded;
        out[i] = (int16_t)mant;
        flx_stats_add(&stats, fmt, (int32_t)mant, mant != rounded, scaled != 0.0);
    }
    return stats;
}

TRN_CLONES float trn_largest(const float *x, size_t count)
{
    const int32_t infinite = 0x7F800000;
    int32_t largest = 0; /* magnitudes are ordered as their bits are */
    for (size_t i = 0; i < count; i++) {
        int32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        const int32_t size = bits & INT32_MAX, known = size > infinite ? 0 : size;
        largest = known > largest ? known : largest;
    }
    float out;
    memcpy(&out, &largest, sizeof out);
    return out;
}

TRN_CLONES void trn_dequantise(const int16_t *mant, size_t count, int32_t exp, float *out)
{
    if (exp > TRN_SCALE_EXP_MAX) {
        for (size_t i = 0; i < count; i++) out[i] = (float)flx_to_double(mant[i], exp);
        return;
    }
    const float scale = ldexpf(1.0F, -exp);
    for (size_t i = 0; i < count; i++) out[i] = (float)mant[i] * scale;
}
