/* ns_make.h - stimuli of the core's blocks from training traces, with the golden model's answers. Twins: ns_make_*.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_MAKE_H
#define NS_MAKE_H

#include "flx/flx_player.h"
#include "ns_pe.h"
#include "ns_stimulus.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The array whose processing elements and columns are watched. */
enum { NS_ARRAY_ROWS = 8, NS_ARRAY_COLS = 8, NS_RESET_CYCLES = 2, NS_RANDOM_ROUNDS = 8 };

/* Which tiles of a product are run: all, or as many whole tiles as fit into `cycles`, evenly spread, in the core's order (docs/core.md); a
 * tile longer than `cycles` is cut. */
typedef struct ns_tiles {
    uint64_t steps;  /* beats of a tile, K / LANES rounded up */
    uint64_t beats;  /* of them run */
    uint64_t count;  /* tiles run */
    uint64_t total;  /* tiles of the product */
    uint64_t columns; /* tiles side by side */
} ns_tiles_t;

ns_tiles_t ns_tiles_of(const flx_gemm_t *op, uint32_t lanes, uint64_t cycles);

/* First row and column of the run's tile t. */
void ns_tile_place(const ns_tiles_t *tiles, uint64_t t, uint64_t *row, uint64_t *col);

/* Mantissas of op(A)[row][k] and op(B)[k][col]; 0 outside. */
int32_t ns_element_a(const flx_trace_t *trace, uint64_t row, uint64_t k);
int32_t ns_element_b(const flx_trace_t *trace, uint64_t k, uint64_t col);

/* rtl/array/flx_cluster.v or, with pe->rival, rtl/rivals/flx_rival_cluster.v: the operands of all PEs of the grid, zeros beyond m, n and K, one beat a
 * cycle; every partial sum is compared, sat_o too. A lane is a cluster; of T x T PEs, in row I and column J of the grid's clusters, it holds rows
 * I, I + 8 / T, .. and columns J T, J T + 1, .. (docs/core.md). Lanes that clusters leave free run other tiles. Unit: MAC. */
void ns_make_pe(ns_stimulus_t *stimulus, const flx_trace_t *trace, const ns_pe_t *pe, uint64_t cycles);

/* rtl/core/flx_requant.v: exact sums of the tiles' columns at the rate at which the array gives them: a tile's rows back to back, then idle.
 * 64 lanes: 8 columns of 8 tiles at a time. Unit: result. */
void ns_make_requant(ns_stimulus_t *stimulus, const flx_trace_t *trace, uint32_t lanes, uint64_t cycles);

/* rtl/core/flx_core.v: lane l runs the program of trace l (configuration, exponents, history, product), beat by beat as flx_player offers it.
 * m, n, k: operands are cut to so much. traces <= 64. Unit: MAC. 0, or -1 with error. */
int ns_make_core(ns_stimulus_t *stimulus, const flx_config_t *config, const flx_trace_t *trace, int traces, size_t m, size_t n, size_t k, char *error);

/* Product `number` of a fixed series in the configuration's format, up to 2 ROWS x 2 COLS x 100: every rounding and shift that it has, chunked
 * or not, most operands over the full range, sums that come back from beyond it. Free with flx_trace_free. */
void ns_random_product(flx_trace_t *trace, const flx_config_t *config, uint64_t number);

/* A product of uniform random mantissas over the full range, m = n = 8, in place of a trace. Free with flx_trace_free. */
void ns_random_trace(flx_trace_t *trace, size_t k, uint64_t seed);

#ifdef __cplusplus
}
#endif
#endif
