/* flx_gemm_write.c - a tile of sums becomes mantissas of C. Header: flx_gemm_kernel.h, twins: cmodel/flx_gemm_run.c, cmodel/flx_requant_row.c */
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

void flx_gemm_write_wide(const flx_place_t *to, const int64_t *acc)
{
    const int32_t s = shift_of(to->op);
    const size_t rows = rows_of(to);
    int16_t mant[FLX_TILE_SIZE];
    if (to->op->rounding == FLX_ROUND_STOCHASTIC) /* the only mode that asks where an element is */
        for (size_t r = 0; r < rows; r++)
            flx_requant_row(to->op, s, acc + r * FLX_TILE_COLS, to->row + r, to->col, cols_of(to), mant + r * FLX_TILE_COLS, to->stats);
    else
        flx_requant_row(to->op, s, acc, to->row, to->col, FLX_TILE_SIZE, mant, to->stats);
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
    int64_t acc[FLX_TILE_SIZE];
    for (size_t i = 0; i < FLX_TILE_SIZE; i++) acc[i] = ((int64_t)high[i] * (1 << FLX_SPLIT_BITS)) + low[i];
    flx_gemm_write_wide(to, acc);
}

void flx_gemm_write_sum(const flx_place_t *to, const int32_t *sum)
{
    int16_t mant[FLX_TILE_SIZE];
    flx_requant_tile(to->op, shift_of(to->op), sum, mant, to->stats);
    write_mantissas(to, mant);
}

uint64_t flx_gemm_largest_sum(const int64_t *acc)
{
    int64_t least = 0, most = 0;
    for (size_t i = 0; i < FLX_TILE_SIZE; i++) {
        least = acc[i] < least ? acc[i] : least;
        most = acc[i] > most ? acc[i] : most;
    }
    return (uint64_t)(-least > most ? -least : most);
}
