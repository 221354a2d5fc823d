/* flx_add.h - sums of tensors of unlike exponents. Twins: cmodel/golden/flx_add_reference.c, cmodel/fast/flx_add.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_ADD_H
#define FLX_ADD_H

#include "flx_requant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* out = x + y, each with the exponent that it is, or becomes, written with. */
typedef struct flx_sum {
    flx_format_t fmt;
    int32_t exp_x, exp_y, exp_out;
    flx_rounding_t rounding;
    uint32_t seed; /* stochastic rounding: row 0, col = element index */
} flx_sum_t;

/* Why the sum is refused, or FLX_OK. */
flx_err_t flx_add_check(const flx_sum_t *sum);

/* x[count], y[count], out[count]; out may be x or y. The exact sum is rounded once and saturated. lost (may be NULL) counts the
 * elements with y != 0 whose result equals that of x + 0: updates that round to nothing. Element by element: the definition.
 * Returns flx_add_check(sum); what is refused writes nothing. */
flx_err_t flx_add_reference(const flx_sum_t *sum, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats,
                            uint64_t *lost);

/* Same result for every input, fast enough to train with. */
flx_err_t flx_add(const flx_sum_t *sum, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats, uint64_t *lost);

#ifdef __cplusplus
}
#endif
#endif
