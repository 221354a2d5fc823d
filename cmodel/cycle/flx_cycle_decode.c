/* flx_cycle_decode.c - command decoder of the cycle model. Header: flx_cycle_decode.h, twin: rtl/core/flx_decode.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_cycle_decode.h"

static bool waits(const flx_cycle_t *m)
{
    return m->busy[m->cmd.tensor_c] || (m->deep && (m->busy[m->cmd.tensor_a] || m->busy[m->cmd.tensor_b]));
}

static void check(flx_cycle_t *m)
{
    m->status = flx_cmd_check(m->config, &m->cmd);
    const bool gemm = m->status == FLX_STATUS_OK && m->cmd.op == FLX_OP_GEMM;
    const flx_format_t fmt = flx_config_format(m->config);
    m->deep = gemm && m->config->acc_bits >= FLX_ACC_BITS_EXACT && m->cmd.k > flx_depth_max(fmt);
    m->fault = false;
    m->d = gemm ? D_WAIT : D_DRAIN;
}

/* The table has been read: the command runs, or is void. */
static void judge(flx_cycle_t *m)
{
    const flx_cycle_entry_t *entry = m->exp.entry;
    if (m->fault) m->status = FLX_STATUS_ECC;
    else if (m->deep && !flx_depth_fits(flx_config_format(m->config), m->cmd.k, entry[m->cmd.tensor_a].stats.gamma, entry[m->cmd.tensor_b].stats.gamma))
        m->status = FLX_STATUS_BAD_DEPTH;
    m->refused = m->status;
    m->d = m->status == FLX_STATUS_OK ? D_WR : D_READY;
}

/* D_WR left: the exponents are in force, the golden model gives what comes. */
static void queue_job(flx_cycle_t *m)
{
    const flx_cmd_t *cmd = &m->cmd;
    flx_cycle_entry_t *t = &m->exp.entry[cmd->tensor_c];
    flx_job_t *job = &m->job[m->job_push++ % JOBS];
    /* The operands' exponents were read before this write: A or B may be the tensor C itself. */
    const int32_t exp_a = m->exp.entry[cmd->tensor_a].exp;
    const int32_t exp_b = m->exp.entry[cmd->tensor_b].exp;
    *job = (flx_job_t){.write = {.tensor = cmd->tensor_c, .exp = t->exp_next, .rare = cmd->rare != 0, .dry = cmd->dry_run != 0}};
    job->write.stats = m->gemm(m->user, cmd, exp_a, exp_b, t->exp_next);
    if (!job->write.dry) t->exp = t->exp_next;
    m->d = D_READY;
}

bool flx_cycle_decode_step(flx_cycle_t *m, const flx_decode_in_t *in)
{
    const bool free = m->exp.state == E_IDLE; /* so are the statistics */
    switch (m->d) {
    case D_RESET:
        if (m->now + 1 == m->config->tensors) m->d = D_IDLE;
        break;
    case D_IDLE:
        if (in->accept) {
            m->cmd = *in->cmd;
            m->d = D_CHECK;
        }
        break;
    case D_CHECK: check(m); break;
    case D_WAIT:
        if (!waits(m) && m->outstanding < FLX_OUTSTANDING) m->d = D_RA;
        break;
    case D_RA:
    case D_RB:
    case D_RC:
        if (!in->granted) break;
        if (!flx_cycle_exp_read_entry(&m->exp, m->d == D_RA ? m->cmd.tensor_a : m->d == D_RB ? m->cmd.tensor_b : m->cmd.tensor_c)) m->fault = true;
        m->d++;
        break;
    case D_CAP:
        if (m->deep && !m->fault) m->d = D_GA;
        else judge(m);
        break;
    case D_GA:
    case D_GB:
        if (!free) break;
        if (!flx_cycle_exp_read_stats(&m->exp, m->d == D_GA ? m->cmd.tensor_a : m->cmd.tensor_b)) m->fault = true;
        m->depth_left = 2 + m->config->mant_bits + FLX_DIM_BITS;
        m->d++;
        break;
    case D_DEPTH:
        if (--m->depth_left == 0) judge(m);
        break;
    case D_WR:
        if (!in->granted) break;
        queue_job(m);
        return true;
    case D_READY:
        if (in->taken) m->d = m->status == FLX_STATUS_OK ? D_IDLE : D_DRAIN;
        break;
    case D_DRAIN:
        if (m->outstanding == 0 && !in->seq_active) m->d = D_ADMIN;
        break;
    case D_ADMIN: break; /* left by the exponent unit's done pulse */
    }
    return false;
}

flx_perf_t flx_cycle_decode_kind(const flx_cycle_t *m)
{
    switch (m->d) {
    case D_WAIT:
        if (waits(m)) return FLX_PERF_stall_exp;
        return m->outstanding >= FLX_OUTSTANDING ? FLX_PERF_stall_queue : FLX_PERF_decode;
    case D_DRAIN:
    case D_ADMIN: return FLX_PERF_admin;
    case D_IDLE:
    case D_RESET: return FLX_PERF_idle;
    default: return FLX_PERF_decode;
    }
}

bool flx_cycle_decode_rests(const flx_cycle_t *m, const flx_cycle_in_t *in)
{
    switch (m->d) {
    case D_IDLE: return !in->cmd_valid;
    case D_READY: return m->active;
    case D_WAIT: return waits(m) || m->outstanding >= FLX_OUTSTANDING;
    case D_DRAIN: return m->outstanding != 0 || m->active;
    default: return false;
    }
}
