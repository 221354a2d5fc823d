/* ns_make_pe.c - operand streams of the processing elements. Header: ns_make.h, twin: rtl/array/flx_pe.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "ns_digit.h"
#include "ns_make.h"

ns_tiles_t ns_tiles_of(const flx_gemm_t *op, uint32_t lanes, uint64_t cycles)
{
    ns_tiles_t t = {.steps = (op->k + lanes - 1) / lanes, .columns = (op->n + NS_ARRAY_COLS - 1) / NS_ARRAY_COLS};
    t.total = t.columns * ((op->m + NS_ARRAY_ROWS - 1) / NS_ARRAY_ROWS);
    t.beats = t.steps < cycles ? t.steps : cycles;
    t.count = cycles / t.beats;
    if (t.count > t.total) t.count = t.total;
    return t;
}

void ns_tile_place(const ns_tiles_t *tiles, uint64_t t, uint64_t *row, uint64_t *col)
{
    const uint64_t tile = t * tiles->total / tiles->count;
    *row = tile / tiles->columns * NS_ARRAY_ROWS;
    *col = tile % tiles->columns * NS_ARRAY_COLS;
}

int32_t ns_element_a(const flx_trace_t *trace, uint64_t row, uint64_t k)
{
    const flx_gemm_t *op = &trace->op;
    if (row >= op->m || k >= op->k) return 0;
    return trace->a[op->trans_a ? k * op->m + row : row * op->k + k];
}

int32_t ns_element_b(const flx_trace_t *trace, uint64_t k, uint64_t col)
{
    const flx_gemm_t *op = &trace->op;
    if (col >= op->n || k >= op->k) return 0;
    return trace->b[op->trans_b ? col * op->k + k : k * op->n + col];
}

void ns_random_trace(flx_trace_t *trace, size_t k, uint64_t seed)
{
    *trace = (flx_trace_t){.op = {.fmt = flx_format_default(), .m = NS_ARRAY_ROWS, .n = NS_ARRAY_COLS, .k = k, .exp_a = 15, .exp_b = 15, .exp_c = 15}};
    trace->a = ns_grow(NULL, NS_ARRAY_ROWS * k * sizeof *trace->a);
    trace->b = ns_grow(NULL, NS_ARRAY_COLS * k * sizeof *trace->b);
    for (size_t i = 0; i < 2 * NS_ARRAY_ROWS * k; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int16_t *operand = i % 2 == 0 ? trace->a : trace->b;
        operand[i / 2] = (int16_t)((int32_t)(seed >> 48) - 32768);
    }
}

typedef struct ports {
    int rst, first, last, chunk, shift, a, b, done, acc, sat;
} ports_t;

static ports_t add_ports(ns_stimulus_t *s, uint32_t lanes, uint32_t acc_bits, int b_bits)
{
    const int word = (int)lanes * 16;
    return (ports_t){.rst = ns_stimulus_port(s, "rst_ni", false, 1), .first = ns_stimulus_port(s, "first_i", false, 1),
                     .last = ns_stimulus_port(s, "last_i", false, 1), .chunk = ns_stimulus_port(s, "chunk_i", false, 1),
                     .shift = ns_stimulus_port(s, "shift_i", false, 7), .a = ns_stimulus_port(s, "a_i", false, word),
                     .b = ns_stimulus_port(s, "b_i", false, (int)lanes * b_bits), .done = ns_stimulus_port(s, "done_o", true, 1),
                     .acc = ns_stimulus_port(s, "acc_o", true, (int)acc_bits), .sat = ns_stimulus_port(s, "sat_o", true, 1)};
}

enum { LATENCY_MAX = 3 };

/* Sums and flags that the outputs must show 2 + pipe cycles after their beat. */
typedef struct expected {
    int64_t sum[LATENCY_MAX][NS_LANES];
    bool sat[LATENCY_MAX][NS_LANES];
    bool last[LATENCY_MAX];
} expected_t;

/* The accumulator after a step; *sat: a step of this tile was limited. */
static int64_t limited(int64_t sum, uint32_t acc_bits, bool *sat)
{
    const int64_t end = INT64_C(1) << (acc_bits - 1);
    if (sum >= -end && sum < end) return sum;
    *sat = true;
    return sum < 0 ? -end : end - 1;
}

void ns_make_pe(ns_stimulus_t *s, const flx_trace_t *trace, uint32_t lanes, uint32_t acc_bits, uint32_t pipe, uint64_t cycles, bool digits)
{
    const int b_bits = digits ? ns_digit_bits(16, true) : 16;
    const uint64_t latency = 2 + pipe;
    const ns_tiles_t tiles = ns_tiles_of(&trace->op, lanes, cycles);
    ns_stimulus_init(s, "MAC", NS_LANES);
    const ports_t p = add_ports(s, lanes, acc_bits, b_bits);
    expected_t *late = ns_zeroed(1, sizeof *late);
    int64_t sum[NS_LANES];
    bool sat[NS_LANES];
    for (int cycle = 0; cycle < NS_RESET_CYCLES; cycle++) ns_stimulus_cycle(s);
    s->count_from = NS_RESET_CYCLES;
    uint64_t beat = 0;
    for (uint64_t t = 0; t < tiles.count; t++) {
        uint64_t row0;
        uint64_t col0;
        ns_tile_place(&tiles, t, &row0, &col0);
        for (uint64_t ks = 0; ks < tiles.beats; ks++, beat++) {
            const bool last = ks == tiles.beats - 1;
            ns_stimulus_cycle(s);
            for (int lane = 0; lane < NS_LANES; lane++) {
                const uint64_t row = row0 + (uint64_t)lane / NS_ARRAY_COLS;
                const uint64_t col = col0 + (uint64_t)lane % NS_ARRAY_COLS;
                if (beat >= latency) {
                    ns_stimulus_put(s, p.acc, lane, 0, (int)acc_bits, (uint64_t)late->sum[beat % latency][lane]);
                    ns_stimulus_put(s, p.sat, lane, 0, 1, late->sat[beat % latency][lane]);
                    ns_stimulus_put(s, p.done, lane, 0, 1, late->last[beat % latency]);
                }
                ns_stimulus_put(s, p.rst, lane, 0, 1, 1);
                ns_stimulus_put(s, p.first, lane, 0, 1, ks == 0);
                ns_stimulus_put(s, p.last, lane, 0, 1, last);
                if (ks == 0) {
                    sum[lane] = 0;
                    sat[lane] = false;
                }
                for (uint32_t l = 0; l < lanes; l++) {
                    const uint64_t k = ks * lanes + l;
                    const int32_t a = ns_element_a(trace, row, k);
                    const int32_t b = ns_element_b(trace, k, col);
                    ns_stimulus_put(s, p.a, lane, (int)l * 16, 16, (uint64_t)a);
                    ns_stimulus_put(s, p.b, lane, (int)l * b_bits, b_bits, digits ? ns_digits(b, 16, true) : (uint64_t)b);
                    sum[lane] += (int64_t)a * b;
                    s->operations += row < trace->op.m && col < trace->op.n && k < trace->op.k;
                }
                sum[lane] = limited(sum[lane], acc_bits, &sat[lane]);
                late->sum[beat % latency][lane] = sum[lane];
                late->sat[beat % latency][lane] = sat[lane];
            }
            late->last[beat % latency] = last;
        }
    }
    free(late);
}
