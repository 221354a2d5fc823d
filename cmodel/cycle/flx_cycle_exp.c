/* flx_cycle_exp.c - exponent unit of the cycle model. Twin: rtl/exp/flx_exp_unit.v */
#include "flx_cycle_exp.h"

#include <stdlib.h>
#include <string.h>

#include "flx_autoflex_cycles.h"

bool flx_cycle_exp_init(flx_cycle_exp_t *x, const flx_config_t *config)
{
    *x = (flx_cycle_exp_t){.tensors = config->tensors, .fmt = flx_config_format(config), .state = E_CLEAR,
                           .cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER)};
    x->entry = calloc(config->tensors, sizeof *x->entry);
    if (x->entry == NULL) return false;
    for (uint32_t i = 0; i < config->tensors; i++) flx_autoflex_reset(&x->entry[i].af);
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

static void fill_response(flx_cycle_exp_t *x, const flx_cmd_t *cmd, flx_status_t status, bool with_entry)
{
    flx_rsp_t *r = &x->rsp_next;
    *r = (flx_rsp_t){.status = status, .op = cmd->op, .tensor = cmd->tensor_c};
    if (!with_entry) return;
    const flx_cycle_entry_t *t = &x->entry[cmd->tensor_c];
    r->exp = (uint32_t)t->exp;
    r->exp_next = (uint32_t)t->exp_next;
    r->state = t->af.state;
    r->tries = t->af.tries;
    r->count = t->af.count;
    r->gamma = t->stats.gamma;
    r->overflow = t->stats.overflow;
    r->acc_saturated = t->stats.acc_saturated;
    r->saturated = t->stats.saturated;
    r->half_range = t->stats.half_range;
    r->underflow = t->stats.underflow;
}

/* Oldest entries leave until there is room inside the window. */
static void push_history(flx_autoflex_t *af, uint32_t window, flx_phi_t phi)
{
    const uint32_t drop = af->count >= window ? af->count - window + 1 : 0;
    memmove(af->phi, af->phi + drop, (af->count - drop) * sizeof af->phi[0]);
    af->count -= drop;
    af->phi[af->count++] = phi;
}

/* SET, GET or PUSH. */
static void serve_entry(flx_cycle_exp_t *x, const flx_cmd_t *cmd)
{
    flx_cycle_entry_t *t = &x->entry[cmd->tensor_c];
    if (cmd->op == FLX_OP_SET) {
        memset(t, 0, sizeof *t);
        t->exp = t->exp_next = (int32_t)cmd->exp;
        t->af.state = (flx_af_state_t)cmd->state;
    } else if (cmd->op == FLX_OP_PUSH) {
        push_history(&t->af, x->cfg.window, (flx_phi_t){.gamma = cmd->hist_gamma, .exp = cmd->exp});
    }
}

void flx_cycle_exp_take_admin(flx_cycle_exp_t *x, const flx_cmd_t *cmd, flx_status_t status)
{
    const bool ok = status == FLX_STATUS_OK;
    const bool with_entry = ok && (cmd->op == FLX_OP_SET || cmd->op == FLX_OP_GET || cmd->op == FLX_OP_PUSH);
    if (with_entry) serve_entry(x, cmd);
    if (ok && cmd->op == FLX_OP_CONFIG) {
        x->cfg = (flx_autoflex_cfg_t){.profile = cmd->profile != 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER, .alpha = cmd->alpha,
                                      .beta = cmd->beta, .gamma = cmd->gamma, .window = cmd->window};
    }
    fill_response(x, cmd, status, with_entry);
    x->work_left = 1;
    x->admin = true;
    x->state = E_READ;
}

void flx_cycle_exp_take_job(flx_cycle_exp_t *x, const flx_cmd_t *cmd, int32_t exp, const flx_stats_t *stats)
{
    flx_cycle_entry_t *t = &x->entry[cmd->tensor_c];
    const bool rare = cmd->rare != 0;
    const bool dry = cmd->dry_run != 0;
    x->work_left = flx_autoflex_cycles(&t->af, x->cfg, x->fmt, stats->gamma, exp, rare, dry);
    t->exp_next = flx_autoflex_write(&t->af, x->cfg, x->fmt, stats->gamma, exp, rare, dry, t->exp_next);
    t->stats = *stats;
    fill_response(x, cmd, FLX_STATUS_OK, true);
    x->admin = false;
    x->state = E_READ;
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
