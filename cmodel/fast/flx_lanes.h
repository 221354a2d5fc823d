/* flx_lanes.h - private: what is left to do when lanes of a vector are one result. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_LANES_H
#define FLX_LANES_H

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

/* The largest of eight lanes, unsigned. */
__attribute__((target("avx2"))) static inline uint32_t flx_lanes_max(__m256i x)
{
    uint32_t lane[8], largest = 0;
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    for (int i = 0; i < 8; i++) largest = lane[i] > largest ? lane[i] : largest;
    return largest;
}
#endif

#endif
