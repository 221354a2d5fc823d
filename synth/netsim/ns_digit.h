/* ns_digit.h - an operand as the radix-4 digits that travel down a column. Twin: rtl/array/flx_recode.v */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_DIGIT_H
#define NS_DIGIT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Wires of a `bits`-wide operand's digits, bits <= 40: DIGIT_BITS of flx_recode. */
int ns_digit_bits(int bits, bool is_signed);

/* The wires, digit 0's {neg, two, one} at bit 0: digits_o of flx_recode. Bits of value beyond `bits` are ignored. */
uint64_t ns_digits(int64_t value, int bits, bool is_signed);

#ifdef __cplusplus
}
#endif
#endif
