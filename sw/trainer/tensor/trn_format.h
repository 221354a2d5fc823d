/* trn_format.h - number formats that a network can be trained in. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_FORMAT_H
#define TRN_FORMAT_H

#include "flx/flx.h"

/* Floats hold every tensor as float32 values that were rounded; integers as mantissas with a shared exponent; blocks round the
 * operands of products only, and what is between products is float32, as their authors have it. */
typedef enum trn_kind {
    TRN_FLOAT32,
    TRN_FLOAT16,  /* IEEE binary16, with subnormals and infinities, no loss scaling; sums of products in float32 */
    TRN_BFLOAT16, /* float32 without its last 16 fraction bits; sums of products in float32 */
    TRN_HBFP,     /* mant_bits of mantissa, one exponent for 576 elements, a 24 x 24 tile (Drumond et al. 2018) */
    TRN_MX,       /* 8 bits of mantissa, one power of two for 32 elements (OCP Microscaling 1.0, MXINT8) */
    TRN_FLEX,     /* flexN+M with Autoflex */
    TRN_DYNAMIC,  /* the same integers; the exponent follows the overflow rate (Courbariaux et al. 2014) */
    TRN_FIXED     /* the same integers, exponent fl in all tensors, stochastic rounding (Gupta et al. 2015) */
} trn_kind_t;

typedef struct trn_format {
    trn_kind_t kind;
    flx_format_t fmt; /* of integers; of blocks, mant_bits */
    int32_t fl;       /* TRN_FIXED */
} trn_format_t;

/* float32, float16, bfloat16, hbfpN, mxint8, flexN+M, dfpN or fixedIL.FL with IL + FL of 8 to 16. */
bool trn_format_parse(const char *text, trn_format_t *format);

/* Mantissas and a shared exponent. */
static inline bool trn_format_integer(trn_kind_t kind) { return kind >= TRN_FLEX; }
static inline bool trn_format_block(trn_kind_t kind) { return kind == TRN_HBFP || kind == TRN_MX; }

/* Rounds value[count] to float16 or bfloat16, to nearest even; in place. */
void trn_round_float(trn_kind_t kind, float *value, size_t count);

/* out = x rounded to the block format, to nearest even, blocks of consecutive elements. */
void trn_round_block(trn_format_t format, const float *x, size_t count, float *out);

#endif
