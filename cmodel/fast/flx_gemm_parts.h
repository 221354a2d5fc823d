/* flx_gemm_parts.h - private: products with a spread tensor, part by part.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tensor that is read as if dilate - 1 zeros stood between its elements meets, at output (y, x), only the taps of one class modulo
 * dilate. So the outputs of a class (y mod dilate, x mod dilate) are a product of their own, without the zeros: fewer taps, dilate 1. */
#ifndef FLX_GEMM_PARTS_H
#define FLX_GEMM_PARTS_H

#include "flx_gemm_blocks.h"

/* Is the operation, with B read from `of` (NULL: it is not), such a product, of classes that the fast multiply packs from the tensor? */
bool flx_gemm_takes_parts(const flx_gemm_t *op, const flx_gemm_conv_t *of);

/* flx_gemm_blocks for it, by way of its parts; C is partly written after FLX_ERR_MEMORY. */
flx_err_t flx_gemm_parts(const flx_gemm_job_t *job, flx_stats_t *stats);

#endif
