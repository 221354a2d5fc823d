/* flx_stats.c - statistics and overflow detection of one written tensor. Header: flx_stats.h, twin: rtl/core/flx_stats.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_stats.h"

static uint32_t flx_sum_saturated(uint32_t x, uint32_t y)
{
    return x > UINT32_MAX - y ? UINT32_MAX : x + y;
}

void flx_stats_add(flx_stats_t *stats, flx_format_t fmt, int32_t mant, bool clipped, bool nonzero_in)
{
    const uint32_t magnitude = mant < 0 ? (uint32_t) - (int64_t)mant : (uint32_t)mant;
    if (magnitude > stats->gamma) stats->gamma = magnitude;
    if (magnitude >= (uint32_t)flx_mant_max(fmt)) stats->overflow = true;
    stats->saturated = flx_sum_saturated(stats->saturated, clipped ? 1 : 0);
    stats->half_range = flx_sum_saturated(stats->half_range, magnitude >= (uint32_t)1 << (fmt.mant_bits - 2) ? 1 : 0);
    stats->underflow = flx_sum_saturated(stats->underflow, nonzero_in && mant == 0 ? 1 : 0);
}

uint32_t flx_stats_largest(const int16_t *mant, size_t count)
{
    int32_t most = 0;
    for (size_t i = 0; i < count; i++) most = mant[i] > most ? mant[i] : -mant[i] > most ? -mant[i] : most;
    return (uint32_t)most;
}

flx_stats_t flx_stats_merge(flx_stats_t x, flx_stats_t y)
{
    return (flx_stats_t){
        .gamma = x.gamma > y.gamma ? x.gamma : y.gamma,
        .overflow = x.overflow || y.overflow,
        .acc_saturated = x.acc_saturated || y.acc_saturated,
        .saturated = flx_sum_saturated(x.saturated, y.saturated),
        .half_range = flx_sum_saturated(x.half_range, y.half_range),
        .underflow = flx_sum_saturated(x.underflow, y.underflow),
    };
}
