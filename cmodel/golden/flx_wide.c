/* flx_wide.c - private: unsigned integers of 640 bits. Header: flx_wide.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_wide.h"

flx_wide_t flx_wide_from(uint64_t x)
{
    flx_wide_t out = {{(uint32_t)x, (uint32_t)(x >> 32)}};
    return out;
}

flx_wide_t flx_wide_add(flx_wide_t x, flx_wide_t y)
{
    uint64_t carry = 0;
    for (int i = 0; i < FLX_WIDE_WORDS; i++) {
        carry += (uint64_t)x.word[i] + y.word[i];
        x.word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return x;
}

flx_wide_t flx_wide_sub(flx_wide_t x, flx_wide_t y)
{
    uint64_t borrow = 0;
    for (int i = 0; i < FLX_WIDE_WORDS; i++) {
        const uint64_t take = (uint64_t)y.word[i] + borrow;
        borrow = x.word[i] < take ? 1 : 0;
        x.word[i] = (uint32_t)(x.word[i] - take);
    }
    return x;
}

flx_wide_t flx_wide_mul(flx_wide_t x, flx_wide_t y)
{
    flx_wide_t out = {{0}};
    for (int i = 0; i < FLX_WIDE_WORDS; i++) {
        if (x.word[i] == 0) continue;
        uint64_t carry = 0;
        for (int j = 0; i + j < FLX_WIDE_WORDS; j++) {
            carry += (uint64_t)x.word[i] * y.word[j] + out.word[i + j];
            out.word[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return out;
}

flx_wide_t flx_wide_shift_left(flx_wide_t x, uint32_t bits)
{
    flx_wide_t out = {{0}};
    const uint32_t words = bits / 32, rest = bits % 32;
    for (uint32_t i = words; i < FLX_WIDE_WORDS; i++) {
        const uint64_t high = x.word[i - words];
        const uint64_t low = i > words ? x.word[i - words - 1] : 0;
        out.word[i] = (uint32_t)(((high << 32 | low) << rest) >> 32);
    }
    return out;
}

flx_wide_t flx_wide_shift_right(flx_wide_t x, uint32_t bits)
{
    flx_wide_t out = {{0}};
    const uint32_t words = bits / 32, rest = bits % 32;
    for (uint32_t i = 0; i + words < FLX_WIDE_WORDS; i++) {
        const uint64_t low = x.word[i + words];
        const uint64_t high = i + words + 1 < FLX_WIDE_WORDS ? x.word[i + words + 1] : 0;
        out.word[i] = (uint32_t)((high << 32 | low) >> rest);
    }
    return out;
}

uint64_t flx_wide_low(flx_wide_t x)
{
    return (uint64_t)x.word[1] << 32 | x.word[0];
}

int flx_wide_compare(flx_wide_t x, flx_wide_t y)
{
    for (int i = FLX_WIDE_WORDS - 1; i >= 0; i--)
        if (x.word[i] != y.word[i]) return x.word[i] < y.word[i] ? -1 : 1;
    return 0;
}

uint32_t flx_wide_bit_length(flx_wide_t x)
{
    for (int i = FLX_WIDE_WORDS - 1; i >= 0; i--) {
        uint32_t bits = 0;
        for (uint32_t w = x.word[i]; w != 0; w >>= 1) bits++;
        if (bits != 0) return (uint32_t)i * 32 + bits;
    }
    return 0;
}
