/* flx_gemm_parts.h - private: products with a spread tensor, part by part. Twin: cmodel/fast/flx_gemm_parts.c
 *
 * A tensor that is read as if dilate - 1 zeros stood between its elements meets, at output (y, x), only the taps of one class modulo
 * dilate. So the outputs of a class (y mod dilate, x mod dilate) are a product of their own, without the zeros: fewer taps, dilate 1. */
#ifndef FLX_GEMM_PARTS_H
#define FLX_GEMM_PARTS_H

#include "flx_gemm_kernel.h"

/* Is the operation such a product, of classes that the fast multiply packs from the tensor? */
bool flx_gemm_takes_parts(const flx_gemm_t *op);

/* flx_gemm_run_with for it. */
flx_err_t flx_gemm_run_parts(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, int16_t *c, flx_stats_t *stats, unsigned threads);

#endif
