/* flx_gemm_kernel.c - which variant of the inner kernels runs. Header: flx_gemm_kernel.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_tile.h"

/* NULL when this machine cannot run the kernel. */
static const flx_gemm_variant_t *variant_of(flx_gemm_kernel_t kernel)
{
    static const struct { flx_gemm_kernel_t kernel; const flx_gemm_variant_t *variant; } fastest_first[] = {
        {FLX_GEMM_VNNI, &flx_gemm_variant_vnni}, {FLX_GEMM_AVX2, &flx_gemm_variant_avx2}, {FLX_GEMM_PORTABLE, &flx_gemm_variant_portable}};
    for (size_t i = 0; i < sizeof fastest_first / sizeof fastest_first[0]; i++) {
        const bool meant = kernel == FLX_GEMM_AUTO || kernel == fastest_first[i].kernel;
        if (meant && fastest_first[i].variant->runs()) return fastest_first[i].variant;
    }
    return NULL;
}

flx_gemm_tile_fn flx_gemm_tile(flx_gemm_kernel_t kernel)
{
    const flx_gemm_variant_t *variant = variant_of(kernel);
    return variant != NULL ? variant->tile : NULL;
}

flx_gemm_tile_fn flx_gemm_tile_long(flx_gemm_kernel_t kernel)
{
    const flx_gemm_variant_t *variant = variant_of(kernel);
    return variant != NULL ? variant->tile_long : NULL;
}

flx_gemm_tile_fn flx_gemm_tile_pairwise(flx_gemm_kernel_t kernel)
{
    const flx_gemm_variant_t *variant = variant_of(kernel);
    return variant != NULL ? variant->tile_pairwise : NULL;
}

flx_gemm_sum_fn flx_gemm_tile_sum(flx_gemm_kernel_t kernel)
{
    const flx_gemm_variant_t *variant = variant_of(kernel);
    return variant != NULL ? variant->sum : NULL;
}

const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel)
{
    const flx_gemm_variant_t *variant = variant_of(kernel);
    return variant != NULL ? variant->name : "not on this machine";
}
