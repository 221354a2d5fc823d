/* flx_gemm_kernel.h - private: packing and inner kernels of flx_gemm_run. Twins: cmodel/flx_gemm_kernel.c, cmodel/flx_gemm_pack.c
 *
 * A tile is FLX_TILE_ROWS x FLX_TILE_COLS. Operands are packed as pairs of reduction steps: a[kp][row], b[kp][col], each a pair
 * (k even, k odd) of int16. Sums are int32 over one segment of pairs. */
#ifndef FLX_GEMM_KERNEL_H
#define FLX_GEMM_KERNEL_H

#include "flx_gemm.h"

enum {
    FLX_TILE_ROWS = 12,
    FLX_TILE_COLS = 32,
    FLX_TILE_SIZE = FLX_TILE_ROWS * FLX_TILE_COLS,
    FLX_BLOCK_PAIRS = 256,            /* pairs per call of a kernel: a block of B is 32 KiB and stays in the first cache */
    FLX_SEGMENT_SUM_MAX = 0x7FFF0000  /* |sum of a segment| of more than a pair: 2^31 - 2^16 */
};

typedef struct flx_pair {
    int16_t even, odd;
} flx_pair_t;

/* acc[row][col] += the sum over `pairs` <= FLX_BLOCK_PAIRS steps. segment[i] steps belong to segment i; they add up to pairs. */
typedef void (*flx_gemm_tile_fn)(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc);

/* NULL when this machine cannot run it (FLX_GEMM_AUTO: the best it can). */
flx_gemm_tile_fn flx_gemm_tile(flx_gemm_kernel_t kernel);

/* max |x|, unsigned: |-32768| = 32768. */
uint32_t flx_gemm_largest(const int16_t *x, size_t count);

/* Rows [row, row + FLX_TILE_ROWS) of op(A), all of k: out[(k + 1) / 2][FLX_TILE_ROWS], zero beyond m and k. */
void flx_gemm_pack_a(const flx_gemm_t *op, const int16_t *a, size_t row, flx_pair_t *out);

/* Pairs [kp, kp + count) of columns [col, col + FLX_TILE_COLS) of op(B): out[count][FLX_TILE_COLS], zero beyond n and k. */
void flx_gemm_pack_b(const flx_gemm_t *op, const int16_t *b, size_t col, size_t kp, size_t count, flx_pair_t *out);

/* Segments of one packed panel of A: those of the block that begins at pair kp start at segment[kp], at most one per pair. A segment is
 * one pair, or a row's sum of |a| over it times max_b is at most FLX_SEGMENT_SUM_MAX. */
void flx_gemm_segments(const flx_pair_t *a, size_t pairs, uint32_t max_a, uint32_t max_b, uint16_t *segment);

/* Why flx_gemm_reference and flx_gemm_run refuse the operation, or FLX_OK. */
flx_err_t flx_gemm_check(const flx_gemm_t *op);

/* Converts acc[count], elements (row, col..) of C, |acc| < 2^62, with shift s into out[count] and adds them to stats. */
void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats);

#endif
