/* flx_wide.h - private: unsigned integers of 640 bits, wide enough for M = 8. Every operation is exact for the
 * SPDX-License-Identifier: Apache-2.0
 * sizes that Autoflex (at most 2^569) and sums (2^312) need; carries beyond 640 bits are not expected and are dropped. */
#ifndef FLX_WIDE_H
#define FLX_WIDE_H

#include <stdint.h>

enum { FLX_WIDE_WORDS = 20 };

typedef struct flx_wide {
    uint32_t word[FLX_WIDE_WORDS]; /* least significant first */
} flx_wide_t;

flx_wide_t flx_wide_from(uint64_t x);
flx_wide_t flx_wide_add(flx_wide_t x, flx_wide_t y);
flx_wide_t flx_wide_sub(flx_wide_t x, flx_wide_t y); /* x >= y */
flx_wide_t flx_wide_mul(flx_wide_t x, flx_wide_t y);
flx_wide_t flx_wide_shift_left(flx_wide_t x, uint32_t bits);
flx_wide_t flx_wide_shift_right(flx_wide_t x, uint32_t bits);
uint64_t flx_wide_low(flx_wide_t x);                 /* modulo 2^64 */
int flx_wide_compare(flx_wide_t x, flx_wide_t y); /* -1, 0, 1 */
uint32_t flx_wide_bit_length(flx_wide_t x);       /* 0 for 0 */

#endif
