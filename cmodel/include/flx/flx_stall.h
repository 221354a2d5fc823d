/* flx_stall.h - which cycles a stream is held back in: a pure function, so that every bench and model sees the same pattern. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_STALL_H
#define FLX_STALL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum flx_stream { FLX_STREAM_CMD, FLX_STREAM_A, FLX_STREAM_B, FLX_STREAM_C, FLX_STREAM_RSP, FLX_STREAM_COUNT } flx_stream_t;

/* Probability 0..1 as a threshold of 2^32 (values outside are clamped, NaN is 0). */
uint64_t flx_stall_threshold(double probability);

/* True when the stream is held back in this cycle: its valid (cmd, a, b) or its ready (c, rsp) is kept 0. */
bool flx_stall(uint64_t seed, flx_stream_t stream, uint64_t cycle, uint64_t threshold);

/* The 64-bit mixing function behind it (splitmix64's finaliser). */
uint64_t flx_stall_mix(uint64_t x);

#ifdef __cplusplus
}
#endif
#endif
