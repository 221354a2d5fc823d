/* ns_make_core.c - the whole core's streams as the player of the cycle model offers them. Header: ns_make.h, twin: cmodel/play/flx_player.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "ns_make.h"

typedef struct ports {
    int rst, cmd_valid, cmd_data, a_valid, a_data, b_valid, b_data, c_ready, rsp_ready;
    int cmd_ready, a_ready, b_ready, c_valid, c_data, c_last, rsp_valid, rsp_data;
} ports_t;

typedef struct lane {
    flx_trace_t cut;
    flx_program_t program;
    flx_player_t player;
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

static void put_result(ns_stimulus_t *s, const ports_t *p, int number, const flx_player_t *player)
{
    const flx_config_t *c = player->config;
    const flx_program_item_t *item = &player->program->item[player->c_item];
    uint32_t row;
    uint32_t col;
    flx_player_result_place(player, &row, &col);
    for (uint32_t j = 0; j < c->cols; j++) {
        const int32_t value = col + j < item->cmd.n ? item->c[(size_t)row * item->cmd.n + col + j] : 0;
        ns_stimulus_put(s, p->c_data, number, (int)(j * c->mant_bits), (int)c->mant_bits, (uint64_t)value);
    }
    ns_stimulus_put(s, p->c_last, number, 0, 1, player->out.c_last);
}

static void put_cycle(ns_stimulus_t *s, const ports_t *p, int number, lane_t *lane)
{
    flx_player_t *player = &lane->player;
    flx_player_offer(player);
    if (player->in.cmd_valid) flx_cmd_pack(player->in.cmd, lane->cmd);
    if (player->in.a_valid) flx_program_beat_a(player->config, &player->program->item[player->a_item], player->a_beat, lane->a);
    if (player->in.b_valid) flx_program_beat_b(player->config, &player->program->item[player->b_item], player->b_beat, lane->b);
    flx_player_step(player);
    const struct { int port; bool value; } bit[] = {
        {p->rst, true}, {p->cmd_valid, player->in.cmd_valid}, {p->a_valid, player->in.a_valid}, {p->b_valid, player->in.b_valid}, {p->c_ready, player->in.c_ready},
        {p->rsp_ready, player->in.rsp_ready}, {p->cmd_ready, player->out.cmd_ready}, {p->a_ready, player->out.a_ready}, {p->b_ready, player->out.b_ready},
        {p->c_valid, player->out.c_valid}, {p->rsp_valid, player->out.rsp_valid}};
    for (size_t i = 0; i < sizeof bit / sizeof bit[0]; i++) ns_stimulus_put(s, bit[i].port, number, 0, 1, bit[i].value);
    ns_stimulus_put_words(s, p->cmd_data, number, lane->cmd);
    ns_stimulus_put_words(s, p->a_data, number, lane->a);
    ns_stimulus_put_words(s, p->b_data, number, lane->b);
    if (player->out.c_valid && player->in.c_ready) put_result(s, p, number, player);
    if (player->out.rsp_valid && player->in.rsp_ready) {
        flx_rsp_pack(&player->out.rsp, lane->rsp);
        ns_stimulus_put_words(s, p->rsp_data, number, lane->rsp);
    }
    flx_player_advance(player);
}

static int open_lane(lane_t *lane, const flx_config_t *config, const flx_trace_t *trace, size_t m, size_t n, size_t k, char *error)
{
    cut_trace(&lane->cut, trace, m, n, k);
    lane->a = ns_zeroed(flx_program_words_a(config) + 1, sizeof(uint32_t));
    lane->b = ns_zeroed(flx_program_words_b(config) + 1, sizeof(uint32_t));
    if (!flx_program_fits(config, &lane->cut, "trace", error)) return -1;
    if (!flx_program_from_trace(&lane->program, &lane->cut) || !flx_player_init(&lane->player, config, &lane->program, 0.0, 1))
        return ns_fail(error, "out of memory");
    return 0;
}

static void close_lane(lane_t *lane)
{
    if (lane->player.model != NULL) flx_player_free(&lane->player);
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
            busy |= !flx_player_done(&lane[i].player);
            if (lane[i].player.err != FLX_OK || lane[i].player.idle_cycles > IDLE_MAX)
                status = ns_fail(error, "trace %d: %s", i + 1, lane[i].player.err != FLX_OK ? flx_err_text(lane[i].player.err) : "nothing moves any more");
        }
    }
    for (int i = 0; i < traces; i++) close_lane(&lane[i]);
    free(lane);
    return status;
}
