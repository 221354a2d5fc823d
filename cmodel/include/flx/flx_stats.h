/* flx_stats.h - statistics and overflow detection of one written tensor. Twin: rtl/core/flx_stats.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * Source: Koster et al. 2017, section 3.2 (Gamma = max |m| over the stored mantissas). */
#ifndef FLX_STATS_H
#define FLX_STATS_H

#include "flx_format.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All counts are elements and stop at 2^32 - 1, as the hardware's do. */
typedef struct flx_stats {
    uint32_t gamma;      /* G: max |stored mantissa|, unsigned; |-32768| = 32768 */
    bool overflow;       /* G >= 2^(N-1) - 1 */
    bool acc_saturated;  /* sticky: an accumulator of ACC < 48 bits clipped */
    uint32_t saturated;  /* elements clipped by the conversion */
    uint32_t half_range; /* elements with |m| >= 2^(N-2) */
    uint32_t underflow;  /* non-zero inputs of the conversion stored as 0 */
} flx_stats_t;

/* Adds one stored mantissa: clipped says the conversion saturated it, nonzero_in says that the
 * value before the conversion was not zero. */
void flx_stats_add(flx_stats_t *stats, flx_format_t fmt, int32_t mant, bool clipped, bool nonzero_in);

/* G of count mantissas: the largest magnitude, 0 of none. */
uint32_t flx_stats_largest(const int16_t *mant, size_t count);

/* Statistics over both operands' elements (max of G, or of the flags, saturating sums). */
flx_stats_t flx_stats_merge(flx_stats_t x, flx_stats_t y);

#ifdef __cplusplus
}
#endif
#endif
