/* flx_cycle_exp.c - exponent unit of the cycle model. Twin: rtl/exp/flx_exp_unit.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_cycle_exp.h"

#include <stdlib.h>
#include <string.h>

#include "flx_autoflex_cycles.h"

/* What is known of a tensor whose values came from outside. */
static flx_stats_t stats_of_set(flx_format_t fmt, uint32_t gamma)
{
    return (flx_stats_t){.gamma = gamma != 0 ? gamma : UINT32_C(1) << (fmt.mant_bits - 1)};
}

bool flx_cycle_exp_init(flx_cycle_exp_t *x, const flx_config_t *config)
{
    *x = (flx_cycle_exp_t){.tensors = config->tensors, .fmt = flx_config_format(config), .state = E_CLEAR,
                           .cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER)};
    x->entry = calloc(config->tensors, sizeof *x->entry);
    if (x->entry == NULL) return false;
    for (uint32_t i = 0; i < config->tensors; i++) {
        flx_autoflex_reset(&x->entry[i].af);
        x->entry[i].stats = stats_of_set(x->fmt, 0);
    }
    return true;
}

void flx_cycle_exp_free(flx_cycle_exp_t *x)
{
    free(x->entry);
    x->entry = NULL;
}

bool flx_cycle_exp_grants(const flx_cycle_exp_t *x)
{
    return x->state != E_CLEAR && x->state != E_READ && x->state != E_WRITE;
}

bool flx_cycle_exp_read_entry(flx_cycle_exp_t *x, uint32_t tensor)
{
    x->uncorrectable += x->entry[tensor].entry_bad;
    return !x->entry[tensor].entry_bad;
}

bool flx_cycle_exp_read_stats(flx_cycle_exp_t *x, uint32_t tensor)
{
    x->uncorrectable += x->entry[tensor].stats_bad;
    return !x->entry[tensor].stats_bad;
}

static void fill_entry(flx_rsp_t *r, const flx_cycle_entry_t *t)
{
    r->exp = (uint32_t)t->exp;
    r->exp_next = (uint32_t)t->exp_next;
    r->state = t->af.state;
    r->tries = t->af.tries;
    r->count = t->af.count;
}

static void fill_stats(flx_rsp_t *r, const flx_stats_t *s)
{
    r->gamma = s->gamma;
    r->overflow = s->overflow;
    r->acc_saturated = s->acc_saturated;
    r->saturated = s->saturated;
    r->half_range = s->half_range;
    r->underflow = s->underflow;
}

/* Entries that leave a window of that length when one is appended. */
static uint32_t leaving(const flx_autoflex_t *af, uint32_t window)
{
    return af->count >= window ? af->count - window + 1 : 0;
}

static void push_history(flx_cycle_entry_t *t, uint32_t window, flx_phi_t phi)
{
    flx_autoflex_t *af = &t->af;
    const uint32_t drop = leaving(af, window);
    memmove(af->phi, af->phi + drop, (af->count - drop) * sizeof af->phi[0]);
    t->window_bad >>= drop;
    af->count -= drop;
    af->phi[af->count++] = phi;
}

/* SET, GET or PUSH. */
static void serve_entry(flx_cycle_exp_t *x, const flx_cmd_t *cmd)
{
    flx_cycle_entry_t *t = &x->entry[cmd->tensor_c];
    flx_rsp_t *r = &x->rsp_next;
    if (cmd->op == FLX_OP_SET) {
        *t = (flx_cycle_entry_t){.exp = (int32_t)cmd->exp, .exp_next = (int32_t)cmd->exp, .af.state = (flx_af_state_t)cmd->state,
                                 .stats = stats_of_set(x->fmt, cmd->hist_gamma)};
        fill_entry(r, t);
        return;
    }
    const bool whole = flx_cycle_exp_read_entry(x, cmd->tensor_c);
    if (!flx_cycle_exp_read_stats(x, cmd->tensor_c) || !whole) {
        r->status = FLX_STATUS_ECC;
        return;
    }
    if (cmd->op == FLX_OP_PUSH) push_history(t, x->cfg.window, (flx_phi_t){.gamma = cmd->hist_gamma, .exp = cmd->exp});
    fill_entry(r, t);
    fill_stats(r, &t->stats);
}

void flx_cycle_exp_take_admin(flx_cycle_exp_t *x, const flx_cmd_t *cmd, flx_status_t status)
{
    const bool ok = status == FLX_STATUS_OK;
    x->rsp_next = (flx_rsp_t){.status = status, .op = cmd->op, .tensor = cmd->tensor_c};
    if (ok && (cmd->op == FLX_OP_SET || cmd->op == FLX_OP_GET || cmd->op == FLX_OP_PUSH)) serve_entry(x, cmd);
    if (ok && cmd->op == FLX_OP_CONFIG) {
        x->cfg = (flx_autoflex_cfg_t){.profile = cmd->profile != 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER, .alpha = cmd->alpha,
                                      .beta = cmd->beta, .gamma = cmd->gamma, .window = cmd->window};
    }
    x->work_left = 1;
    x->admin = true;
    x->state = E_READ;
}

/* A prediction reads the window, the newest entry first: whether a word of it is bad, and how many it read before. */
static bool window_fails(const flx_cycle_entry_t *t, bool rare, uint32_t *read)
{
    const uint32_t used = rare && t->af.count > FLX_RARE_WINDOW ? (uint32_t)FLX_RARE_WINDOW : t->af.count;
    for (*read = 0; *read < used; (*read)++) {
        if ((t->window_bad >> (t->af.count - 1 - *read) & 1) != 0) return true;
    }
    return false;
}

/* The write's job: exp_next by Autoflex. False if a word of the window is bad. */
static bool predict(flx_cycle_exp_t *x, flx_cycle_entry_t *t, const flx_cycle_write_t *write)
{
    const bool predicts = t->af.state == FLX_AF_RUN && !write->dry;
    if (predicts) t->window_bad = write->stats.overflow ? 0 : t->window_bad >> leaving(&t->af, x->cfg.window);
    x->work_left = flx_autoflex_cycles(&t->af, x->cfg, x->fmt, write->stats.gamma, write->exp, write->rare, write->dry);
    t->exp_next = flx_autoflex_write(&t->af, x->cfg, x->fmt, write->stats.gamma, write->exp, write->rare, write->dry, t->exp_next);
    t->window_bad &= (UINT32_C(1) << t->af.count) - 1; /* an initialisation that ends empties it */
    uint32_t read = 0;
    if (!predicts || !window_fails(t, write->rare, &read)) return true;
    x->uncorrectable++;
    x->work_left = 3 + read;
    t->exp_next = t->exp;
    t->af = (flx_autoflex_t){.state = FLX_AF_RUN};
    t->window_bad = 0;
    return false;
}

void flx_cycle_exp_take_job(flx_cycle_exp_t *x, const flx_cycle_write_t *write)
{
    flx_cycle_entry_t *t = &x->entry[write->tensor];
    flx_rsp_t *r = &x->rsp_next;
    *r = (flx_rsp_t){.status = FLX_STATUS_OK, .op = FLX_OP_GEMM, .tensor = write->tensor};
    x->admin = false;
    x->state = E_READ;
    if (!write->dry) {
        t->stats = write->stats;
        t->stats_bad = false;
    }
    fill_stats(r, &write->stats);
    if (!flx_cycle_exp_read_entry(x, write->tensor)) {
        x->work_left = 1;
        r->status = FLX_STATUS_ECC;
        return;
    }
    if (!predict(x, t, write)) r->status = FLX_STATUS_ECC;
    fill_entry(r, t);
    r->exp = (uint32_t)write->exp;
}

flx_cycle_done_t flx_cycle_exp_step(flx_cycle_exp_t *x, uint64_t now, bool rsp_ready)
{
    bool load = false;
    switch (x->state) {
    case E_CLEAR:
        if (now + 1 == x->tensors) x->state = E_IDLE;
        break;
    case E_IDLE: break;
    case E_READ: x->state = E_ENTRY; break;
    case E_ENTRY: x->state = E_WORK; break;
    case E_WORK:
        if (--x->work_left == 0) x->state = E_WRITE;
        break;
    case E_WRITE: x->state = E_RSP; break;
    case E_RSP: load = !x->rsp_full || rsp_ready; break;
    }
    if (rsp_ready) x->rsp_full = false;
    if (!load) return FLX_CYCLE_DONE_NONE;
    x->rsp_full = true;
    x->rsp = x->rsp_next;
    x->state = E_IDLE;
    return x->admin ? FLX_CYCLE_DONE_ADMIN : FLX_CYCLE_DONE_JOB;
}
