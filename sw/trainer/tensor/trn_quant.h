/* trn_quant.h - real values to mantissas and back, a row at a time. Twin: cmodel/golden/flx_host.c (flx_kernel_write) */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_QUANT_H
#define TRN_QUANT_H

#include "flx/flx.h"

/* Equals flx_kernel_write for every input. x[count], out[count]; returns the statistics. */
flx_stats_t trn_quantise(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out);

/* Equals flx_host_write likewise: toward zero. */
flx_stats_t trn_quantise_host(flx_format_t fmt, int32_t exp, const float *x, size_t count, int16_t *out);

/* trn_quantise rounded at random, up with a chance of the fraction: floor(x + u), u uniform in (0, 1), a function of seed and index; x[0] has
 * index `first`. */
flx_stats_t trn_quantise_stochastic(flx_format_t fmt, int32_t exp, const float *x, size_t first, size_t count, uint64_t seed, int16_t *out);

/* The largest |x| of count; NaN counts as 0. */
float trn_largest(const float *x, size_t count);

enum { TRN_SCALE_EXP_MAX = 126 }; /* 2^-exp is a normal float32 */

/* out[i] = mant[i] * 2^-exp, exact for exp <= TRN_SCALE_EXP_MAX. */
void trn_dequantise(const int16_t *mant, size_t count, int32_t exp, float *out);

#endif
