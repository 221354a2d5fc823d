/* ns_make_random.c - products of every shape, exponent, rounding and kind of operand in place of traces. Header: ns_make.h, twin: verif/cosim/programs.cc */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_stall.h"
#include "ns_make.h"

static uint64_t draw(uint64_t *state)
{
    return flx_stall_mix(*state += UINT64_C(0x9E3779B97F4A7C15));
}

static int32_t between(uint64_t *state, int32_t low, int32_t high)
{
    return low + (int32_t)((draw(state) >> 32) * (uint64_t)(high - low + 1) >> 32);
}

/* One in four operands is of powers of two, which tie, of the limits, or small; the others are anything. */
static int16_t mantissa(int32_t kind, int32_t bits, uint64_t *state)
{
    const int32_t top = 1 << (bits - 1);
    switch (kind) {
    case 0: return (int16_t)((between(state, 0, 1) != 0 ? 1 : -1) * (1 << between(state, 0, bits - 2)));
    case 1: return (int16_t)(between(state, 0, 1) != 0 ? top - 1 : -top);
    case 2: return (int16_t)between(state, -3, 3);
    default: return (int16_t)between(state, -top, top - 1);
    }
}

static int32_t larger(int32_t x, int32_t y)
{
    return x > y ? x : y;
}

static int32_t smaller(int32_t x, int32_t y)
{
    return x < y ? x : y;
}

/* Exponents whose shift keeps most results in half of the products, and is any in the others; of small sums it is at most 4. */
static void draw_exponents(flx_gemm_t *op, int32_t bits, int32_t exp_max, bool small, uint64_t *state)
{
    const int32_t any = smaller(2 * exp_max, between(state, 0, 1) != 0 ? between(state, bits - 4, bits + 6) : between(state, -exp_max, 2 * exp_max));
    const int32_t shift = small ? between(state, larger(-exp_max, -bits), 4) : any;
    op->exp_c = between(state, larger(0, -shift), smaller(exp_max, 2 * exp_max - shift));
    op->exp_a = between(state, larger(0, shift + op->exp_c - exp_max), smaller(exp_max, shift + op->exp_c));
    op->exp_b = shift + op->exp_c - op->exp_a;
}

/* Makes most products of every second chunk the opposite of those of the chunk before: sums grow beyond what a result shows and come back. */
static void turn_back(flx_trace_t *trace, uint64_t *state)
{
    const flx_gemm_t *op = &trace->op;
    for (size_t k = FLX_CHUNK_LENGTH; k < op->k; k++) {
        if (between(state, 0, 7) == 0) continue;
        for (size_t row = 0; row < op->m; row++) trace->a[row * op->k + k] = (int16_t)larger(-trace->a[row * op->k + k - FLX_CHUNK_LENGTH], -flx_mant_max(op->fmt));
        for (size_t col = 0; col < op->n; col++) trace->b[k * op->n + col] = trace->b[(k - FLX_CHUNK_LENGTH) * op->n + col];
    }
}

void ns_random_product(flx_trace_t *trace, const flx_config_t *config, uint64_t number)
{
    uint64_t state = number << 32;
    const int32_t bits = (int32_t)config->mant_bits;
    flx_gemm_t op = {.fmt = flx_config_format(config),
                     .m = (size_t)between(&state, 1, 2 * (int32_t)config->rows),
                     .n = (size_t)between(&state, 1, 2 * (int32_t)config->cols),
                     .k = (size_t)between(&state, 1, 100),
                     .lanes = config->lanes};
    const bool small = between(&state, 0, 3) == 0;
    if (small) op.k = (size_t)between(&state, 1, 12);
    draw_exponents(&op, bits, (1 << config->exp_bits) - 1, small, &state);
    op.rounding = (flx_rounding_t)between(&state, 0, config->stoch_en ? FLX_ROUND_STOCHASTIC : FLX_ROUND_STOCHASTIC - 1);
    op.seed = (uint32_t)draw(&state);
    op.chunk = config->chunk_en && between(&state, 0, 1) != 0 ? FLX_CHUNK_LENGTH : 0;
    *trace = (flx_trace_t){.op = op};
    trace->a = ns_grow(NULL, op.m * op.k * sizeof *trace->a);
    trace->b = ns_grow(NULL, op.k * op.n * sizeof *trace->b);
    const int32_t kind_a = small ? 2 : between(&state, 0, 11), kind_b = small ? 2 : between(&state, 0, 11);
    for (size_t i = 0; i < op.m * op.k; i++) trace->a[i] = mantissa(kind_a, bits, &state);
    for (size_t i = 0; i < op.k * op.n; i++) trace->b[i] = mantissa(kind_b, bits, &state);
    if (between(&state, 0, 1) != 0) turn_back(trace, &state);
}
