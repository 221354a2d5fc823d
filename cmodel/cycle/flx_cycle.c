/* flx_cycle.c - cycle-accurate model of the core. Twin: rtl/core/flx_core.v, rtl/core/flx_decode.v, rtl/core/flx_depth.v, rtl/core/flx_seq.v, rtl/core/flx_drain.v, rtl/exp/flx_exp_unit.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * The names of states and their order are docs/core.md's. The array is not stepped: the last beat of a tile
 * fired in cycle t puts row i of the tile into the result FIFO in cycle t + COLS / CLUSTER + 4 + PE_PIPE + i. */
#include "flx/flx_cycle.h"

#include <stdlib.h>

#include "flx_cycle_decode.h"

enum {
    PIPELINE = 4,   /* registers between a beat and its deskewed row, beside the skew of the clusters and PE_PIPE */
    STATS_DELAY = 3 /* cycles from a row in the result FIFO's input to visible statistics */
};

const char *flx_perf_name(flx_perf_t counter)
{
    static const char *const names[] = {
#define FLX_PERF(name, doc) #name,
#include "def/flx_perf.def"
#undef FLX_PERF
    };
    return counter < FLX_PERF_COUNT ? names[counter] : "unknown";
}

flx_cycle_t *flx_cycle_create(const flx_config_t *config, flx_cycle_gemm_fn gemm, void *user)
{
    flx_cycle_t *m = calloc(1, sizeof *m);
    if (m == NULL) return NULL;
    uint32_t ring = 1;
    /* Tiles in the array: one per cycle at most. Commands with results to come: each holds credit. */
    while (ring < config->cols + config->rows + config->c_depth + 16) ring *= 2;
    m->config = config;
    m->gemm = gemm;
    m->user = user;
    m->ring_mask = ring - 1;
    m->credit = config->c_depth;
    m->d = D_RESET;
    m->rows = calloc(ring, sizeof *m->rows);
    m->c_left = calloc(ring, sizeof *m->c_left);
    m->busy = calloc(config->tensors, sizeof *m->busy);
    if (m->rows == NULL || m->c_left == NULL || m->busy == NULL || !flx_cycle_exp_init(&m->exp, config)) {
        flx_cycle_free(m);
        return NULL;
    }
    return m;
}

void flx_cycle_free(flx_cycle_t *m)
{
    if (m == NULL) return;
    free(m->rows);
    free(m->c_left);
    free(m->busy);
    flx_cycle_exp_free(&m->exp);
    free(m);
}

/* flx_exp_unit's cycle; `admin`: decode asks for service. */
static flx_cycle_done_t step_exp(flx_cycle_t *m, bool admin, bool rsp_ready)
{
    flx_cycle_exp_t *x = &m->exp;
    if (x->state == E_IDLE) {
        const flx_job_t *job = &m->job[m->job_pop % JOBS];
        if (m->job_pop != m->job_end && job->visible <= m->now) {
            flx_cycle_exp_take_job(x, &job->write);
            m->job_pop++;
        } else if (admin) {
            flx_cycle_exp_take_admin(x, &m->cmd, m->status);
        }
        if (rsp_ready) x->rsp_full = false;
        return FLX_CYCLE_DONE_NONE;
    }
    return flx_cycle_exp_step(x, m->now, rsp_ready);
}

static uint32_t tile_rows(const flx_cycle_t *m)
{
    return m->m_left < m->config->rows ? m->m_left : m->config->rows;
}

/* What flx_seq does in this cycle: FLX_PERF_busy is a fire. */
static flx_perf_t classify(const flx_cycle_t *m)
{
    if (!m->active) return flx_cycle_decode_kind(m);
    if (m->a_count == 0) return FLX_PERF_stall_a;
    if (m->b_count == 0) return FLX_PERF_stall_b;
    if (m->steps_left == 1) {
        if (m->gap != 0) return FLX_PERF_stall_drain;
        if (!m->dry && m->credit < tile_rows(m)) return FLX_PERF_stall_c;
    }
    return FLX_PERF_busy;
}

/* Fires one beat. */
static void fire(flx_cycle_t *m)
{
    m->a_count--;
    m->b_count--;
    if (m->gap != 0) m->gap--;
    if (--m->steps_left != 0) return;
    const uint32_t rows = tile_rows(m);
    const uint64_t first = m->now + m->config->cols / m->config->cluster + PIPELINE + m->config->pe_pipe;
    m->gap = rows - 1;
    if (!m->dry) {
        m->credit -= rows;
        m->rows[m->rows_tail++ & m->ring_mask] = (flx_rows_t){.cycle = first, .left = rows};
    }
    m->steps_left = m->steps;
    if (--m->n_left != 0) return;
    m->n_left = m->n_tiles;
    m->m_left -= rows;
    if (m->m_left != 0) return;
    m->active = false;
    if (m->voided) return;
    m->job[m->job_end++ % JOBS].visible = first + rows - 1 + STATS_DELAY;
}

static void take_command(flx_cycle_t *m, const flx_cmd_t *cmd)
{
    const flx_config_t *c = m->config;
    m->active = true;
    m->voided = m->status != FLX_STATUS_OK;
    m->dry = m->voided || cmd->dry_run != 0;
    m->m = m->m_left = cmd->m;
    m->n_tiles = m->n_left = (cmd->n + c->cols - 1) / c->cols;
    m->steps = m->steps_left = (cmd->k + c->lanes - 1) / c->lanes;
    if (!m->dry) m->c_left[m->c_tail++ & m->ring_mask] = (uint64_t)m->m * m->n_tiles;
}

void flx_cycle_step(flx_cycle_t *m, const flx_cycle_in_t *in, flx_cycle_out_t *out)
{
    const flx_config_t *c = m->config;
    out->cmd_ready = m->d == D_IDLE;
    out->a_ready = m->a_count < c->a_depth;
    out->b_ready = m->b_count < c->b_depth;
    out->c_valid = m->c_count != 0;
    out->c_last = m->c_count != 0 && m->c_left[m->c_head & m->ring_mask] == 1;
    out->rsp_valid = m->exp.rsp_full;
    if (m->exp.rsp_full) out->rsp = m->exp.rsp;

    const flx_perf_t kind = classify(m);
    const bool granted = flx_cycle_exp_grants(&m->exp);
    const bool admin = m->d == D_ADMIN;
    const bool ready = m->d == D_READY;
    const bool active = m->active;
    m->perf[kind]++;
    m->refused = FLX_STATUS_OK;
    out->fire = kind == FLX_PERF_busy;
    if (out->fire) fire(m);
    else if (m->gap != 0) m->gap--;
    out->fire_end = out->fire && !m->active;
    const bool taken = ready && !m->active;

    const bool queued = flx_cycle_decode_step(m, &(flx_decode_in_t){
        .granted = granted, .seq_active = active, .taken = taken, .accept = in->cmd_valid && out->cmd_ready, .cmd = in->cmd});
    out->refused = m->refused;
    const flx_cycle_done_t done = step_exp(m, admin, in->rsp_ready);
    if (taken) take_command(m, &m->cmd);
    if (queued) {
        m->busy[m->cmd.tensor_c] = true;
        m->outstanding++;
    }
    if (done == FLX_CYCLE_DONE_JOB) {
        m->busy[m->exp.rsp.tensor] = false;
        m->outstanding--;
    } else if (done == FLX_CYCLE_DONE_ADMIN) {
        m->d = D_IDLE;
    }

    if (in->a_valid && out->a_ready) m->a_count++;
    if (in->b_valid && out->b_ready) m->b_count++;
    if (out->c_valid && in->c_ready) {
        m->c_count--;
        m->credit++;
        if (--m->c_left[m->c_head & m->ring_mask] == 0) m->c_head++;
    }
    if (m->rows_head != m->rows_tail) {
        flx_rows_t *rows = &m->rows[m->rows_head & m->ring_mask];
        if (rows->cycle == m->now) {
            m->c_count++;
            rows->cycle++;
            if (--rows->left == 0) m->rows_head++;
        }
    }
    m->now++;
}

uint64_t flx_cycle_skip(flx_cycle_t *m, const flx_cycle_in_t *in, uint64_t limit)
{
    const flx_config_t *c = m->config;
    uint64_t span = limit;
    if (!m->active || !in->a_valid || !in->b_valid || m->steps_left < 3 || !flx_cycle_decode_rests(m, in)) return 0;
    if (m->a_count == 0 || m->b_count == 0 || m->a_count >= c->a_depth || m->b_count >= c->b_depth) return 0;
    if (m->c_count != 0 || m->rows_head != m->rows_tail || m->exp.rsp_full) return 0;
    if (span > m->steps_left - 2) span = m->steps_left - 2;
    if (m->exp.state == E_WORK) {
        if (span > m->exp.work_left - 1) span = m->exp.work_left - 1;
    } else if (m->exp.state == E_IDLE) {
        if (m->job_pop != m->job_end) {
            const uint64_t visible = m->job[m->job_pop % JOBS].visible;
            if (visible <= m->now) return 0;
            if (span > visible - m->now) span = visible - m->now;
        }
    } else {
        return 0;
    }
    m->perf[FLX_PERF_busy] += span;
    m->steps_left -= (uint32_t)span;
    m->gap = m->gap > span ? m->gap - (uint32_t)span : 0;
    if (m->exp.state == E_WORK) m->exp.work_left -= (uint32_t)span;
    m->now += span;
    return span;
}

uint64_t flx_cycle_now(const flx_cycle_t *m)
{
    return m->now;
}

uint64_t flx_cycle_perf(const flx_cycle_t *m, flx_perf_t counter)
{
    return counter < FLX_PERF_COUNT ? m->perf[counter] : 0;
}

void flx_cycle_corrupt(flx_cycle_t *m, flx_cycle_word_t word, uint32_t tensor, uint32_t age)
{
    flx_cycle_entry_t *t = &m->exp.entry[tensor];
    switch (word) {
    case FLX_CYCLE_WORD_NONE: break;
    case FLX_CYCLE_WORD_ENTRY: t->entry_bad = !t->entry_bad; break;
    case FLX_CYCLE_WORD_STATS: t->stats_bad = !t->stats_bad; break;
    case FLX_CYCLE_WORD_WINDOW: t->window_bad ^= age < t->af.count ? UINT32_C(1) << (t->af.count - 1 - age) : 0; break;
    }
}

uint64_t flx_cycle_uncorrectable(const flx_cycle_t *m)
{
    return m->exp.uncorrectable;
}
