/* flx_gemm_conv.h - private: im2col's columns packed from the tensor itself, each element laid out once.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An image becomes pairs, zeros around it, so that 8 columns of a pair of reduction steps are 8 neighbours in it, from
 * base(columns) + offset(steps) on. B as it is: a pair is channels 2 c and 2 c + 1 of a pixel, [c][phase][row][column], and the steps
 * run over (c, ky, kx, parity); A follows. B transposed: a pair is two neighbouring pixels of the output's lines in one channel,
 * [phase][row][column][channel], and C's columns come in the order (ky, kx, channel). A phase: the rows, and columns, that are equal
 * modulo the stride. */
#ifndef FLX_GEMM_CONV_H
#define FLX_GEMM_CONV_H

#include "flx_gemm_kernel.h"

/* How images are laid out. */
typedef struct flx_conv {
    const flx_gemm_conv_t *of; /* NULL: B is packed from its rows */
    bool trans;
    size_t depth;              /* pairs of reduction steps */
    size_t rows, line;         /* of a phase */
    size_t image;              /* pairs of an image */
    size_t slots;              /* images that are kept: image i in slot i % slots */
} flx_conv_t;

/* What one thread packs from. */
typedef struct flx_conv_store {
    flx_pair_t *pairs; /* [slots][image] */
    int16_t *lines;    /* trans: [line stride][8], a line of 8 channels with its padding */
    size_t *held;      /* [slots]: 1 + the image that is there; 0: none */
    uint32_t offset[FLX_BLOCK_PAIRS];
} flx_conv_store_t;

/* Can the operation's columns be packed so from `of` (NULL: no)? Then the plan is made: at most `tiles` <= FLX_GROUP_MAX tiles are packed between two calls
 * of flx_conv_begin. */
bool flx_conv_plan(const flx_gemm_t *op, const flx_gemm_conv_t *of, size_t tiles, flx_conv_t *plan);

/* false: no memory; to be freed all the same. */
bool flx_conv_open(const flx_conv_t *plan, flx_conv_store_t *store);
void flx_conv_close(flx_conv_store_t *store);

/* Pairs [kp, kp + count), count <= FLX_BLOCK_PAIRS, of `tiles` tiles from column col on are to be packed: lays out what is missing. */
void flx_conv_begin(const flx_conv_t *plan, flx_conv_store_t *store, size_t col, size_t tiles, size_t kp, size_t count);

/* One of these tiles: out[count][FLX_TILE_COLS], zero beyond B's columns. Returns flx_gemm_squares of it, or more. */
uint32_t flx_conv_pack(const flx_conv_t *plan, const flx_conv_store_t *store, size_t col, size_t count, flx_pair_t *out);

/* Not trans: a[m][k] in the order of the steps, out[m][2 depth]. */
void flx_conv_order_a(const flx_conv_t *plan, size_t m, const int16_t *a, int16_t *out);

/* trans: c[m][n] from columns in the order (ky, kx, channel). */
void flx_conv_order_c(const flx_conv_t *plan, size_t m, const int16_t *from, int16_t *c);

#endif
