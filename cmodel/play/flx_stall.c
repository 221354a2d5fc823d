/* flx_stall.c - which cycles a stream is held back in. Header: flx_stall.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_stall.h"

uint64_t flx_stall_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

uint64_t flx_stall_threshold(double probability)
{
    if (!(probability > 0.0)) return 0;
    if (probability >= 1.0) return UINT64_C(1) << 32;
    return (uint64_t)(probability * 4294967296.0);
}

bool flx_stall(uint64_t seed, flx_stream_t stream, uint64_t cycle, uint64_t threshold)
{
    if (threshold == 0) return false;
    const uint64_t key = flx_stall_mix(seed + UINT64_C(0x9E3779B97F4A7C15) * ((uint64_t)stream + 1));
    return (flx_stall_mix(key + UINT64_C(0x9E3779B97F4A7C15) * (cycle + 1)) >> 32) < threshold;
}
