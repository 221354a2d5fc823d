/* flx_requant.h - output conversion: shift, round once, saturate. Twin: rtl/core/flx_requant.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * An exact sum in units of 2^-(eA+eB) becomes a mantissa in units of 2^-eC: shift right by
 * s = eA + eB - eC (left if s < 0), round ONCE in the given mode, saturate, never wrap. */
#ifndef FLX_REQUANT_H
#define FLX_REQUANT_H

#include "flx_format.h"
#include "flx_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X-macro list in def/flx_rounding.def; the values are the command's `rounding` field. */
typedef enum flx_rounding {
#define FLX_ROUNDING(name, value, text, doc) FLX_ROUND_##name = (value),
#include "def/flx_rounding.def"
#undef FLX_ROUNDING
} flx_rounding_t;

typedef struct flx_mant {
    int32_t mant;    /* stored mantissa, inside [-2^(N-1), 2^(N-1) - 1] */
    bool clipped;    /* the rounded value did not fit */
    bool nonzero_in; /* the input was not zero */
} flx_mant_t;

/* Converts acc (any int64) with shift s in -(2^M - 1) .. 2 (2^M - 1). random is used by the
 * stochastic mode alone: the value is floor(acc / 2^s + random / 2^32), where the fraction of
 * acc / 2^s is first truncated to 32 bits. Total: every int64 and every int32 s gives a result. */
flx_mant_t flx_requant(flx_format_t fmt, int64_t acc, int32_t s, flx_rounding_t rounding, uint32_t random);

/* Random word of output element (row, col) in the stochastic mode, a function of the element's
 * place alone and so independent of tiling and of the order of work: the 32-bit Galois LFSR with
 * mask 0x80200003 (shift right, xor the mask when the bit shifted out is 1) is started at
 * seed + row * 0x9E3779B9 + col * 0x85EBCA6B (mod 2^32; a start of 0 is replaced by 1)
 * and stepped 32 times; the state is the word. (choice) */
uint32_t flx_stochastic_word(uint32_t seed, uint32_t row, uint32_t col);

/* Chunked accumulation: rounds the running sum acc (product units) to 12 fraction bits under the
 * output LSB: t = trunc_toward_zero(acc * 2^12 / 2^s), saturated to int32; then in wide arithmetic
 * t = (t + 2^11) & ~(2^12 - 1); result = trunc_toward_zero(t * 2^s / 2^12), which is exact for s >= 0. */
int64_t flx_chunk_round(int64_t acc, int32_t s);

#ifdef __cplusplus
}
#endif
#endif
