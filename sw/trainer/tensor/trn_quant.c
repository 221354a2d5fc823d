/* trn_quant.c - real values to mantissas and back, in vectors where the machine has them. Header: trn_quant.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_quant.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "trn_clones.h"
#include "trn_random.h"

enum { BLOCK = 1 << 11 }; /* counts of a block fit int16, and it stays in the first cache */

/* What is learned of every element of a block. */
typedef struct trn_look {
    int32_t most, least, lost; /* mantissas: the largest, the smallest, how many are 0 of a value that is not */
} trn_look_t;

static const float far = 131072.0F;     /* still clipped, and safe to round */
static const float magic = 12582912.0F; /* 1.5 * 2^23: adding and taking away rounds to nearest even */

/* `even`: to nearest even, else toward zero; a constant, so that each has loops of its own. */
static inline __attribute__((always_inline)) int32_t round_one(bool even, float x, float scale)
{
    const float scaled = x * scale;
    const float known = scaled == scaled ? scaled : 0.0F; /* NaN is stored as 0 */
    const float low = known < -far ? -far : known;
    const float near = low > far ? far : low;
    return (int32_t)(even ? (near + magic) - magic : near);
}

static inline __attribute__((always_inline)) trn_look_t round_portable(bool even, const float *x, size_t count, float scale, int32_t max, int16_t *out)
{
    trn_look_t seen = {0};
    for (size_t i = 0; i < count; i++) {
        const int32_t value = round_one(even, x[i], scale), floor = value < -max - 1 ? -max - 1 : value, mant = floor > max ? max : floor;
        out[i] = (int16_t)mant;
        seen.most = mant > seen.most ? mant : seen.most;
        seen.least = mant < seen.least ? mant : seen.least;
        seen.lost += (mant == 0) & (x[i] != 0.0F);
    }
    return seen;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

/* 16 int16 one by one */
typedef union trn_shorts {
    __m256i all;
    int16_t lane[16];
} trn_shorts_t;

/* The same, 16 elements at a time. */
AVX2 static inline __attribute__((always_inline)) trn_look_t round_avx2(bool even, const float *x, size_t count, float scale, int32_t max, int16_t *out)
{
    const __m256 scales = _mm256_set1_ps(scale), high = _mm256_set1_ps(far), low = _mm256_set1_ps(-far), zero = _mm256_setzero_ps();
    const __m256i top = _mm256_set1_epi16((int16_t)max), bottom = _mm256_set1_epi16((int16_t)(-max - 1)), none = _mm256_setzero_si256();
    trn_shorts_t most = {none}, least = {none}, lost = {none}; /* lost counts down */
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m256i value[2], nonzero[2];
        for (size_t part = 0; part < 2; part++) {
            const __m256 from = _mm256_loadu_ps(x + i + 8 * part), scaled = _mm256_mul_ps(from, scales);
            const __m256 known = _mm256_and_ps(scaled, _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q)), near = _mm256_min_ps(_mm256_max_ps(known, low), high);
            value[part] = even ? _mm256_cvtps_epi32(near) : _mm256_cvttps_epi32(near);
            nonzero[part] = _mm256_castps_si256(_mm256_cmp_ps(from, zero, _CMP_NEQ_UQ));
        }
        /* both packed in the same, wrong order, put right where it is seen */
        const __m256i mant = _mm256_min_epi16(_mm256_max_epi16(_mm256_packs_epi32(value[0], value[1]), bottom), top);
        most.all = _mm256_max_epi16(most.all, mant);
        least.all = _mm256_min_epi16(least.all, mant);
        lost.all = _mm256_add_epi16(lost.all, _mm256_and_si256(_mm256_cmpeq_epi16(mant, none), _mm256_packs_epi32(nonzero[0], nonzero[1])));
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_permute4x64_epi64(mant, 0xD8));
    }
    trn_look_t seen = round_portable(even, x + i, count - i, scale, max, out + i);
    for (int l = 0; l < 16; l++) {
        seen.most = most.lane[l] > seen.most ? most.lane[l] : seen.most;
        seen.least = least.lane[l] < seen.least ? least.lane[l] : seen.least;
        seen.lost -= lost.lane[l];
    }
    return seen;
}

AVX2 static trn_look_t nearest_avx2(const float *x, size_t count, float scale, int32_t max, int16_t *out)
{
    return round_avx2(true, x, count, scale, max, out);
}

AVX2 static trn_look_t truncate_avx2(const float *x, size_t count, float scale, int32_t max, int16_t *out)
{
    return round_avx2(false, x, count, scale, max, out);
}
#endif

/* count <= BLOCK */
static trn_look_t round_block(bool even, const float *x, size_t count, float scale, int32_t max, int16_t *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return even ? nearest_avx2(x, count, scale, max, out) : truncate_avx2(x, count, scale, max, out);
#endif
    return even ? round_portable(true, x, count, scale, max, out) : round_portable(false, x, count, scale, max, out);
}

TRN_CLONES static uint32_t count_large(const int16_t *mant, size_t count, int16_t least)
{
    int16_t large = 0;
    for (size_t i = 0; i < count; i++) large = (int16_t)(large + (mant[i] >= least) + (-least >= mant[i]));
    return (uint32_t)large;
}

static uint32_t count_clipped(bool even, const float *x, size_t count, float scale, int32_t max)
{
    uint32_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t value = round_one(even, x[i], scale);
        clipped += value > max || value < -max - 1;
    }
    return clipped;
}

/* What is rare, clipped and large mantissas, is counted only where there are any. */
static flx_stats_t quantise_block(bool even, const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    const trn_look_t seen = round_block(even, x, count, scale, max, out);
    const int32_t largest = -seen.least > seen.most ? -seen.least : seen.most;
    flx_stats_t stats = {.gamma = (uint32_t)largest, .overflow = largest >= max, .underflow = (uint32_t)seen.lost};
    if (largest >= half_range) stats.half_range = count_large(out, count, (int16_t)half_range);
    if (seen.most == max || seen.least == -max - 1) stats.saturated = count_clipped(even, x, count, scale, max);
    return stats;
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
        const size_t some = count - i < BLOCK ? count - i : BLOCK;
        stats = flx_stats_merge(stats, quantise_block(even, x + i, some, scale, max, half_range, out + i));
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
