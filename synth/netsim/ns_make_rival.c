/* ns_make_rival.c - a trace's real values as operands of a rival's processing element. Header: ns_make.h, twin: rtl/rivals/flx_rival_pe.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "ns_make.h"

/* Value of a mantissa in the rival's format. scale: power of two on top of the tensor's own 2^-exp. */
static double convert(const ns_rival_t *r, int32_t mant, int exponent)
{
    const double value = ldexp((double)mant, exponent);
    if (r->kind != 0) return ns_float_round(r->in, value);
    const double whole = nearbyint(value * 64.0); /* [1, 2) becomes 64..127 */
    return whole > 127.0 ? 127.0 : whole < -128.0 ? -128.0 : whole;
}

static uint64_t word_of(const ns_rival_t *r, ns_float_t format, double value)
{
    return r->kind == 0 ? (uint64_t)(int64_t)value : ns_float_word(format, value);
}

/* Exponent that the mantissas are scaled with: the tensor's, or the one that brings the largest magnitude into [1, 2). */
static int exponent_of(const ns_rival_t *r, const int16_t *x, size_t count, int32_t exp)
{
    int32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t magnitude = x[i] < 0 ? -(int32_t)x[i] : x[i];
        if (magnitude > largest) largest = magnitude;
    }
    return r->scaled && largest > 0 ? -ilogb((double)largest) : -exp;
}

void ns_make_rival(ns_stimulus_t *s, const flx_trace_t *trace, const ns_rival_t *rival, uint32_t lanes, uint32_t pipe, uint64_t cycles, bool digits)
{
    enum { LATENCY_MAX = 4 };
    const uint64_t latency = 2 + (uint64_t)pipe; /* from a beat to its sum */
    const flx_gemm_t *op = &trace->op;
    const ns_tiles_t tiles = ns_tiles_of(op, lanes, cycles);
    const int exponent_a = exponent_of(rival, trace->a, op->m * op->k, op->exp_a);
    const int exponent_b = exponent_of(rival, trace->b, op->k * op->n, op->exp_b);
    const int bits = rival->in_bits;
    const int b_bits = digits ? ns_rival_digit_bits(rival) : bits;
    ns_stimulus_init(s, "MAC", NS_LANES);
    const int rst = ns_stimulus_port(s, "rst_ni", false, 1);
    const int first = ns_stimulus_port(s, "first_i", false, 1);
    const int last = ns_stimulus_port(s, "last_i", false, 1);
    const int a_port = ns_stimulus_port(s, "a_i", false, (int)lanes * bits);
    const int b_port = ns_stimulus_port(s, "b_i", false, (int)lanes * b_bits);
    const int done = ns_stimulus_port(s, "done_o", true, 1);
    const int acc = ns_stimulus_port(s, "acc_o", true, rival->acc_bits);
    double sum[NS_LANES] = {0.0};
    double late[LATENCY_MAX][NS_LANES] = {{0.0}};
    for (int cycle = 0; cycle < NS_RESET_CYCLES; cycle++) ns_stimulus_cycle(s);
    s->count_from = NS_RESET_CYCLES;
    for (uint64_t beat = 0; beat < tiles.count * tiles.beats; beat++) {
        uint64_t row0;
        uint64_t col0;
        const uint64_t ks = beat % tiles.beats;
        ns_tile_place(&tiles, beat / tiles.beats, &row0, &col0);
        ns_stimulus_cycle(s);
        for (int lane = 0; lane < NS_LANES; lane++) {
            const uint64_t row = row0 + (uint64_t)lane / NS_ARRAY_COLS;
            const uint64_t col = col0 + (uint64_t)lane % NS_ARRAY_COLS;
            double a[32];
            double b[32];
            if (beat >= latency) {
                ns_stimulus_put(s, acc, lane, 0, rival->acc_bits, word_of(rival, rival->acc, late[beat % latency][lane]));
                ns_stimulus_put(s, done, lane, 0, 1, (beat - latency) % tiles.beats == tiles.beats - 1);
            }
            ns_stimulus_put(s, rst, lane, 0, 1, 1);
            ns_stimulus_put(s, first, lane, 0, 1, ks == 0);
            ns_stimulus_put(s, last, lane, 0, 1, ks == tiles.beats - 1);
            for (uint32_t l = 0; l < lanes; l++) {
                const uint64_t k = ks * lanes + l;
                a[l] = convert(rival, ns_element_a(trace, row, k), exponent_a);
                b[l] = convert(rival, ns_element_b(trace, k, col), exponent_b);
                ns_stimulus_put(s, a_port, lane, (int)l * bits, bits, word_of(rival, rival->in, a[l]));
                ns_stimulus_put(s, b_port, lane, (int)l * b_bits, b_bits, digits ? ns_rival_digit_word(rival, b[l]) : word_of(rival, rival->in, b[l]));
                s->operations += row < op->m && col < op->n && k < op->k;
            }
            sum[lane] = ns_rival_step(rival, (int)lanes, a, b, ks == 0 ? 0.0 : sum[lane]);
            late[beat % latency][lane] = sum[lane];
        }
    }
}
