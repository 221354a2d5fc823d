/* flx_host.c - real values to flex and back, and sums of tensors of unlike exponents. Header: flx_host.h */
#include "flx/flx_host.h"

#include <math.h>

#include "fast/flx_gemm_kernel.h"

double flx_to_double(int32_t mant, int32_t exp)
{
    return ldexp((double)mant, -exp);
}

/* Clips a rounded real value; |value| may be anything but NaN. */
static flx_mant_t flx_clip_real(flx_format_t fmt, double value, bool nonzero_in)
{
    const double max = flx_mant_max(fmt), min = flx_mant_min(fmt);
    flx_mant_t out = {.nonzero_in = nonzero_in, .clipped = value > max || value < min};
    out.mant = (int32_t)(value > max ? max : value < min ? min : value);
    return out;
}

flx_mant_t flx_from_double_trunc(flx_format_t fmt, int32_t exp, double x)
{
    if (isnan(x)) return (flx_mant_t){.nonzero_in = true};
    return flx_clip_real(fmt, trunc(ldexp(x, exp)), x != 0);
}

flx_mant_t flx_from_double_even(flx_format_t fmt, int32_t exp, double x)
{
    if (isnan(x)) return (flx_mant_t){.nonzero_in = true};
    const double scaled = ldexp(x, exp), low = floor(scaled), rest = scaled - low;
    const bool up = rest > 0.5 || (rest == 0.5 && fmod(low, 2.0) != 0.0);
    return flx_clip_real(fmt, isinf(scaled) ? scaled : up ? low + 1.0 : low, x != 0);
}

void flx_host_write(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out, flx_stats_t *stats)
{
    *stats = (flx_stats_t){0};
    for (size_t i = 0; i < count; i++) {
        const flx_mant_t mant = flx_from_double_trunc(fmt, exp, (double)x[i]);
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
}

void flx_kernel_write(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out, flx_stats_t *stats)
{
    *stats = (flx_stats_t){0};
    for (size_t i = 0; i < count; i++) {
        const flx_mant_t mant = flx_from_double_even(fmt, exp, (double)x[i]);
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
}

int32_t flx_scale_exp(flx_format_t fmt, double v)
{
    if (v == 0 || isnan(v)) return 0;
    int power = 0;
    (void)frexp(fabs(v), &power); /* |v| in [2^(power-1), 2^power) */
    const int64_t exp = (int64_t)fmt.mant_bits - 2 - (power - 1);
    if (isinf(v) || exp < 0) return 0;
    return (int32_t)(exp > flx_exp_max(fmt) ? flx_exp_max(fmt) : exp);
}

/* A sum x 2^-ex + y 2^-ey as sum * 2^-unit. */
typedef struct flx_aligned {
    int64_t sum;
    int32_t unit;
} flx_aligned_t;

/* Exact while the exponents are at most 47 apart. Beyond, the finer operand is far below the other's last bit: the sum is cut
 * 47 bits under it, and what is cut only makes it odd. With a result that is not clipped at least 31 fraction bits are left
 * of it, so every rounding sees what the exact sum shows it; the stochastic one, which truncates to 32 bits itself, sees the floor. */
static flx_aligned_t flx_align(int32_t coarse, int32_t exp_coarse, int32_t fine, int32_t exp_fine, bool floor_only)
{
    enum { KEPT = 47 };
    const int32_t apart = exp_fine - exp_coarse;
    if (coarse == 0) return (flx_aligned_t){.sum = fine, .unit = exp_fine};
    if (apart <= KEPT) return (flx_aligned_t){.sum = coarse * ((int64_t)1 << apart) + fine, .unit = exp_fine};
    const int32_t drop = apart - KEPT < 30 ? apart - KEPT : 30;
    const int64_t floor_fine = fine >= 0 ? fine >> drop : -((-(int64_t)fine + ((int64_t)1 << drop) - 1) >> drop);
    const bool rest = floor_fine * ((int64_t)1 << drop) != fine;
    const int64_t sum = coarse * ((int64_t)1 << KEPT) + floor_fine;
    return (flx_aligned_t){.sum = rest && !floor_only ? (int64_t)((uint64_t)sum | 1) : sum, .unit = exp_coarse + KEPT};
}

enum { ROW = 256, ROW_APART_MAX = 40, NARROW_ROW = 1 << 16, NARROW_APART_MAX = 14 };

/* Between the coarsest of the exponents and one more than the finest, so that a sum in that unit is shifted right. */
static int32_t flx_apart(int32_t exp_x, int32_t exp_y, int32_t exp_out)
{
    const int32_t low = exp_x < exp_y ? exp_x : exp_y, high = exp_x > exp_y ? exp_x : exp_y;
    return (high > exp_out ? high : exp_out) + 1 - low;
}

/* flx_add to nearest even, exponents at most ROW_APART_MAX apart, by rows; *lost, if not NULL, gets the lost updates. */
static void flx_add_rows(flx_format_t fmt, const int16_t *x, int32_t exp_x, const int16_t *y, int32_t exp_y, int16_t *out, int32_t exp_out,
                         size_t count, flx_stats_t *stats, uint64_t *lost)
{
    const flx_gemm_t op = {.fmt = fmt, .rounding = FLX_ROUND_NEAREST_EVEN};
    const int32_t unit = (exp_x < exp_y ? exp_x : exp_y) + flx_apart(exp_x, exp_y, exp_out);
    const int64_t scale_x = (int64_t)1 << (unit - exp_x), scale_y = (int64_t)1 << (unit - exp_y);
    if (lost != NULL) *lost = 0;
    for (size_t first = 0; first < count; first += ROW) {
        const size_t n = count - first < ROW ? count - first : ROW;
        int64_t before[ROW], sum[ROW];
        int16_t unchanged[ROW], update[ROW];
        flx_stats_t ignored = {0};
        for (size_t i = 0; i < n; i++) {
            before[i] = x[first + i] * scale_x;
            update[i] = y[first + i];
            sum[i] = before[i] + update[i] * scale_y;
        }
        flx_requant_row(&op, unit - exp_out, sum, 0, 0, n, out + first, stats);
        if (lost == NULL) continue;
        flx_requant_row(&op, unit - exp_out, before, 0, 0, n, unchanged, &ignored);
        for (size_t i = 0; i < n; i++) *lost += (update[i] != 0) & (out[first + i] == unchanged[i]);
    }
}

/* Do sums fit int32, all exponents but a coarser exp_out being at most NARROW_APART_MAX apart? */
static bool flx_add_is_narrow(int32_t exp_x, int32_t exp_y, int32_t exp_out)
{
    const int32_t low = exp_x < exp_y ? exp_x : exp_y, unit = low + flx_apart(exp_x, exp_y, exp_out);
    return unit - low <= NARROW_APART_MAX && unit - exp_out <= FLX_REQUANT_SHIFT_MAX;
}

/* The same for such sums, without lost updates; out is neither x nor y. */
static void flx_add_narrow(flx_format_t fmt, const int16_t *x, int32_t exp_x, const int16_t *y, int32_t exp_y, int16_t *out, int32_t exp_out,
                           size_t count, flx_stats_t *stats)
{
    const int32_t unit = (exp_x < exp_y ? exp_x : exp_y) + flx_apart(exp_x, exp_y, exp_out);
    for (size_t first = 0; first < count; first += NARROW_ROW)
        flx_requant_sum(fmt, unit - exp_out, x + first, (int32_t)1 << (unit - exp_x), y + first, (int32_t)1 << (unit - exp_y),
                        count - first < NARROW_ROW ? count - first : NARROW_ROW, out + first, stats);
}

flx_err_t flx_add(flx_format_t fmt, const int16_t *x, int32_t exp_x, const int16_t *y, int32_t exp_y, int16_t *out, int32_t exp_out,
                  size_t count, flx_rounding_t rounding, uint32_t seed, flx_stats_t *stats, uint64_t *lost)
{
    const int32_t max = flx_exp_max(fmt);
    if (!flx_format_valid(fmt)) return FLX_ERR_FORMAT;
    if (exp_x < 0 || exp_x > max || exp_y < 0 || exp_y > max || exp_out < 0 || exp_out > max) return FLX_ERR_EXPONENT;
    if ((unsigned)rounding > FLX_ROUND_STOCHASTIC) return FLX_ERR_MODE;
    const bool stochastic = rounding == FLX_ROUND_STOCHASTIC;
    uint64_t lost_count = 0;
    *stats = (flx_stats_t){0};
    if (rounding == FLX_ROUND_NEAREST_EVEN && lost == NULL && out != x && out != y && flx_add_is_narrow(exp_x, exp_y, exp_out)) {
        flx_add_narrow(fmt, x, exp_x, y, exp_y, out, exp_out, count, stats);
        return FLX_OK;
    }
    if (rounding == FLX_ROUND_NEAREST_EVEN && flx_apart(exp_x, exp_y, exp_out) <= ROW_APART_MAX) {
        flx_add_rows(fmt, x, exp_x, y, exp_y, out, exp_out, count, stats, lost);
        return FLX_OK;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t random = stochastic ? flx_stochastic_word(seed, 0, (uint32_t)i) : 0;
        const flx_aligned_t a = exp_x <= exp_y ? flx_align(x[i], exp_x, y[i], exp_y, stochastic) : flx_align(y[i], exp_y, x[i], exp_x, stochastic);
        const flx_mant_t mant = flx_requant(fmt, a.sum, a.unit - exp_out, rounding, random);
        if (y[i] != 0 && flx_requant(fmt, x[i], exp_x - exp_out, rounding, random).mant == mant.mant) lost_count++;
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
    if (lost != NULL) *lost = lost_count;
    return FLX_OK;
}
