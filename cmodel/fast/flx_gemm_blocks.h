/* flx_gemm_blocks.h - private: one product, by blocks and threads. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_GEMM_BLOCKS_H
#define FLX_GEMM_BLOCKS_H

#include "flx_gemm_kernel.h"

/* An operation that flx_gemm_check allows and whose sums are exact, and a kernel that runs here; hints.max_a and max_b are known. */
typedef struct flx_gemm_job {
    flx_gemm_kernel_t kernel;
    const flx_gemm_t *op;
    flx_gemm_hints_t hints;
    const int16_t *a, *b;
    int16_t *c;
    unsigned threads; /* at most; 0: all */
} flx_gemm_job_t;

/* flx_gemm_run_with for it; a hints.conv is packed from its tensor where that can be done. */
flx_err_t flx_gemm_blocks(const flx_gemm_job_t *job, flx_stats_t *stats);

#endif
