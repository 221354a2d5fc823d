/* ns_make_core.c - the whole core's streams as the driver of the cycle model offers them. Header: ns_make.h, twin: cmodel/play/flx_player.c */
#include <stdlib.h>

#include "ns_make.h"

typedef struct ports {
    int rst, cmd_valid, cmd_data, a_valid, a_data, b_valid, b_data, c_ready, rsp_ready;
    int cmd_ready, a_ready, b_ready, c_valid, c_data, c_last, rsp_valid, rsp_data;
} ports_t;

typedef struct lane {
    flx_trace_t cut;
    flx_program_t program;
    flx_player_t driver;
    uint32_t cmd[FLX_CMD_WORDS + 1], rsp[FLX_RSP_WORDS + 1];
    uint32_t *a, *b; /* words of the beat on offer; they stay when nothing is */
} lane_t;

static ports_t add_ports(ns_stimulus_t *s, const flx_config_t *c)
{
    const int n = (int)c->mant_bits;
    return (ports_t){.rst = ns_stimulus_port(s, "rst_ni", false, 1),
                     .cmd_valid = ns_stimulus_port(s, "cmd_valid_i", false, 1),
                     .cmd_data = ns_stimulus_port(s, "cmd_data_i", false, FLX_CMD_BITS),
                     .a_valid = ns_stimulus_port(s, "a_valid_i", false, 1),
                     .a_data = ns_stimulus_port(s, "a_data_i", false, (int)(c->rows * c->lanes) * n),
                     .b_valid = ns_stimulus_port(s, "b_valid_i", false, 1),
                     .b_data = ns_stimulus_port(s, "b_data_i", false, (int)(c->cols * c->lanes) * n),
                     .c_ready = ns_stimulus_port(s, "c_ready_i", false, 1),
                     .rsp_ready = ns_stimulus_port(s, "rsp_ready_i", false, 1),
                     .cmd_ready = ns_stimulus_port(s, "cmd_ready_o", true, 1),
                     .a_ready = ns_stimulus_port(s, "a_ready_o", true, 1),
                     .b_ready = ns_stimulus_port(s, "b_ready_o", true, 1),
                     .c_valid = ns_stimulus_port(s, "c_valid_o", true, 1),
                     .c_data = ns_stimulus_port(s, "c_data_o", true, (int)c->cols * n),
                     .c_last = ns_stimulus_port(s, "c_last_o", true, 1),
                     .rsp_valid = ns_stimulus_port(s, "rsp_valid_o", true, 1),
                     .rsp_data = ns_stimulus_port(s, "rsp_data_o", true, FLX_RSP_BITS)};
}

static size_t smaller(size_t x, size_t y)
{
    return x < y ? x : y;
}

/* The upper left corner of the product, stored without transposition. */
static void cut_trace(flx_trace_t *cut, const flx_trace_t *trace, size_t m, size_t n, size_t k)
{
    *cut = *trace;
    cut->op.m = smaller(m, trace->op.m);
    cut->op.n = smaller(n, trace->op.n);
    cut->op.k = smaller(k, trace->op.k);
    cut->op.trans_a = cut->op.trans_b = false;
    cut->c = NULL;
    cut->a = ns_grow(NULL, cut->op.m * cut->op.k * sizeof *cut->a);
    cut->b = ns_grow(NULL, cut->op.k * cut->op.n * sizeof *cut->b);
    for (size_t kk = 0; kk < cut->op.k; kk++) {
        for (size_t row = 0; row < cut->op.m; row++) cut->a[row * cut->op.k + kk] = (int16_t)ns_element_a(trace, row, kk);
        for (size_t col = 0; col < cut->op.n; col++) cut->b[kk * cut->op.n + col] = (int16_t)ns_element_b(trace, kk, col);
    }
}

static void put_result(ns_stimulus_t *s, const ports_t *p, int number, const flx_player_t *d)
{
    const flx_config_t *c = d->config;
    const flx_program_item_t *item = &d->program->item[d->c_item];
    uint32_t row;
    uint32_t col;
    flx_player_result_place(d, &row, &col);
    for (uint32_t j = 0; j < c->cols; j++) {
        const int32_t value = col + j < item->cmd.n ? item->c[(size_t)row * item->cmd.n + col + j] : 0;
        ns_stimulus_put(s, p->c_data, number, (int)(j * c->mant_bits), (int)c->mant_bits, (uint64_t)value);
    }
    ns_stimulus_put(s, p->c_last, number, 0, 1, d->out.c_last);
}

static void put_cycle(ns_stimulus_t *s, const ports_t *p, int number, lane_t *lane)
{
    flx_player_t *d = &lane->driver;
    flx_player_offer(d);
    if (d->in.cmd_valid) flx_cmd_pack(d->in.cmd, lane->cmd);
    if (d->in.a_valid) flx_program_beat_a(d->config, &d->program->item[d->a_item], d->a_beat, lane->a);
    if (d->in.b_valid) flx_program_beat_b(d->config, &d->program->item[d->b_item], d->b_beat, lane->b);
    flx_player_step(d);
    const struct { int port; bool value; } bit[] = {
        {p->rst, true}, {p->cmd_valid, d->in.cmd_valid}, {p->a_valid, d->in.a_valid}, {p->b_valid, d->in.b_valid}, {p->c_ready, d->in.c_ready},
        {p->rsp_ready, d->in.rsp_ready}, {p->cmd_ready, d->out.cmd_ready}, {p->a_ready, d->out.a_ready}, {p->b_ready, d->out.b_ready},
        {p->c_valid, d->out.c_valid}, {p->rsp_valid, d->out.rsp_valid}};
    for (size_t i = 0; i < sizeof bit / sizeof bit[0]; i++) ns_stimulus_put(s, bit[i].port, number, 0, 1, bit[i].value);
    ns_stimulus_put_words(s, p->cmd_data, number, lane->cmd);
    ns_stimulus_put_words(s, p->a_data, number, lane->a);
    ns_stimulus_put_words(s, p->b_data, number, lane->b);
    if (d->out.c_valid && d->in.c_ready) put_result(s, p, number, d);
    if (d->out.rsp_valid && d->in.rsp_ready) {
        flx_rsp_pack(&d->out.rsp, lane->rsp);
        ns_stimulus_put_words(s, p->rsp_data, number, lane->rsp);
    }
    flx_player_advance(d);
}

static int open_lane(lane_t *lane, const flx_config_t *config, const flx_trace_t *trace, size_t m, size_t n, size_t k, char *error)
{
    cut_trace(&lane->cut, trace, m, n, k);
    lane->a = ns_zeroed(flx_program_words_a(config) + 1, sizeof(uint32_t));
    lane->b = ns_zeroed(flx_program_words_b(config) + 1, sizeof(uint32_t));
    if (!flx_program_fits(config, &lane->cut, "trace", error)) return -1;
    if (!flx_program_from_trace(&lane->program, &lane->cut) || !flx_player_init(&lane->driver, config, &lane->program, 0.0, 1))
        return ns_fail(error, "out of memory");
    return 0;
}

static void close_lane(lane_t *lane)
{
    if (lane->driver.model != NULL) flx_player_free(&lane->driver);
    flx_program_free(&lane->program);
    free(lane->cut.a);
    free(lane->cut.b);
    free(lane->a);
    free(lane->b);
}

int ns_make_core(ns_stimulus_t *s, const flx_config_t *config, const flx_trace_t *trace, int traces, size_t m, size_t n, size_t k, char *error)
{
    enum { IDLE_MAX = 100000 };
    ns_stimulus_init(s, "MAC", traces);
    const ports_t p = add_ports(s, config);
    lane_t *lane = ns_zeroed((size_t)traces, sizeof *lane);
    int status = 0;
    for (int i = 0; i < traces && status == 0; i++) {
        status = open_lane(&lane[i], config, &trace[i], m, n, k, error);
        s->operations += (double)lane[i].cut.op.m * (double)lane[i].cut.op.n * (double)lane[i].cut.op.k;
    }
    for (int cycle = 0; cycle < NS_RESET_CYCLES; cycle++) ns_stimulus_cycle(s);
    s->count_from = NS_RESET_CYCLES;
    for (bool busy = true; busy && status == 0;) {
        busy = false;
        ns_stimulus_cycle(s);
        for (int i = 0; i < traces; i++) {
            put_cycle(s, &p, i, &lane[i]);
            busy |= !flx_player_done(&lane[i].driver);
            if (lane[i].driver.err != FLX_OK || lane[i].driver.idle_cycles > IDLE_MAX)
                status = ns_fail(error, "trace %d: %s", i + 1, lane[i].driver.err != FLX_OK ? flx_err_text(lane[i].driver.err) : "nothing moves any more");
        }
    }
    for (int i = 0; i < traces; i++) close_lane(&lane[i]);
    free(lane);
    return status;
}
