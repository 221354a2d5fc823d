/* flx_host.c - real values to flex and back. Header: flx_host.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_host.h"

#include <math.h>

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
