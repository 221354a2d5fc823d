/* flx_add_reference.c - sums of tensors of unlike exponents, element by element: the definition. Header: flx_add.h, twin: cmodel/fast/flx_add.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_add.h"

#include "flx_wide.h"

static bool flx_exp_outside(flx_format_t fmt, int32_t exp)
{
    return exp < 0 || exp > flx_exp_max(fmt);
}

flx_err_t flx_add_check(const flx_sum_t *sum)
{
    if (!flx_format_valid(sum->fmt)) return FLX_ERR_FORMAT;
    if (flx_exp_outside(sum->fmt, sum->exp_x) || flx_exp_outside(sum->fmt, sum->exp_y) || flx_exp_outside(sum->fmt, sum->exp_out)) return FLX_ERR_EXPONENT;
    return (unsigned)sum->rounding > FLX_ROUND_STOCHASTIC ? FLX_ERR_MODE : FLX_OK;
}

static flx_wide_t flx_magnitude(int16_t mant, int32_t shift)
{
    return flx_wide_shift_left(flx_wide_from((uint64_t)(mant < 0 ? -mant : mant)), (uint32_t)shift);
}

enum { FLX_SUM_FRACTION = 40 }; /* bits; the roundings ask for 32, and whether any follows */

/* |sum| 2^FLX_SUM_FRACTION of the result's units. What is cut makes the last bit 1, and a value far beyond every mantissa stays there. */
static int64_t flx_cut(flx_wide_t sum, int32_t shift)
{
    enum { BEYOND = 20 };
    const int32_t cut = shift - FLX_SUM_FRACTION;
    const int32_t bits = (int32_t)flx_wide_bit_length(sum);
    if (bits == 0) return 0;
    if (bits - shift > BEYOND) return (int64_t)1 << (BEYOND + FLX_SUM_FRACTION);
    if (cut <= 0) return (int64_t)flx_wide_low(flx_wide_shift_left(sum, (uint32_t)-cut));
    const flx_wide_t kept = flx_wide_shift_right(sum, (uint32_t)cut);
    const bool exact = flx_wide_compare(flx_wide_shift_left(kept, (uint32_t)cut), sum) == 0;
    return (int64_t)(flx_wide_low(kept) | (exact ? 0 : 1));
}

/* One element: |x| 2^(unit - exp_x) and |y| 2^(unit - exp_y) are whole numbers, and so is their exact sum or difference. */
static flx_mant_t flx_add_one(const flx_sum_t *of, int16_t x, int16_t y, uint32_t random)
{
    const int32_t unit = of->exp_x > of->exp_y ? of->exp_x : of->exp_y;
    const flx_wide_t size_x = flx_magnitude(x, unit - of->exp_x), size_y = flx_magnitude(y, unit - of->exp_y);
    const bool x_larger = flx_wide_compare(size_x, size_y) > 0, negative = x_larger ? x < 0 : y < 0;
    const flx_wide_t sum = (x < 0) == (y < 0) ? flx_wide_add(size_x, size_y) : x_larger ? flx_wide_sub(size_x, size_y) : flx_wide_sub(size_y, size_x);
    const int64_t size = flx_cut(sum, unit - of->exp_out);
    return flx_requant(of->fmt, negative ? -size : size, FLX_SUM_FRACTION, of->rounding, random);
}

flx_err_t flx_add_reference(const flx_sum_t *sum, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats,
                            uint64_t *lost)
{
    const flx_err_t err = flx_add_check(sum);
    if (err != FLX_OK) return err;
    uint64_t lost_count = 0;
    *stats = (flx_stats_t){0};
    for (size_t i = 0; i < count; i++) {
        const uint32_t random = sum->rounding == FLX_ROUND_STOCHASTIC ? flx_stochastic_word(sum->seed, 0, (uint32_t)i) : 0;
        const flx_mant_t mant = flx_add_one(sum, x[i], y[i], random);
        if (y[i] != 0 && flx_add_one(sum, x[i], 0, random).mant == mant.mant) lost_count++;
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, sum->fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
    if (lost != NULL) *lost = lost_count;
    return FLX_OK;
}
