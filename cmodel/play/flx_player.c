/* flx_player.c - runs a program on the cycle model. Header: flx_player.h, twin: sim/rtl/bench.cc */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_player.h"

#include <stdlib.h>

#include "flx/flx_gemm_run.h"

/* From this many products on the golden multiply may use every core. */
static const uint64_t parallel_products = UINT64_C(1) << 24;

static size_t next_running(const flx_player_t *p, size_t item)
{
    while (item < p->program->count && !flx_program_runs(&p->program->item[item])) item++;
    return item;
}

/* Result beats belong to the next command that gives some; one that is not judged yet may turn out to be void. */
static void settle_results(flx_player_t *p)
{
    while (p->c_item < p->program->count && !flx_program_gives(&p->program->item[p->c_item])) p->c_item++;
}

static flx_stats_t golden(void *user, const flx_cmd_t *cmd, int32_t exp_a, int32_t exp_b, int32_t exp_c)
{
    flx_player_t *p = user;
    flx_program_item_t *item = &p->program->item[p->golden_item];
    const flx_gemm_t op = {.fmt = flx_config_format(p->config), .m = cmd->m, .n = cmd->n, .k = cmd->k, .trans_a = item->trans_a,
                           .trans_b = item->trans_b, .exp_a = exp_a, .exp_b = exp_b, .exp_c = exp_c, .rounding = (flx_rounding_t)cmd->rounding,
                           .seed = cmd->seed, .chunk = cmd->chunk != 0 ? FLX_CHUNK_LENGTH : 0, .lanes = p->config->lanes,
                           .dry_run = cmd->dry_run != 0};
    item->exp_a = exp_a;
    item->exp_b = exp_b;
    item->exp_c = exp_c;
    p->golden_item = next_running(p, p->golden_item + 1);
    if (!op.dry_run) {
        free(item->c);
        item->c = malloc(op.m * op.n * sizeof *item->c);
        if (item->c == NULL) {
            p->err = FLX_ERR_MEMORY;
            return item->stats;
        }
    }
    const unsigned threads = (uint64_t)cmd->m * cmd->n * cmd->k >= parallel_products ? 0 : 1;
    const flx_err_t err = flx_gemm_run(&op, item->a, item->b, op.dry_run ? NULL : item->c, &item->stats, NULL, threads);
    if (err != FLX_OK) p->err = err;
    return item->stats;
}

bool flx_player_init(flx_player_t *p, const flx_config_t *config, flx_program_t *program, double probability, uint64_t seed)
{
    *p = (flx_player_t){.config = config, .program = program, .seed = seed, .threshold = flx_stall_threshold(probability)};
    for (size_t i = 0; i < program->count; i++) program->item[i].status = flx_cmd_check(config, &program->item[i].cmd);
    p->a_item = p->b_item = p->golden_item = p->fire_item = next_running(p, 0);
    settle_results(p);
    p->model = flx_cycle_create(config, golden, p);
    return p->model != NULL;
}

void flx_player_free(flx_player_t *p)
{
    flx_cycle_free(p->model);
    p->model = NULL;
}

/* Turns over the bits that the next command asks for, once everything before it is answered and the core, which clears its table after reset, is
 * idle; false until then. */
static bool fault_is_done(flx_player_t *p)
{
    const flx_fault_t *fault = &p->program->item[p->cmd_item].fault;
    if (fault->word == FLX_CYCLE_WORD_NONE || p->faulted == p->cmd_item + 1) return true;
    if (p->rsp_item != p->cmd_item || !p->out.cmd_ready) return false;
    flx_cycle_corrupt(p->model, fault->word, fault->tensor, fault->age);
    p->fault_now = fault;
    p->faulted = p->cmd_item + 1;
    return true;
}

void flx_player_offer(flx_player_t *p)
{
    p->fault_now = NULL;
    const uint64_t now = flx_cycle_now(p->model);
    const size_t end = p->program->count;
    p->in.cmd = p->cmd_item < end ? &p->program->item[p->cmd_item].cmd : NULL;
    p->in.cmd_valid = p->cmd_item < end && fault_is_done(p) && !flx_stall(p->seed, FLX_STREAM_CMD, now, p->threshold);
    p->in.a_valid = p->a_item < end && !flx_stall(p->seed, FLX_STREAM_A, now, p->threshold);
    p->in.b_valid = p->b_item < end && !flx_stall(p->seed, FLX_STREAM_B, now, p->threshold);
    p->in.c_ready = !flx_stall(p->seed, FLX_STREAM_C, now, p->threshold);
    p->in.rsp_ready = !flx_stall(p->seed, FLX_STREAM_RSP, now, p->threshold);
}

void flx_player_step(flx_player_t *p)
{
    flx_cycle_step(p->model, &p->in, &p->out);
}

static void advance_operand(const flx_player_t *p, size_t *item, uint64_t *beat, uint64_t count)
{
    *beat += count;
    if (*beat < flx_program_operand_beats(p->config, &p->program->item[*item])) return;
    *beat = 0;
    *item = next_running(p, *item + 1);
}

void flx_player_advance(flx_player_t *p)
{
    flx_program_item_t *item = p->program->item;
    const uint64_t cycle = flx_cycle_now(p->model) - 1;
    const bool cmd = p->in.cmd_valid && p->out.cmd_ready;
    const bool a = p->in.a_valid && p->out.a_ready;
    const bool b = p->in.b_valid && p->out.b_ready;
    const bool c = p->in.c_ready && p->out.c_valid;
    const bool rsp = p->in.rsp_ready && p->out.rsp_valid;
    if (cmd) item[p->cmd_item++].cycle_cmd = cycle;
    if (a) advance_operand(p, &p->a_item, &p->a_beat, 1);
    if (b) advance_operand(p, &p->b_item, &p->b_beat, 1);
    if (c && ++p->c_beat == flx_program_result_beats(p->config, &item[p->c_item])) {
        p->c_beat = 0;
        p->c_item++;
    }
    if (p->out.refused != FLX_STATUS_OK) {
        item[p->golden_item].refused = p->out.refused;
        p->golden_item = next_running(p, p->golden_item + 1);
    }
    settle_results(p);
    if (rsp) {
        item[p->rsp_item].rsp = p->out.rsp;
        item[p->rsp_item++].cycle_rsp = cycle;
    }
    if (p->out.fire) {
        if (!p->fired) item[p->fire_item].cycle_first = cycle;
        p->fired = true;
        if (p->out.fire_end) {
            item[p->fire_item].cycle_end = cycle;
            p->fire_item = next_running(p, p->fire_item + 1);
            p->fired = false;
        }
    }
    p->idle_cycles = cmd || a || b || c || rsp || p->out.fire ? 0 : p->idle_cycles + 1;
}

bool flx_player_done(const flx_player_t *p)
{
    return p->rsp_item == p->program->count && p->c_item == p->program->count;
}

/* Inside a tile and with nothing held back, many cycles at once. */
static void skip(flx_player_t *p)
{
    if (p->threshold != 0 || !p->fired || p->a_item >= p->program->count || p->b_item >= p->program->count) return;
    flx_player_offer(p);
    const uint64_t a_left = flx_program_operand_beats(p->config, &p->program->item[p->a_item]) - p->a_beat;
    const uint64_t b_left = flx_program_operand_beats(p->config, &p->program->item[p->b_item]) - p->b_beat;
    const uint64_t span = flx_cycle_skip(p->model, &p->in, a_left < b_left ? a_left : b_left);
    if (span == 0) return;
    advance_operand(p, &p->a_item, &p->a_beat, span);
    advance_operand(p, &p->b_item, &p->b_beat, span);
}

bool flx_player_run(flx_player_t *p, uint64_t watchdog)
{
    while (!flx_player_done(p)) {
        flx_player_offer(p);
        flx_player_step(p);
        flx_player_advance(p);
        if (p->err != FLX_OK || p->idle_cycles > watchdog) return false;
        if (p->out.fire) skip(p);
    }
    return true;
}

void flx_player_result_place(const flx_player_t *p, uint32_t *row, uint32_t *col)
{
    const flx_config_t *c = p->config;
    const flx_cmd_t *cmd = &p->program->item[p->c_item].cmd;
    const uint64_t tiles_n = (cmd->n + c->cols - 1) / c->cols;
    const uint64_t mt = p->c_beat / (tiles_n * c->rows); /* every tile row but the last is full */
    const uint64_t rest = p->c_beat - mt * tiles_n * c->rows;
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
