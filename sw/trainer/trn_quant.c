/* trn_quant.c - real values to mantissas and back, written for the compiler's vectoriser. Header: trn_quant.h */
#include "trn_quant.h"

#include <math.h>

#include "trn_clones.h"
#include "trn_random.h"

typedef struct trn_counts {
    int32_t largest, clipped, half_range, underflow;
} trn_counts_t;

enum { BLOCK = 1 << 16 }; /* counts of a block fit int32 */

TRN_CLONES static trn_counts_t quantise_block(const float *x, size_t count, float scale, int32_t max, int32_t half_range, int16_t *out)
{
    const float magic = 12582912.0F; /* 1.5 * 2^23: adding and taking away rounds to nearest even */
    int32_t largest = 0, clipped = 0, half = 0, underflow = 0;
    for (size_t i = 0; i < count; i++) {
        const float scaled = x[i] * scale;
        const float known = scaled == scaled ? scaled : 0.0F;             /* NaN is stored as 0 */
        const float low = known < -131072.0F ? -131072.0F : known;
        const float near = low > 131072.0F ? 131072.0F : low;             /* still clipped, and safe to round */
        const int32_t value = (int32_t)((near + magic) - magic);
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

flx_stats_t trn_quantise(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out)
{
    const int32_t max = flx_mant_max(fmt), half_range = (int32_t)1 << (fmt.mant_bits - 2);
    flx_stats_t stats = {0};
    if (exp > 126) { /* the scale itself is no float32 */
        flx_kernel_write(fmt, exp, x, count, out, &stats);
        return stats;
    }
    const float scale = ldexpf(1.0F, exp);
    for (size_t i = 0; i < count; i += BLOCK) {
        const trn_counts_t c = quantise_block(x + i, count - i < BLOCK ? count - i : BLOCK, scale, max, half_range, out + i);
        const flx_stats_t block = {.gamma = (uint32_t)c.largest, .overflow = c.largest >= max, .saturated = (uint32_t)c.clipped,
                                   .half_range = (uint32_t)c.half_range, .underflow = (uint32_t)c.underflow};
        stats = flx_stats_merge(stats, block);
    }
    return stats;
}

flx_stats_t trn_quantise_stochastic(flx_format_t fmt, int32_t exp, const float *x, size_t count, uint64_t seed, int16_t *out)
{
    const double max = flx_mant_max(fmt), min = flx_mant_min(fmt);
    flx_stats_t stats = {0};
    for (size_t i = 0; i < count; i++) {
        const double scaled = isnan(x[i]) ? 0.0 : ldexp((double)x[i], exp);
        const double rounded = floor(scaled + (double)trn_uniform(seed, i));
        const double mant = rounded > max ? max : rounded < min ? min : rounded;
        out[i] = (int16_t)mant;
        flx_stats_add(&stats, fmt, (int32_t)mant, mant != rounded, scaled != 0.0);
    }
    return stats;
}

TRN_CLONES void trn_dequantise(const int16_t *mant, size_t count, int32_t exp, float *out)
{
    if (exp > 126) {
        for (size_t i = 0; i < count; i++) out[i] = (float)flx_to_double(mant[i], exp);
        return;
    }
    const float scale = ldexpf(1.0F, -exp);
    for (size_t i = 0; i < count; i++) out[i] = (float)mant[i] * scale;
}
