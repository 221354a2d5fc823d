/* ns_rival.h - one accumulation step of the rival formats, in doubles that hold every value exactly. Twins: rtl/rivals/flx_rival_step.v, flx_rival_edge.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only finite numbers: operands of real training data, scaled where a format needs it. NaN and infinities are the business of that block's own tests. */
#ifndef NS_RIVAL_H
#define NS_RIVAL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A binary format: 1 sign bit, exp_bits, frac_bits, IEEE 754 encoding. */
typedef struct ns_float {
    int exp_bits, frac_bits;
    bool subnormal; /* false: what lies below the least normal number is zero */
} ns_float_t;

typedef struct ns_rival {
    const char *name;
    int kind;       /* KIND of flx_rival_cluster */
    ns_float_t in, acc; /* of the floating-point kinds; kind 0 is 8-bit integers into 32 bits */
    int in_bits, acc_bits;
    bool scaled;    /* operands are scaled by powers of two to a largest magnitude in [1, 2), as loss scaling does for 5 exponent bits */
} ns_rival_t;

/* int8, bf16, fp16, bf16_fp32, fp16_fp32, fp32; NULL for another name. */
const ns_rival_t *ns_rival_find(const char *name);

/* x rounded once to nearest even; zero of its sign below the range; infinity above. */
double ns_float_round(ns_float_t format, double x);

/* Word of a value on the format's grid. */
uint32_t ns_float_word(ns_float_t format, double x);

/* Bits of operand b in a column: plain as in_bits, or with its significand's digits. */
int ns_rival_digit_bits(const ns_rival_t *rival);

/* Its word there: flx_rival_edge.v's. value: on the format's grid, finite. */
uint64_t ns_rival_digit_word(const ns_rival_t *rival, double value);

/* acc + a b, one lane: product rounded to the accumulator's format, then the sum. Several: fused, aligned and truncated as
 * flx_rival_fdot and flx_rival_facc define it. Kind 0: exact modulo 2^32, as a double in [-2^31, 2^31). */
double ns_rival_step(const ns_rival_t *rival, int lanes, const double *a, const double *b, double acc);

#ifdef __cplusplus
}
#endif
#endif
