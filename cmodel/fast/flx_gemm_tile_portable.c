/* flx_gemm_tile_portable.c - the inner kernel in portable C. Header: flx_gemm_tile.h, twin: cmodel/fast/flx_gemm_tile_avx2.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_tile.h"

enum { ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS };

static void tile_portable(const flx_panel_t *panel_a, const flx_panel_t *panel_b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    const flx_pair_t *a = panel_a->pairs, *b = panel_b->pairs;
    int64_t acc[FLX_TILE_SIZE] = {0};
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS)
        for (int r = 0; r < ROWS; r++)
            for (int c = 0; c < COLS; c++)
                acc[r * COLS + c] += (int64_t)((int32_t)a[r].even * b[c].even) + (int32_t)a[r].odd * b[c].odd;
    for (int i = 0; i < FLX_TILE_SIZE; i++) {
        const int64_t sum = acc[i] + (add ? flx_gemm_whole(high[i], low[i]) : 0);
        high[i] = (int32_t)(sum >> FLX_SPLIT_BITS);
        low[i] = (int32_t)(sum & 0xFFFF);
    }
}

static bool runs(void)
{
    return true;
}

const flx_gemm_variant_t flx_gemm_variant_portable = {.name = "portable", .runs = runs, .tile = tile_portable};
