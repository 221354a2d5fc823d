/* flx_program.c - a list of commands with their operands. Header: flx_program.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/flx_text.h"

bool flx_program_add(flx_program_t *program, const flx_program_item_t *item)
{
    if (program->count == program->capacity) {
        const size_t capacity = program->capacity == 0 ? 32 : 2 * program->capacity;
        flx_program_item_t *grown = realloc(program->item, capacity * sizeof *grown);
        if (grown == NULL) return false;
        program->item = grown;
        program->capacity = capacity;
    }
    program->item[program->count++] =
        (flx_program_item_t){.cmd = item->cmd, .a = item->a, .b = item->b, .trans_a = item->trans_a, .trans_b = item->trans_b, .fault = item->fault};
    return true;
}

void flx_program_free(flx_program_t *program)
{
    for (size_t i = 0; i < program->count; i++) free(program->item[i].c);
    free(program->item);
    *program = (flx_program_t){.item = NULL};
}

bool flx_program_runs(const flx_program_item_t *item)
{
    return item->cmd.op == FLX_OP_GEMM && item->status == FLX_STATUS_OK;
}

bool flx_program_gives(const flx_program_item_t *item)
{
    return flx_program_runs(item) && item->cmd.dry_run == 0 && item->refused == FLX_STATUS_OK;
}

static uint64_t ceil_div(uint64_t x, uint64_t y)
{
    return (x + y - 1) / y;
}

uint64_t flx_program_operand_beats(const flx_config_t *config, const flx_program_item_t *item)
{
    return ceil_div(item->cmd.m, config->rows) * ceil_div(item->cmd.n, config->cols) * ceil_div(item->cmd.k, config->lanes);
}

uint64_t flx_program_result_beats(const flx_config_t *config, const flx_program_item_t *item)
{
    return item->cmd.dry_run != 0 ? 0 : (uint64_t)item->cmd.m * ceil_div(item->cmd.n, config->cols);
}

size_t flx_program_words_a(const flx_config_t *config)
{
    return ((size_t)config->rows * config->lanes * config->mant_bits + 31) / 32;
}

size_t flx_program_words_b(const flx_config_t *config)
{
    return ((size_t)config->cols * config->lanes * config->mant_bits + 31) / 32;
}

/* An operand as the core takes it: `lines` x k values, a line being a row of A or a column of B. */
typedef struct flx_lines {
    const int16_t *data;
    uint32_t lines, k;
    bool k_major; /* stored k x lines */
    uint32_t grid; /* lines per beat */
} flx_lines_t;

/* Mantissas of `grid` lines from tile * grid on and LANES steps from ks * LANES on. */
static void fill_beat(const flx_config_t *config, const flx_lines_t *x, uint64_t tile, uint64_t ks, uint32_t *words)
{
    const uint32_t bits = config->mant_bits;
    uint32_t noise = (uint32_t)(tile * 0x9E3779B9U + ks * 0x85EBCA6BU) | 1U;
    uint64_t hold = 0;
    uint32_t held = 0;
    for (uint32_t r = 0; r < x->grid; r++) {
        const uint64_t line = tile * x->grid + r;
        for (uint32_t l = 0; l < config->lanes; l++) {
            const uint64_t k = ks * config->lanes + l;
            uint32_t value;
            if (line < x->lines && k < x->k) {
                const size_t index = x->k_major ? (size_t)k * x->lines + (size_t)line : (size_t)line * x->k + (size_t)k;
                value = (uint32_t)x->data[index];
            } else {
                noise = noise * 1664525U + 1013904223U;
                value = noise >> 16;
            }
            hold |= (uint64_t)(value & ((1U << bits) - 1U)) << held;
            held += bits;
            if (held >= 32) {
                *words++ = (uint32_t)hold;
                hold >>= 32;
                held -= 32;
            }
        }
    }
    if (held != 0) *words = (uint32_t)hold;
}

void flx_program_beat_a(const flx_config_t *config, const flx_program_item_t *item, uint64_t beat, uint32_t *words)
{
    const uint64_t steps = ceil_div(item->cmd.k, config->lanes);
    const uint64_t tiles_n = ceil_div(item->cmd.n, config->cols);
    const flx_lines_t x = {.data = item->a, .lines = item->cmd.m, .k = item->cmd.k, .k_major = item->trans_a, .grid = config->rows};
    fill_beat(config, &x, beat / steps / tiles_n, beat % steps, words);
}

void flx_program_beat_b(const flx_config_t *config, const flx_program_item_t *item, uint64_t beat, uint32_t *words)
{
    const uint64_t steps = ceil_div(item->cmd.k, config->lanes);
    const uint64_t tiles_n = ceil_div(item->cmd.n, config->cols);
    const flx_lines_t x = {.data = item->b, .lines = item->cmd.n, .k = item->cmd.k, .k_major = !item->trans_b, .grid = config->cols};
    fill_beat(config, &x, beat / steps % tiles_n, beat % steps, words);
}

/* Entries of the exponent table that a trace's program uses. */
enum { TENSOR_A, TENSOR_B, TENSOR_C, TENSORS_OF_TRACE };

static bool misfit(char *error, const char *path, const char *field, uint64_t value, const char *name, const char *expected, uint64_t limit)
{
    char shown[FLX_TEXT_PATH_BYTES];
    snprintf(error, FLX_TRACE_ERROR_BYTES, "%s: %s is %" PRIu64 ", configuration %s expects %s%" PRIu64, flx_text_path(path, shown), field, value, name, expected, limit);
    return false;
}

static uint32_t largest_a(const flx_trace_t *trace)
{
    return flx_stats_largest(trace->a, trace->op.m * trace->op.k);
}

static uint32_t largest_b(const flx_trace_t *trace)
{
    return flx_stats_largest(trace->b, trace->op.k * trace->op.n);
}

bool flx_program_fits(const flx_config_t *config, const flx_trace_t *trace, const char *path, char *error)
{
    const flx_gemm_t *op = &trace->op;
    const char *name = config->name;
    const uint64_t dimension_max = FLX_DIM_MAX;
    if (op->fmt.mant_bits != config->mant_bits) return misfit(error, path, "mant_bits", op->fmt.mant_bits, name, "", config->mant_bits);
    if (op->fmt.exp_bits != config->exp_bits) return misfit(error, path, "exp_bits", op->fmt.exp_bits, name, "", config->exp_bits);
    /* Without saturation every accumulator gives the same sums. */
    const bool both_exact = op->fmt.acc_bits >= FLX_ACC_BITS_EXACT && config->acc_bits >= FLX_ACC_BITS_EXACT;
    if (op->fmt.acc_bits != config->acc_bits && !both_exact) return misfit(error, path, "acc_bits", op->fmt.acc_bits, name, "", config->acc_bits);
    if (config->acc_bits < FLX_ACC_BITS_EXACT && op->lanes != config->lanes) return misfit(error, path, "lanes", op->lanes, name, "", config->lanes);
    if (op->m > dimension_max) return misfit(error, path, "m", op->m, name, "at most ", dimension_max);
    if (op->n > dimension_max) return misfit(error, path, "n", op->n, name, "at most ", dimension_max);
    if (op->k > dimension_max) return misfit(error, path, "k", op->k, name, "at most ", dimension_max);
    if (!flx_depth_fits(flx_config_format(config), op->k, largest_a(trace), largest_b(trace)))
        return misfit(error, path, "k", op->k, name, "sums that fit accumulators of bits ", config->acc_bits);
    if (op->chunk != 0 && !config->chunk_en) return misfit(error, path, "chunk", op->chunk, name, "", 0);
    if (op->chunk != 0 && FLX_CHUNK_LENGTH % config->lanes != 0)
        return misfit(error, path, "chunk", op->chunk, name, "a multiple of its lanes, ", config->lanes);
    if (op->rounding == FLX_ROUND_STOCHASTIC && !config->stoch_en) {
        char shown[FLX_TEXT_PATH_BYTES];
        snprintf(error, FLX_TRACE_ERROR_BYTES, "%s: rounding is stochastic, configuration %s expects a mode without random numbers", flx_text_path(path, shown), name);
        return false;
    }
    if (config->tensors < TENSORS_OF_TRACE) return misfit(error, path, "number of tensors", TENSORS_OF_TRACE, name, "at most ", config->tensors);
    return true;
}

static bool add_set(flx_program_t *program, uint32_t tensor, int32_t exp, flx_af_state_t state, uint32_t gamma)
{
    return flx_program_add(program, &(flx_program_item_t){
        .cmd = {.op = FLX_OP_SET, .tensor_c = tensor, .exp = (uint32_t)exp, .state = state, .hist_gamma = gamma}});
}

bool flx_program_from_trace(flx_program_t *program, const flx_trace_t *trace)
{
    const flx_gemm_t *op = &trace->op;
    const bool autoflex = trace->has_autoflex;
    const flx_autoflex_cfg_t cfg = autoflex ? trace->autoflex_cfg : flx_autoflex_defaults(FLX_PROFILE_PAPER);
    bool ok = flx_program_add(program, &(flx_program_item_t){
        .cmd = {.op = FLX_OP_CONFIG, .profile = cfg.profile, .alpha = cfg.alpha, .beta = cfg.beta, .gamma = cfg.gamma, .window = cfg.window}});
    ok = ok && add_set(program, TENSOR_A, op->exp_a, FLX_AF_MANUAL, largest_a(trace));
    ok = ok && add_set(program, TENSOR_B, op->exp_b, FLX_AF_MANUAL, largest_b(trace));
    ok = ok && add_set(program, TENSOR_C, op->exp_c, autoflex ? FLX_AF_RUN : FLX_AF_MANUAL, 0);
    for (uint32_t i = 0; ok && autoflex && i < trace->autoflex.count; i++) {
        ok = flx_program_add(program, &(flx_program_item_t){
            .cmd = {.op = FLX_OP_PUSH, .tensor_c = TENSOR_C, .hist_gamma = trace->autoflex.phi[i].gamma, .exp = trace->autoflex.phi[i].exp}});
    }
    return ok && flx_program_add(program, &(flx_program_item_t){
        .cmd = {.op = FLX_OP_GEMM, .tensor_a = TENSOR_A, .tensor_b = TENSOR_B, .tensor_c = TENSOR_C, .m = (uint32_t)op->m,
                .n = (uint32_t)op->n, .k = (uint32_t)op->k, .rounding = op->rounding, .chunk = op->chunk != 0, .seed = op->seed},
        .a = trace->a, .b = trace->b, .trans_a = op->trans_a, .trans_b = op->trans_b});
}
