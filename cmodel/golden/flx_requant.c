/* flx_requant.c - output conversion: shift, round once, saturate. Header: flx_requant.h, twin: rtl/core/flx_requant.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_requant.h"

/* floor(x / 2^s) for s in 0..63 without shifting a negative number. */
static int64_t flx_floor_shift(int64_t x, int32_t s)
{
    return x >= 0 ? (int64_t)((uint64_t)x >> s) : (int64_t) ~(~(uint64_t)x >> s);
}

/* The first 32 fraction bits of x / 2^s, and whether any bit follows them. s >= 1. */
static uint32_t flx_fraction(int64_t x, int32_t s, bool *sticky)
{
    const uint64_t bits = (uint64_t)x;
    if (s <= 32) {
        *sticky = false;
        return (uint32_t)(bits << (32 - s));
    }
    const int32_t below = s - 32; /* bits under the 32 */
    if (below >= 64) {
        *sticky = x != 0;
        return x < 0 ? UINT32_MAX : 0;
    }
    *sticky = (bits & (((uint64_t)1 << below) - 1)) != 0;
    return (uint32_t)(uint64_t)flx_floor_shift(x, below);
}

static bool flx_round_up(int64_t floor, uint32_t fraction, bool sticky, bool negative, flx_rounding_t rounding, uint32_t random)
{
    const uint32_t half = (uint32_t)1 << 31;
    switch (rounding) {
    case FLX_ROUND_NEAREST_EVEN: return fraction > half || (fraction == half && (sticky || (floor & 1) != 0));
    case FLX_ROUND_HALF_UP: return fraction >= half;
    case FLX_ROUND_FLOOR: return false;
    case FLX_ROUND_TOWARD_ZERO: return negative && (fraction != 0 || sticky);
    case FLX_ROUND_STOCHASTIC: return fraction > UINT32_MAX - random;
    }
    return false;
}

flx_mant_t flx_requant(flx_format_t fmt, int64_t acc, int32_t s, flx_rounding_t rounding, uint32_t random)
{
    const int64_t max = flx_mant_max(fmt), min = flx_mant_min(fmt);
    flx_mant_t out = {.mant = 0, .clipped = false, .nonzero_in = acc != 0};
    if (acc == 0) return out;
    if (s <= 0) {
        const int32_t left = s < -16 ? 16 : -s; /* any |acc| >= 1 shifted by N or more is clipped */
        const int64_t limit = (int64_t)1 << 16;
        if (acc >= limit || acc <= -limit || acc * ((int64_t)1 << left) > max || acc * ((int64_t)1 << left) < min) {
            out.clipped = true;
            out.mant = (int32_t)(acc < 0 ? min : max);
        } else {
            out.mant = (int32_t)(acc * ((int64_t)1 << left));
        }
        return out;
    }
    bool sticky = false;
    const uint32_t fraction = flx_fraction(acc, s, &sticky);
    int64_t value = flx_floor_shift(acc, s < 63 ? s : 63);
    if (flx_round_up(value, fraction, sticky, acc < 0, rounding, random)) value++;
    out.clipped = value > max || value < min;
    out.mant = (int32_t)(value > max ? max : value < min ? min : value);
    return out;
}

uint32_t flx_stochastic_word(uint32_t seed, uint32_t row, uint32_t col)
{
    uint32_t x = seed + row * FLX_RANDOM_ROW_STEP + col * FLX_RANDOM_COL_STEP;
    if (x == 0) x = 1;
    for (int step = 0; step < 32; step++) x = (x >> 1) ^ ((x & 1) != 0 ? FLX_RANDOM_MASK : 0);
    return x;
}

int64_t flx_chunk_round(int64_t acc, int32_t s)
{
    const bool negative = acc < 0;
    const uint64_t magnitude = negative ? (uint64_t)0 - (uint64_t)acc : (uint64_t)acc;
    const uint64_t max = (uint64_t)INT32_MAX + (negative ? 1 : 0);
    uint64_t t; /* |trunc(acc * 2^(12 - s))|, saturated to int32 */
    if (s >= 12) {
        t = s - 12 < 64 ? magnitude >> (s - 12) : 0;
        if (t > max) t = max;
    } else {
        const int32_t left = s < -32 ? 44 : 12 - s;
        t = magnitude == 0 ? 0 : left >= 32 || magnitude > max >> left ? max : magnitude << left;
    }
    /* In output LSBs, at most 2^19. Back in product units it is at most twice acc, or acc and half an LSB: only beyond the 62 bits of
     * the widest accumulator can that leave int64, and it saturates there. */
    const int64_t lsb = flx_floor_shift((negative ? -(int64_t)t : (int64_t)t) + 2048, 12);
    if (lsb == 0 || s <= -32) return 0;
    if (s < 0) return lsb / ((int64_t)1 << -s);
    const int32_t room = s < 63 ? s : 63;
    if (lsb > INT64_MAX >> room) return INT64_MAX;
    if (lsb < -(INT64_MAX >> room)) return INT64_MIN; /* the one -2^x that fits here is INT64_MIN itself */
    return lsb * ((int64_t)1 << s);
}
