/* flx_gemm_kernel.h - private: inner kernels of flx_gemm_run. Twin: cmodel/flx_gemm_kernel.c
 *
 * A tile is FLX_TILE_ROWS x FLX_TILE_COLS. Operands are packed as pairs of reduction steps: a[kp][row], b[kp][col], each a pair
 * (k even, k odd) of int16. The sum of one segment of pairs fits int32; segments are added in int64. */
#ifndef FLX_GEMM_KERNEL_H
#define FLX_GEMM_KERNEL_H

#include "flx_gemm.h"

enum { FLX_TILE_ROWS = 6, FLX_TILE_COLS = 32 };

typedef struct flx_pair {
    int16_t even, odd;
} flx_pair_t;

/* acc[row][col] += the sum over `pairs` steps. segment[i] steps belong to segment i; they add up to pairs. */
typedef void (*flx_gemm_tile_fn)(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc);

/* NULL when this machine cannot run it (FLX_GEMM_AUTO: the best it can). */
flx_gemm_tile_fn flx_gemm_tile(flx_gemm_kernel_t kernel);

/* The kernel adds in int64 throughout, so any operands are safe. */
bool flx_gemm_tile_is_wide(flx_gemm_tile_fn tile);

/* Why flx_gemm_reference and flx_gemm_run refuse the operation, or FLX_OK. */
flx_err_t flx_gemm_check(const flx_gemm_t *op);

/* Converts acc[count], elements (row, col..) of C, |acc| < 2^62, with shift s into out[count] and adds them to stats. */
void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats);

#endif
