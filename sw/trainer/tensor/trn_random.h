/* trn_random.h - counter-based random numbers: a value is a function of seed and index, whatever was drawn before. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_RANDOM_H
#define TRN_RANDOM_H

#include <math.h>
#include <stdint.h>

/* 64 random bits (splitmix64's finaliser, twice). */
static inline uint64_t trn_bits(uint64_t seed, uint64_t index)
{
    uint64_t x = seed * UINT64_C(0xD1342543DE82EF95) + (index + 1) * UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < 2; i++) {
        x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
        x ^= x >> 31;
    }
    return x;
}

/* Uniform in (0, 1). */
static inline float trn_uniform(uint64_t seed, uint64_t index)
{
    return ((float)(trn_bits(seed, index) >> 41) + 0.5F) * 0x1p-23F;
}

/* Standard normal (Box and Muller). */
static inline float trn_normal(uint64_t seed, uint64_t index)
{
    const float radius = sqrtf(-2.0F * logf(trn_uniform(seed, 2 * index)));
    return radius * cosf(6.2831853F * trn_uniform(seed, 2 * index + 1));
}

/* 0 .. bound - 1. */
static inline uint32_t trn_below(uint64_t seed, uint64_t index, uint32_t bound)
{
    return (uint32_t)(((trn_bits(seed, index) >> 32) * bound) >> 32);
}

#endif
