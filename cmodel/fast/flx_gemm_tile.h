/* flx_gemm_tile.h - private: what every variant of the inner kernels gives: flx_gemm_tile_portable.c, flx_gemm_tile_avx2.c, flx_gemm_tile_vnni.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_GEMM_TILE_H
#define FLX_GEMM_TILE_H

#include "flx_gemm_kernel.h"

/* One tile of products, in as many ways as the variant has; NULL: not this way. */
typedef struct flx_gemm_variant {
    const char *name;
    bool (*runs)(void);             /* on this machine */
    flx_gemm_tile_fn tile;          /* short products: every variant has them */
    flx_gemm_tile_fn tile_long;     /* flx_gemm_tile_long */
    flx_gemm_tile_fn tile_pairwise; /* flx_gemm_tile_pairwise */
    flx_gemm_sum_fn sum;            /* flx_gemm_tile_sum */
} flx_gemm_variant_t;

/* A variant of another processor does not run, and its functions are NULL. */
extern const flx_gemm_variant_t flx_gemm_variant_portable, flx_gemm_variant_avx2, flx_gemm_variant_vnni;

#endif
