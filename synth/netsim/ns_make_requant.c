/* ns_make_requant.c - sums and shifts of the requantisers. Header: ns_make.h, twin: rtl/core/flx_requant.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_make.h"

typedef struct result {
    bool valid;
    flx_mant_t mant;
} result_t;

void ns_make_requant(ns_stimulus_t *s, const flx_trace_t *trace, uint32_t lanes, uint64_t cycles)
{
    enum { DELAY = 3, GROUPS = NS_LANES / NS_ARRAY_COLS };
    const flx_gemm_t *op = &trace->op;
    ns_tiles_t tiles = ns_tiles_of(op, lanes, UINT64_MAX);
    const uint64_t period = tiles.steps > NS_ARRAY_ROWS ? tiles.steps : NS_ARRAY_ROWS;
    uint64_t rounds = cycles / period > 0 ? cycles / period : 1; /* tiles that a lane sees */
    if (rounds * GROUPS < tiles.total) tiles.count = rounds * GROUPS;
    else rounds = (tiles.total + GROUPS - 1) / GROUPS;
    ns_stimulus_init(s, "result", NS_LANES);
    const int rst = ns_stimulus_port(s, "rst_ni", false, 1);
    const int valid = ns_stimulus_port(s, "valid_i", false, 1);
    const int acc = ns_stimulus_port(s, "acc_i", false, 48);
    const int sat = ns_stimulus_port(s, "sat_i", false, 1);
    const int shift = ns_stimulus_port(s, "shift_i", false, 7);
    const int rounding = ns_stimulus_port(s, "rounding_i", false, 3);
    const int random = ns_stimulus_port(s, "random_i", false, 32);
    const int mant = ns_stimulus_port(s, "mant_o", true, 16);
    const int clipped = ns_stimulus_port(s, "clipped_o", true, 1);
    const int underflow = ns_stimulus_port(s, "underflow_o", true, 1);
    const int sat_out = ns_stimulus_port(s, "sat_o", true, 1);
    const int32_t s_value = op->exp_a + op->exp_b - op->exp_c;
    result_t late[DELAY][NS_LANES] = {{{.valid = false}}};
    for (int cycle = 0; cycle < NS_RESET_CYCLES; cycle++) ns_stimulus_cycle(s);
    s->count_from = NS_RESET_CYCLES;
    for (uint64_t cycle = 0; cycle < rounds * period; cycle++) {
        ns_stimulus_cycle(s);
        for (int lane = 0; lane < NS_LANES; lane++) {
            const uint64_t t = cycle / period * GROUPS + (uint64_t)lane / NS_ARRAY_COLS;
            uint64_t row = op->m;
            uint64_t col = op->n;
            if (t < tiles.count) {
                ns_tile_place(&tiles, t, &row, &col);
                row += cycle % period;
                col += (uint64_t)lane % NS_ARRAY_COLS;
            }
            result_t *r = &late[cycle % DELAY][lane];
            if (cycle >= DELAY) {
                ns_stimulus_put(s, mant, lane, 0, 16, r->valid ? (uint64_t)r->mant.mant : 0);
                ns_stimulus_put(s, clipped, lane, 0, 1, r->valid && r->mant.clipped);
                ns_stimulus_put(s, underflow, lane, 0, 1, r->valid && r->mant.nonzero_in && r->mant.mant == 0);
                ns_stimulus_put(s, sat_out, lane, 0, 1, 0);
            }
            ns_stimulus_put(s, rst, lane, 0, 1, 1);
            ns_stimulus_put(s, sat, lane, 0, 1, 0);
            ns_stimulus_put(s, random, lane, 0, 32, 0);
            ns_stimulus_put(s, shift, lane, 0, 7, (uint64_t)s_value);
            ns_stimulus_put(s, rounding, lane, 0, 3, (uint64_t)op->rounding);
            r->valid = cycle % period < NS_ARRAY_ROWS && row < op->m && col < op->n;
            ns_stimulus_put(s, valid, lane, 0, 1, r->valid);
            if (!r->valid) continue; /* the column bus is an OR: it is 0 between results */
            int64_t sum = 0;
            for (uint64_t k = 0; k < op->k; k++) sum += (int64_t)ns_element_a(trace, row, k) * ns_element_b(trace, k, col);
            r->mant = flx_requant(op->fmt, sum, s_value, op->rounding, 0);
            ns_stimulus_put(s, acc, lane, 0, 48, (uint64_t)sum);
            s->operations += 1.0;
        }
    }
}
