/* flx_requant_row.c - output conversion of a row of sums, vectorised by the compiler. Header: flx_gemm_kernel.h, twin: cmodel/flx_requant.c
 *
 * The common case, nearest even with 1 <= s <= 62, is written without branches; all others go element by element. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
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

void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats)
{
    if (op->rounding == FLX_ROUND_NEAREST_EVEN && s >= 1 && s <= 61) {
        const flx_range_t range = {.max = flx_mant_max(op->fmt), .min = flx_mant_min(op->fmt), .half_range = (int64_t)1 << (op->fmt.mant_bits - 2)};
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
