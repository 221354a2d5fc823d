/* flx_format.h - the flexN+M number format: widths, limits, error codes. Twin: docs/numerics.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tensor is an array of N-bit two's-complement mantissas m that share ONE unsigned M-bit
 * exponent e; an element's value is m * 2^-e. flex16+5 (N = 16, M = 5) is the default.
 * Everything here is pure: no globals, no allocation, no undefined behaviour for any input. */
#ifndef FLX_FORMAT_H
#define FLX_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flx_limit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Widths of a format: mantissa N, exponent M, accumulator; ranges: flx_limit.h. */
typedef struct flx_format {
    uint8_t mant_bits; /* N */
    uint8_t exp_bits;  /* M */
    uint8_t acc_bits;  /* ACC, at least 2N; from FLX_ACC_BITS_EXACT on sums are exact */
} flx_format_t;

/* What a function that can refuse its input returns. */
typedef enum flx_err {
    FLX_OK = 0,
    FLX_ERR_FORMAT,   /* a width outside its range */
    FLX_ERR_SHAPE,    /* a dimension of 0 */
    FLX_ERR_DEPTH,    /* a sum of K products could overflow the accumulator (flx_depth_fits) */
    FLX_ERR_EXPONENT, /* an exponent outside 0..2^M - 1 */
    FLX_ERR_MODE,     /* unknown rounding mode, chunk length or lane count */
    FLX_ERR_MEMORY    /* allocation failed */
} flx_err_t;

/* flex16+5 with the 48-bit accumulator. */
flx_format_t flx_format_default(void);

/* True if every width is inside its range. */
bool flx_format_valid(flx_format_t fmt);

/* Largest and smallest mantissa: 2^(N-1) - 1 and -2^(N-1). */
int32_t flx_mant_max(flx_format_t fmt);
int32_t flx_mant_min(flx_format_t fmt);

/* Largest exponent: 2^M - 1. */
int32_t flx_exp_max(flx_format_t fmt);

/* Largest K whose sum of K products can never overflow the accumulator:
 * floor((2^(ACC-1) - 1) / 2^(2N-2)); 131071 for N = 16, ACC = 48. */
uint64_t flx_depth_max(flx_format_t fmt);

/* No sum of k products overflows the accumulator, no |mantissa| of the operands being larger than g_a and g_b (0..2^(N-1)):
 * k g_a g_b < 2^(ACC-1). Always true where sums saturate, acc_bits < FLX_ACC_BITS_EXACT. Twin: rtl/core/flx_depth.v */
bool flx_depth_fits(flx_format_t fmt, uint64_t k, uint32_t g_a, uint32_t g_b);

/* One line of English for an error code, without a full stop. */
const char *flx_err_text(flx_err_t err);

#ifdef __cplusplus
}
#endif
#endif
