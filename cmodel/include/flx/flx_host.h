/* flx_host.h - real values to flex and back. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_HOST_H
#define FLX_HOST_H

#include "flx_requant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* m * 2^-e, exact in double for every format. */
double flx_to_double(int32_t mant, int32_t exp);

/* Host write of real values x[count] at exponent exp: x * 2^exp truncated toward zero, clipped.
 * NaN is stored as 0. out[count]; stats is overwritten. */
void flx_host_write(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out, flx_stats_t *stats);

/* Kernel output: x * 2^exp rounded to nearest even, saturated; for element-wise operations that are
 * computed in float. NaN is stored as 0. */
void flx_kernel_write(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out, flx_stats_t *stats);

/* One real value, the two rules above. */
flx_mant_t flx_from_double_trunc(flx_format_t fmt, int32_t exp, double x);
flx_mant_t flx_from_double_even(flx_format_t fmt, int32_t exp, double x);

/* Code profile: exponent of scale(v) = 2^floor(log2 |v|) * 2^-(N-2), clamped to 0..2^M - 1; 0 for v = 0. */
int32_t flx_scale_exp(flx_format_t fmt, double v);

#ifdef __cplusplus
}
#endif
#endif
