/* flx_gemm_kernel.h - private: packing, inner kernels and output conversion of flx_gemm_run.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tile is FLX_TILE_ROWS x FLX_TILE_COLS. Operands are packed as pairs of reduction steps: a[kp][row], b[kp][col], each a pair
 * (k even, k odd) of int16. A kernel takes a block of at most FLX_BLOCK_PAIRS of them.
 *
 * Short products: sums are int32 over one segment of pairs. For operands so large that segments would be a few pairs there are two other
 * ways. Long products (AVX-512 VNNI): sums run modulo 2^32 over the whole block of FLX_LONG_PAIRS, and products of the high bytes say
 * which multiple of 2^32 is missing. Pairwise (AVX2): sums run modulo 2^32, and the high half of every pair's sum is added beside them. */
#ifndef FLX_GEMM_KERNEL_H
#define FLX_GEMM_KERNEL_H

#include "flx/flx_gemm_run.h"

enum {
    FLX_TILE_ROWS = 8,
    FLX_TILE_COLS = 32,
    FLX_TILE_SIZE = FLX_TILE_ROWS * FLX_TILE_COLS,
    FLX_BLOCK_PAIRS = 288,            /* nine taps of 64 channels in one block; one of B is 36 KiB */
    FLX_SPLIT_BITS = 16,              /* a sum as high * 2^16 + low */
    FLX_LONG_PAIRS = 128,             /* 256 products, each less than 2^23 away from that of its high bytes: together less than 2^31 */
    FLX_LONG_QUADS = FLX_LONG_PAIRS / 2,
    FLX_SPLIT_PAIRS = 32767,          /* the most that such a sum holds: pairwise, each leaves less than 2^16 to a sum below 2^31 */
    FLX_GROUP_MAX = 32,               /* tiles of columns that are packed at once */
    FLX_SEGMENT_SUM_MAX = 0x7FFF0000, /* |sum of a segment| of more than a pair: 2^31 - 2^16 */
    FLX_SQUARES_SHIFT = 9             /* a block's sum of squares in units of 2^9 fits 31 bits */
};

typedef struct flx_pair {
    int16_t even, odd;
} flx_pair_t;

/* A pair as one word, as vectors take it. */
static inline int32_t flx_pair_bits(const flx_pair_t *pair)
{
    int32_t bits;
    __builtin_memcpy(&bits, pair, sizeof bits);
    return bits;
}

/* One block of the rows of a tile (of op(A)), or of its columns (of op(B)); `lines` of them. */
typedef struct flx_panel {
    const flx_pair_t *pairs;  /* [pairs][lines] */
    const uint16_t *segment;  /* A, short: lengths of the segments; they add up to the pairs of the block */
    const uint32_t *quads;    /* long: [(pairs + 1) / 2][lines], high bytes of two pairs; those of A plus 128 */
    const int32_t *offset;    /* long: [lines], what the line adds to 4 times the sum of the products of quads */
} flx_panel_t;

/* One block of a tile's columns of B, as a panel refers to it. */
typedef struct flx_columns {
    flx_pair_t pairs[FLX_BLOCK_PAIRS * FLX_TILE_COLS];
    uint32_t quads[FLX_LONG_QUADS * FLX_TILE_COLS];
    int32_t offset[FLX_TILE_COLS];
} flx_columns_t;

/* high[row][col] * 2^FLX_SPLIT_BITS + low[row][col] = (add: +=) the sum over `pairs` steps, FLX_SPLIT_PAIRS in all. What is added to comes from the same function. */
typedef void (*flx_gemm_tile_fn)(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *high, int32_t *low);

static inline int64_t flx_gemm_whole(int32_t high, int32_t low)
{
    return (int64_t)high * (1 << FLX_SPLIT_BITS) + low;
}

/* sum[row][col] over `pairs` steps, modulo 2^32. */
typedef void (*flx_gemm_sum_fn)(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, int32_t *sum);

/* The kernel's tile for short products; NULL when this machine cannot run it (FLX_GEMM_AUTO: the best it can). */
flx_gemm_tile_fn flx_gemm_tile(flx_gemm_kernel_t kernel);

/* The kernel's tile for long products, or NULL. */
flx_gemm_tile_fn flx_gemm_tile_long(flx_gemm_kernel_t kernel);

/* The kernel's tile of plain sums, or NULL. */
flx_gemm_sum_fn flx_gemm_tile_sum(flx_gemm_kernel_t kernel);

/* The kernel's tile with pairwise sums, for operands of which one pair fits for sure (flx_gemm_segment_least), or NULL. */
flx_gemm_tile_fn flx_gemm_tile_pairwise(flx_gemm_kernel_t kernel);

/* Runs where AVX2 does. */
void flx_gemm_pairwise_avx2(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *high, int32_t *low);

/* max |x|, unsigned: |-32768| = 32768. */
uint32_t flx_gemm_largest(const int16_t *x, size_t count);

/* Rows [row, row + FLX_TILE_ROWS) of op(A), all of k: out[(k + 1) / 2][FLX_TILE_ROWS], zero beyond m and k. */
void flx_gemm_pack_a(const flx_gemm_t *op, const int16_t *a, size_t row, flx_pair_t *out);

/* The stored rows of B: what makes them, or, fill NULL, where they lie. */
typedef struct flx_rows {
    const int16_t *stored;
    flx_gemm_fill_fn fill;
    const void *user;
} flx_rows_t;

/* Pairs [kp, kp + count), count <= FLX_BLOCK_PAIRS, of `tiles` <= FLX_GROUP_MAX tiles of columns of op(B), the first from col on:
 * out[tile].pairs, zero beyond n and k. */
void flx_gemm_pack_b(const flx_gemm_t *op, const flx_rows_t *b, size_t col, size_t kp, size_t count, size_t tiles, flx_columns_t *out);

/* Segments of one block of a packed panel of A, at most one per pair. A segment is one pair, or a row's sum of |a| over it times max_b is at most FLX_SEGMENT_SUM_MAX. */
void flx_gemm_segments(const flx_pair_t *a, size_t pairs, uint32_t max_a, uint32_t max_b, uint16_t *segment);

/* Pairs of a segment that hold for sure, whatever the operands: 0 when not even one does. */
size_t flx_gemm_segment_least(uint32_t max_a, uint32_t max_b);

/* No line's sum of squares over pairs[count][lines], count <= FLX_BLOCK_PAIRS, lines a multiple of 8, is more than 2^FLX_SQUARES_SHIFT times this. */
uint32_t flx_gemm_squares(const flx_pair_t *pairs, size_t count, size_t lines);

/* Is every sum of products of lines with such sums of squares one segment, whatever their maxima? */
bool flx_gemm_sum_fits(uint32_t squares_a, uint32_t squares_b);

/* quads[(count + 1) / 2][lines] of pairs[count][lines], and the lines' offsets: count <= FLX_LONG_PAIRS. */
void flx_gemm_quads_a(const flx_pair_t *pairs, size_t count, uint32_t *quads, int32_t offset[FLX_TILE_ROWS]);
void flx_gemm_quads_b(const flx_pair_t *pairs, size_t count, uint32_t *quads, int32_t offset[FLX_TILE_COLS]);

/* Where a tile goes; what lies beyond C is 0 and changes no statistics. */
typedef struct flx_place {
    const flx_gemm_t *op;
    int16_t *c;       /* op->dry_run: not written */
    size_t row, col;  /* of the tile's first element in C */
    flx_stats_t *stats;
} flx_place_t;

/* A tile of sums is converted and written: int64, as flx_gemm_tile_fn gives them, or int32 where flx_requant_takes_tile. */
void flx_gemm_write_wide(const flx_place_t *to, const int64_t *wide);
void flx_gemm_write_split(const flx_place_t *to, const int32_t *high, const int32_t *low);
void flx_gemm_write_sum(const flx_place_t *to, const int32_t *sum);

/* wide[row][col] = (add: +=) high * 2^FLX_SPLIT_BITS + low */
void flx_gemm_widen(const int32_t *high, const int32_t *low, bool add, int64_t *wide);

/* The largest |sum| of a tile. */
uint64_t flx_gemm_largest_sum(const int64_t *wide);

/* Converts acc[count], elements (row, col..) of C, |acc| < 2^62, with shift s into out[count] and adds them to stats. */
void flx_requant_row(const flx_gemm_t *op, int32_t s, const int64_t *acc, size_t row, size_t col, size_t count, int16_t *out, flx_stats_t *stats);

/* Can flx_requant_split convert with shift s? */
bool flx_requant_takes_split(const flx_gemm_t *op, int32_t s);

/* The same for a tile of sums as flx_gemm_tile_fn gives them. */
void flx_requant_split(const flx_gemm_t *op, int32_t s, const int32_t *high, const int32_t *low, int16_t *out, flx_stats_t *stats);

/* The same for a tile of sums that fit int32. */
bool flx_requant_takes_tile(const flx_gemm_t *op, int32_t s);
void flx_requant_tile(const flx_gemm_t *op, int32_t s, const int32_t *sum, int16_t *out, flx_stats_t *stats);

enum { FLX_REQUANT_SHIFT_MAX = 30 };

/* Sums x[i] scale_x + y[i] scale_y, none over 2^30 in magnitude. */
typedef struct flx_scaled {
    const int16_t *x, *y;
    int32_t scale_x, scale_y;
} flx_scaled_t;

/* Converts `count` < 2^31 of them to nearest even, 1 <= s <= FLX_REQUANT_SHIFT_MAX. out overlaps neither x nor y. */
void flx_requant_sum(flx_format_t fmt, int32_t s, const flx_scaled_t *sums, size_t count, int16_t *out, flx_stats_t *stats);

#endif
