/* flx_player.c - runs a program on the cycle model. Twin: sim/rtl/bench.cc */
#include "flx/flx_player.h"

#include <stdlib.h>

/* From this many products on the golden multiply may use every core. */
static const uint64_t parallel_products = UINT64_C(1) << 24;

static size_t next_running(const flx_player_t *d, size_t item)
{
    while (item < d->program->count && !flx_program_runs(&d->program->item[item])) item++;
    return item;
}

static flx_stats_t golden(void *user, const flx_cmd_t *cmd, int32_t exp_a, int32_t exp_b, int32_t exp_c)
{
    flx_player_t *d = user;
    flx_program_item_t *item = &d->program->item[d->golden_item];
    const flx_gemm_t op = {.fmt = flx_config_format(d->config), .m = cmd->m, .n = cmd->n, .k = cmd->k, .trans_a = item->trans_a,
                           .trans_b = item->trans_b, .exp_a = exp_a, .exp_b = exp_b, .exp_c = exp_c, .rounding = (flx_rounding_t)cmd->rounding,
                           .seed = cmd->seed, .chunk = cmd->chunk != 0 ? FLX_CHUNK_LENGTH : 0, .lanes = d->config->lanes,
                           .dry_run = cmd->dry_run != 0};
    item->exp_a = exp_a;
    item->exp_b = exp_b;
    item->exp_c = exp_c;
    d->golden_item = next_running(d, d->golden_item + 1);
    if (!op.dry_run) {
        free(item->c);
        item->c = malloc(op.m * op.n * sizeof *item->c);
        if (item->c == NULL) {
            d->err = FLX_ERR_MEMORY;
            return item->stats;
        }
    }
    const unsigned threads = (uint64_t)cmd->m * cmd->n * cmd->k >= parallel_products ? 0 : 1;
    const flx_err_t err = flx_gemm_run(&op, item->a, item->b, op.dry_run ? NULL : item->c, &item->stats, threads);
    if (err != FLX_OK) d->err = err;
    return item->stats;
}

bool flx_player_init(flx_player_t *d, const flx_config_t *config, flx_program_t *program, double probability, uint64_t seed)
{
    *d = (flx_player_t){.config = config, .program = program, .seed = seed, .threshold = flx_stall_threshold(probability)};
    for (size_t i = 0; i < program->count; i++) program->item[i].status = flx_cmd_check(config, &program->item[i].cmd);
    d->a_item = d->b_item = d->golden_item = d->fire_item = next_running(d, 0);
    d->c_item = d->a_item;
    while (d->c_item < program->count && program->item[d->c_item].cmd.dry_run != 0) d->c_item = next_running(d, d->c_item + 1);
    d->model = flx_cycle_create(config, golden, d);
    return d->model != NULL;
}

void flx_player_free(flx_player_t *d)
{
    flx_cycle_free(d->model);
    d->model = NULL;
}

void flx_player_offer(flx_player_t *d)
{
    const uint64_t now = flx_cycle_now(d->model);
    const size_t end = d->program->count;
    d->in.cmd = d->cmd_item < end ? &d->program->item[d->cmd_item].cmd : NULL;
    d->in.cmd_valid = d->cmd_item < end && !flx_stall(d->seed, FLX_STREAM_CMD, now, d->threshold);
    d->in.a_valid = d->a_item < end && !flx_stall(d->seed, FLX_STREAM_A, now, d->threshold);
    d->in.b_valid = d->b_item < end && !flx_stall(d->seed, FLX_STREAM_B, now, d->threshold);
    d->in.c_ready = !flx_stall(d->seed, FLX_STREAM_C, now, d->threshold);
    d->in.rsp_ready = !flx_stall(d->seed, FLX_STREAM_RSP, now, d->threshold);
}

void flx_player_step(flx_player_t *d)
{
    flx_cycle_step(d->model, &d->in, &d->out);
}

static void advance_operand(const flx_player_t *d, size_t *item, uint64_t *beat, uint64_t count)
{
    *beat += count;
    if (*beat < flx_program_operand_beats(d->config, &d->program->item[*item])) return;
    *beat = 0;
    *item = next_running(d, *item + 1);
}

void flx_player_advance(flx_player_t *d)
{
    flx_program_item_t *item = d->program->item;
    const uint64_t cycle = flx_cycle_now(d->model) - 1;
    const bool cmd = d->in.cmd_valid && d->out.cmd_ready;
    const bool a = d->in.a_valid && d->out.a_ready;
    const bool b = d->in.b_valid && d->out.b_ready;
    const bool c = d->in.c_ready && d->out.c_valid;
    const bool rsp = d->in.rsp_ready && d->out.rsp_valid;
    if (cmd) item[d->cmd_item++].cycle_cmd = cycle;
    if (a) advance_operand(d, &d->a_item, &d->a_beat, 1);
    if (b) advance_operand(d, &d->b_item, &d->b_beat, 1);
    if (c && ++d->c_beat == flx_program_result_beats(d->config, &item[d->c_item])) {
        d->c_beat = 0;
        do d->c_item = next_running(d, d->c_item + 1);
        while (d->c_item < d->program->count && item[d->c_item].cmd.dry_run != 0);
    }
    if (rsp) {
        item[d->rsp_item].rsp = d->out.rsp;
        item[d->rsp_item++].cycle_rsp = cycle;
    }
    if (d->out.fire) {
        if (!d->fired) item[d->fire_item].cycle_first = cycle;
        d->fired = true;
        if (d->out.fire_end) {
            item[d->fire_item].cycle_end = cycle;
            d->fire_item = next_running(d, d->fire_item + 1);
            d->fired = false;
        }
    }
    d->idle_cycles = cmd || a || b || c || rsp || d->out.fire ? 0 : d->idle_cycles + 1;
}

bool flx_player_done(const flx_player_t *d)
{
    return d->rsp_item == d->program->count && d->c_item == d->program->count;
}

/* Inside a tile and with nothing held back, many cycles at once. */
static void skip(flx_player_t *d)
{
    if (d->threshold != 0 || !d->fired || d->a_item >= d->program->count || d->b_item >= d->program->count) return;
    flx_player_offer(d);
    const uint64_t a_left = flx_program_operand_beats(d->config, &d->program->item[d->a_item]) - d->a_beat;
    const uint64_t b_left = flx_program_operand_beats(d->config, &d->program->item[d->b_item]) - d->b_beat;
    const uint64_t span = flx_cycle_skip(d->model, &d->in, a_left < b_left ? a_left : b_left);
    if (span == 0) return;
    advance_operand(d, &d->a_item, &d->a_beat, span);
    advance_operand(d, &d->b_item, &d->b_beat, span);
}

bool flx_player_run(flx_player_t *d, uint64_t watchdog)
{
    while (!flx_player_done(d)) {
        flx_player_offer(d);
        flx_player_step(d);
        flx_player_advance(d);
        if (d->err != FLX_OK || d->idle_cycles > watchdog) return false;
        if (d->out.fire) skip(d);
    }
    return true;
}

void flx_player_result_place(const flx_player_t *d, uint32_t *row, uint32_t *col)
{
    const flx_config_t *c = d->config;
    const flx_cmd_t *cmd = &d->program->item[d->c_item].cmd;
    const uint64_t tiles_n = (cmd->n + c->cols - 1) / c->cols;
    const uint64_t mt = d->c_beat / (tiles_n * c->rows); /* every tile row but the last is full */
    const uint64_t rest = d->c_beat - mt * tiles_n * c->rows;
    const uint32_t rows = cmd->m - (uint32_t)mt * c->rows < c->rows ? cmd->m - (uint32_t)mt * c->rows : c->rows;
    *row = (uint32_t)(mt * c->rows + rest % rows);
    *col = (uint32_t)(rest / rows * c->cols);
}

double flx_player_utilisation(const flx_config_t *config, const flx_program_item_t *gemm)
{
    const double cycles = (double)(gemm->cycle_end - gemm->cycle_cmd + 1);
    return (double)gemm->cmd.m * gemm->cmd.n * gemm->cmd.k / (flx_config_macs(config) * cycles);
}

uint64_t flx_player_cycles(const flx_program_item_t *item)
{
    return item->cycle_rsp - item->cycle_cmd + 1;
}
