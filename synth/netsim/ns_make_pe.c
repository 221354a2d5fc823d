/* ns_make_pe.c - operand streams of clusters of processing elements. Header: ns_make.h, twins: rtl/array/flx_cluster.v, rtl/rivals/flx_rival_cluster.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

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
    int rst, first, last, a, b, done, acc, sat;
} ports_t;

static ports_t add_ports(ns_stimulus_t *s, const ns_pe_t *pe)
{
    const int t = (int)pe->cluster;
    const int words = t * (int)pe->lanes;
    ports_t p = {.rst = ns_stimulus_port(s, "rst_ni", false, 1), .first = ns_stimulus_port(s, "first_i", false, 1), .last = ns_stimulus_port(s, "last_i", false, t),
                 .a = ns_stimulus_port(s, "a_i", false, words * ns_pe_a_bits(pe)), .b = ns_stimulus_port(s, "b_i", false, words * ns_pe_b_bits(pe)),
                 .done = ns_stimulus_port(s, "done_o", true, t), .acc = ns_stimulus_port(s, "acc_o", true, t * t * (int)pe->acc_bits)};
    if (pe->rival != NULL) return p;
    ns_stimulus_port(s, "chunk_i", false, 1);
    ns_stimulus_port(s, "shift_i", false, 7);
    p.sat = ns_stimulus_port(s, "sat_o", true, t * t);
    return p;
}

enum { CLUSTER_MAX = NS_ARRAY_ROWS, LANES_MAX = 32 };

/* A lane is a cluster; those of a tile stand beside those of other tiles. */
typedef struct run {
    ns_stimulus_t *s;
    const flx_trace_t *trace;
    const ns_pe_t *pe;
    ns_tiles_t tiles;
    uint64_t side, slots;       /* clusters in a row, and in a column, of the grid; tiles side by side, which divide those that are run */
    uint64_t beats, latency;    /* of a lane; from a beat to its sum */
    ports_t port;
    double *sum;                /* [latency][lanes][cluster][cluster]: after the beat of a cycle, by that cycle modulo the latency */
    bool *sat;                  /* alike: a step of this tile was limited */
} run_t;

static uint64_t warm_up(const run_t *x)
{
    return x->latency + 1;
}

/* The run's beat that cycle number `at` offers. The last ones come first, too, once, and are not counted: so registers and sums are as busy in the first
 * counted cycle as in any, however short the run is. */
static uint64_t beat_of(const run_t *x, uint64_t at)
{
    return (at + x->beats - warm_up(x) % x->beats) % x->beats;
}

/* Operands of one stimulus lane in a cycle. */
typedef struct operands {
    double a[CLUSTER_MAX][LANES_MAX], b[CLUSTER_MAX][LANES_MAX];
} operands_t;

static size_t place(const run_t *x, uint64_t at, int lane)
{
    return (size_t)(at % x->latency * (uint64_t)x->s->lanes + (uint64_t)lane) * x->pe->cluster * x->pe->cluster;
}

/* The sums of the beat that is in the accumulators now. */
static void expect_sums(const run_t *x, uint64_t at, int lane)
{
    const int acc_bits = (int)x->pe->acc_bits;
    const int rows = (int)x->pe->cluster;
    const size_t sums = place(x, at, lane);
    for (int i = 0; i < rows * rows; i++) {
        ns_stimulus_put(x->s, x->port.acc, lane, i * acc_bits, acc_bits, ns_pe_acc_word(x->pe, x->sum[sums + (size_t)i]));
        if (x->pe->rival == NULL) ns_stimulus_put(x->s, x->port.sat, lane, i, 1, x->sat[sums + (size_t)i]);
    }
    const bool done = beat_of(x, at - x->latency) % x->tiles.beats == x->tiles.beats - 1;
    ns_stimulus_put(x->s, x->port.done, lane, 0, rows, done ? UINT64_MAX : 0);
}

/* a's rows and b's columns of the cluster whose first ones these are, ks beats from the tile's start. */
static void put_operands(const run_t *x, operands_t *o, int lane, uint64_t row, uint64_t col, uint64_t ks)
{
    const ns_pe_t *pe = x->pe;
    const int a_bits = ns_pe_a_bits(pe);
    const int b_bits = ns_pe_b_bits(pe);
    for (uint32_t i = 0; i < pe->cluster; i++) {
        for (uint32_t l = 0; l < pe->lanes; l++) {
            const int word = (int)(i * pe->lanes + l);
            o->a[i][l] = ns_pe_a(pe, ns_element_a(x->trace, row + i * x->side, ks * pe->lanes + l));
            o->b[i][l] = ns_pe_b(pe, ns_element_b(x->trace, ks * pe->lanes + l, col + i));
            ns_stimulus_put(x->s, x->port.a, lane, word * a_bits, a_bits, ns_pe_a_word(pe, o->a[i][l]));
            ns_stimulus_put(x->s, x->port.b, lane, word * b_bits, b_bits, ns_pe_b_word(pe, o->b[i][l]));
        }
    }
}

static void put_lane(const run_t *x, uint64_t at, int lane)
{
    const ns_pe_t *pe = x->pe;
    const flx_gemm_t *op = &x->trace->op;
    const uint64_t beat = beat_of(x, at);
    const uint64_t ks = beat % x->tiles.beats;
    const uint64_t clusters = x->side * x->side;
    const uint64_t number = (uint64_t)lane % clusters;
    const bool first = ks == 0 || at == 0;
    uint64_t row;
    uint64_t col;
    ns_tile_place(&x->tiles, beat / x->tiles.beats * x->slots + (uint64_t)lane / clusters, &row, &col);
    row += number / x->side;
    col += number % x->side * pe->cluster;
    if (at >= x->latency) expect_sums(x, at, lane);
    ns_stimulus_put(x->s, x->port.rst, lane, 0, 1, 1);
    ns_stimulus_put(x->s, x->port.first, lane, 0, 1, first);
    ns_stimulus_put(x->s, x->port.last, lane, 0, (int)pe->cluster, ks == x->tiles.beats - 1 ? UINT64_MAX : 0);
    operands_t o;
    put_operands(x, &o, lane, row, col, ks);
    const size_t now = place(x, at, lane);
    const size_t before = place(x, at + x->latency - 1, lane);
    const uint64_t left = op->k - ks * pe->lanes;
    for (uint32_t i = 0; i < pe->cluster * pe->cluster; i++) {
        const uint32_t r = i / pe->cluster;
        const uint32_t c = i % pe->cluster;
        x->sat[now + i] = !first && x->sat[before + i];
        x->sum[now + i] = ns_pe_step(pe, o.a[r], o.b[c], first ? 0.0 : x->sum[before + i], &x->sat[now + i]);
        if (at >= warm_up(x) && row + r * x->side < op->m && col + c < op->n) x->s->operations += (double)(left < pe->lanes ? left : pe->lanes);
    }
}

void ns_make_pe(ns_stimulus_t *s, const flx_trace_t *trace, const ns_pe_t *unscaled, uint64_t cycles)
{
    ns_pe_t pe = *unscaled;
    ns_pe_scale(&pe, trace);
    run_t x = {.s = s, .trace = trace, .pe = &pe, .tiles = ns_tiles_of(&trace->op, pe.lanes, cycles), .side = NS_ARRAY_ROWS / pe.cluster, .latency = 2 + pe.pipe};
    for (x.slots = (uint64_t)pe.cluster * pe.cluster; x.tiles.count % x.slots != 0;) x.slots--;
    x.beats = x.tiles.count / x.slots * x.tiles.beats;
    ns_stimulus_init(s, "MAC", (int)(x.side * x.side * x.slots));
    x.port = add_ports(s, &pe);
    const size_t sums = x.latency * (size_t)s->lanes * pe.cluster * pe.cluster;
    x.sum = ns_zeroed(sums, sizeof *x.sum);
    x.sat = ns_zeroed(sums, sizeof *x.sat);
    for (int cycle = 0; cycle < NS_RESET_CYCLES; cycle++) ns_stimulus_cycle(s);
    s->count_from = NS_RESET_CYCLES + warm_up(&x);
    for (uint64_t at = 0; at < x.beats + warm_up(&x); at++) {
        ns_stimulus_cycle(s);
        for (int lane = 0; lane < s->lanes; lane++) put_lane(&x, at, lane);
    }
    free(x.sum);
    free(x.sat);
}
