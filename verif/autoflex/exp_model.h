// exp_model.h - what flx_exp_unit must do in every cycle, for the bench. Twin: docs/core.md (flx_exp_unit), rtl/exp/flx_exp_unit.v
// SPDX-License-Identifier: Apache-2.0
#ifndef EXP_MODEL_H
#define EXP_MODEL_H

#include <deque>
#include <vector>

#include "flx/flx_autoflex.h"
#include "cycle/flx_autoflex_cycles.h"
#include "flx/flx_cmd.h"
#include "flx/flx_stats.h"

struct Job {
    uint32_t tensor;
    bool dry, rare;
    flx_stats_t stats;
};

struct Entry {
    int32_t exp, exp_next;
    flx_autoflex_t af;
    flx_stats_t stats;
};

enum class Fault { none, word, history };  // an uncorrectable word that the next GEMM job meets

class ExpModel {
  public:
    enum State { clear, idle, read, entry, work, write, rsp };
    ExpModel(flx_format_t format, uint32_t tensors) : fmt(format), table(tensors)
    {
        cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER);
        for (Entry &e : table) {
            e = {};
            flx_autoflex_reset(&e.af);
            e.stats.gamma = unknown();
        }
    }
    bool grant() const { return state != clear && state != read && state != write; }
    bool loads(bool rsp_ready) const { return state == rsp && (!rsp_valid || rsp_ready); }

    // One clock edge with these inputs.
    void step(bool stats_valid, const flx_stats_t &stats, bool adm_valid, uint32_t adm_status, const flx_cmd_t &cmd, bool rsp_ready)
    {
        const bool load = loads(rsp_ready);
        if (rsp_ready) rsp_valid = false;
        switch (state) {
        case clear:
            if (++cleared == table.size()) state = idle;
            break;
        case idle:
            if (waiting > 0) {
                waiting--;
                gemm = true;
                begin_gemm();
                state = read;
            } else if (adm_valid) {
                gemm = false;
                begin_admin(cmd, adm_status);
                state = read;
            }
            break;
        case read: state = entry; break;
        case entry: state = work; break;
        case work:
            if (--work_left == 0) state = write;
            break;
        case write: state = rsp; break;
        case rsp:
            if (load) {
                response = next;
                rsp_valid = true;
                if (gemm) jobs.pop_front();
                if (gemm) arrived--;
                state = idle;
            }
            break;
        }
        if (stats_valid) {
            jobs[arrived++].stats = stats;
            waiting++;
        }
    }

    const flx_format_t fmt;
    flx_autoflex_cfg_t cfg;
    std::vector<Entry> table;
    std::deque<Job> jobs;  // under way; the first `arrived` have statistics
    size_t arrived = 0, waiting = 0, cleared = 0;
    State state = clear;
    bool gemm = false, rsp_valid = false;
    uint32_t work_left = 0;
    flx_rsp_t next = {}, response = {};
    Fault fault = Fault::none;
    uint32_t fault_index = 0;  // Fault::history: 0 is the entry of this write
    bool stats_lost = false;   // Fault::word hit the statistics
    uint64_t predictions = 0;
    Job last_job = {};
    Entry before = {};

  private:
    uint32_t unknown() const { return 1U << (fmt.mant_bits - 1); }
    void answer(uint32_t status, uint32_t op, uint32_t tensor) { next = {}, next.status = status, next.op = op, next.tensor = tensor; }
    void describe(const Entry &e, const flx_stats_t &stats)
    {
        next.exp = static_cast<uint32_t>(e.exp);
        next.exp_next = static_cast<uint32_t>(e.exp_next);
        next.state = e.af.state;
        next.tries = e.af.tries;
        next.count = e.af.count;
        next.gamma = stats.gamma;
        next.overflow = stats.overflow;
        next.acc_saturated = stats.acc_saturated;
        next.saturated = stats.saturated;
        next.half_range = stats.half_range;
        next.underflow = stats.underflow;
    }
    void begin_gemm()
    {
        const Job &job = last_job = jobs.front();
        Entry &e = table[job.tensor];
        before = e;
        const int32_t exp = job.dry ? e.exp_next : e.exp;
        if (!job.dry) e.stats = job.stats;
        answer(fault == Fault::none ? FLX_STATUS_OK : FLX_STATUS_ECC, FLX_OP_GEMM, job.tensor);
        if (fault == Fault::none) {
            work_left = flx_autoflex_cycles(&e.af, cfg, fmt, job.stats.gamma, exp, job.rare, job.dry);
            predictions += work_left > 1;
            e.exp_next = flx_autoflex_write(&e.af, cfg, fmt, job.stats.gamma, exp, job.rare, job.dry, e.exp_next);
        } else if (fault == Fault::word) {
            work_left = 1;
        } else {
            work_left = fault_index + 3;
            e.af = {};
            e.af.state = FLX_AF_RUN;
            e.exp_next = e.exp;
        }
        describe(e, job.stats);
        next.exp = static_cast<uint32_t>(exp);
        if (fault == Fault::word) next.exp = next.exp_next = next.state = next.tries = next.count = 0;
        if (stats_lost) next.gamma = next.overflow = next.acc_saturated = next.saturated = next.half_range = next.underflow = 0;
        fault = Fault::none;
        stats_lost = false;
    }
    void begin_admin(const flx_cmd_t &cmd, uint32_t status)
    {
        work_left = 1;
        answer(status, cmd.op, cmd.tensor_c);
        if (status != FLX_STATUS_OK) return;
        if (cmd.op == FLX_OP_CONFIG)
            cfg = {cmd.profile ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER, cmd.alpha, cmd.beta, cmd.gamma, cmd.window};
        if (cmd.op != FLX_OP_SET && cmd.op != FLX_OP_GET && cmd.op != FLX_OP_PUSH) return;
        Entry &e = table[cmd.tensor_c];
        if (fault == Fault::word) {
            fault = Fault::none;
            stats_lost = false;
            next.status = FLX_STATUS_ECC;
            return;
        }
        if (cmd.op == FLX_OP_SET) {
            e = {};
            e.exp = e.exp_next = static_cast<int32_t>(cmd.exp);
            e.af.state = static_cast<flx_af_state_t>(cmd.state);
            describe(e, e.stats);
            e.stats.gamma = cmd.hist_gamma != 0 ? cmd.hist_gamma : unknown();
            return;
        } else if (cmd.op == FLX_OP_PUSH) {
            while (e.af.count >= cfg.window) {
                for (uint32_t i = 1; i < e.af.count; i++) e.af.phi[i - 1] = e.af.phi[i];
                e.af.count--;
            }
            e.af.phi[e.af.count++] = {cmd.hist_gamma, cmd.exp};
        }
        describe(e, e.stats);
    }
};

#endif
