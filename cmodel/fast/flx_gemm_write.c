/* flx_gemm_write.c - a tile of sums becomes mantissas of C. Header: flx_gemm_kernel.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_kernel.h"

#include <string.h>

static int32_t shift_of(const flx_gemm_t *op)
{
    return op->exp_a + op->exp_b - op->exp_c;
}

static size_t rows_of(const flx_place_t *to)
{
    return to->op->m - to->row < FLX_TILE_ROWS ? to->op->m - to->row : FLX_TILE_ROWS;
}

static size_t cols_of(const flx_place_t *to)
{
    return to->op->n - to->col < FLX_TILE_COLS ? to->op->n - to->col : FLX_TILE_COLS;
}

static void write_mantissas(const flx_place_t *to, const int16_t *mant)
{
    const size_t rows = rows_of(to), cols = cols_of(to), n = to->op->n;
    if (to->op->dry_run) return;
    int16_t *c = to->c + to->row * n + to->col;
    if (cols == FLX_TILE_COLS)
        for (size_t r = 0; r < rows; r++) memcpy(c + r * n, mant + r * FLX_TILE_COLS, FLX_TILE_COLS * sizeof *mant);
    else
        for (size_t r = 0; r < rows; r++) memcpy(c + r * n, mant + r * FLX_TILE_COLS, cols * sizeof *mant);
}

void flx_gemm_write_wide(const flx_place_t *to, const int64_t *wide)
{
    const int32_t s = shift_of(to->op);
    const size_t rows = rows_of(to);
    int16_t mant[FLX_TILE_SIZE];
    if (to->op->rounding == FLX_ROUND_STOCHASTIC) /* the only mode that asks where an element is */
        for (size_t r = 0; r < rows; r++)
            flx_requant_row(to->op, s, wide + r * FLX_TILE_COLS, to->row + r, to->col, cols_of(to), mant + r * FLX_TILE_COLS, to->stats);
    else
        flx_requant_row(to->op, s, wide, to->row, to->col, FLX_TILE_SIZE, mant, to->stats);
    write_mantissas(to, mant);
}

void flx_gemm_write_split(const flx_place_t *to, const int32_t *high, const int32_t *low)
{
    const int32_t s = shift_of(to->op);
    if (flx_requant_takes_split(to->op, s)) {
        int16_t mant[FLX_TILE_SIZE];
        flx_requant_split(to->op, s, high, low, mant, to->stats);
        write_mantissas(to, mant);
        return;
    }
    int64_t wide[FLX_TILE_SIZE];
    flx_gemm_widen(high, low, false, wide);
    flx_gemm_write_wide(to, wide);
}

void flx_gemm_write_sum(const flx_place_t *to, const int32_t *sum)
{
    int16_t mant[FLX_TILE_SIZE];
    flx_requant_tile(to->op, shift_of(to->op), sum, mant, to->stats);
    write_mantissas(to, mant);
}

void flx_gemm_widen(const int32_t *high, const int32_t *low, bool add, int64_t *wide)
{
    for (size_t i = 0; i < FLX_TILE_SIZE; i++) wide[i] = flx_gemm_whole(high[i], low[i]) + (add ? wide[i] : 0);
}

uint64_t flx_gemm_largest_sum(const int64_t *wide)
{
    int64_t least = 0, most = 0;
    for (size_t i = 0; i < FLX_TILE_SIZE; i++) {
        least = wide[i] < least ? wide[i] : least;
        most = wide[i] > most ? wide[i] : most;
    }
    return (uint64_t)(-least > most ? -least : most);
}
