// exp_bench.h - drives flx_exp_unit as flx_decode and flx_stats do, in lock step with ExpModel. Twin: exp_model.h
// SPDX-License-Identifier: Apache-2.0
#ifndef EXP_BENCH_H
#define EXP_BENCH_H

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>

#include "exp_model.h"

struct Step {  // one command of a scenario
    flx_cmd_t cmd;
    uint32_t status;  // what the decoder says of it
    flx_stats_t stats;
};

// V: verilated flx_exp_unit.
template <class V>
class ExpBench {
  public:
    ExpBench(flx_format_t fmt, uint32_t tensors, uint32_t seed) : model(fmt, tensors), random(seed), busy(tensors)
    {
        top.clk_i = 0;
        top.rst_ni = 0;
        top.lk_req_i = top.lk_stat_req_i = top.q_push_i = top.stats_valid_i = top.adm_valid_i = 0;
        for (int i = 0; i < 2; i++) clock();
        top.rst_ni = 1;
        cycle = 0;
    }

    uint32_t pick(uint32_t below) { return static_cast<uint32_t>(random() % below); }

    // Runs the commands to their end; stall: the responses' reader and the statistics dawdle.
    void run(const std::vector<Step> &steps, bool stall)
    {
        size_t at = 0;
        uint32_t phase = 0;
        std::deque<std::pair<uint32_t, flx_stats_t>> coming;  // delay, statistics of the GEMMs pushed
        size_t answers = 0;
        for (uint64_t waited = 0; answers < steps.size() && !testing::Test::HasFailure(); waited++) {
            ASSERT_LT(waited, 20000U * (steps.size() + 1)) << "hangs";
            // decoder
            const Step *s = at < steps.size() ? &steps[at] : nullptr;
            top.lk_req_i = top.lk_wr_i = top.q_push_i = top.adm_valid_i = 0;
            const bool grant = model.grant();
            bool pushes = false;
            if (s != nullptr && model.state != ExpModel::clear) {
                const bool is_gemm = s->cmd.op == FLX_OP_GEMM && s->status == FLX_STATUS_OK;
                if (!is_gemm) {
                    top.adm_valid_i = outstanding == 0;
                    top.adm_status_i = s->status;
                    flx_cmd_pack(&s->cmd, words);
                    for (int i = 0; i < FLX_CMD_WORDS; i++) top.adm_cmd_i[i] = words[i];
                } else if (phase == 0) {
                    if (!busy[s->cmd.tensor_c] && outstanding < FLX_OUTSTANDING) phase = 1;
                }
                if (is_gemm && phase == 1) {
                    top.lk_req_i = 1;
                    top.lk_tensor_i = s->cmd.tensor_c;
                    if (grant) phase = 2, expect_lookup = true, lookup_tensor = s->cmd.tensor_c;
                } else if (is_gemm && phase == 2) {
                    phase = 3;  // D_CAP
                } else if (is_gemm && phase == 3) {
                    top.lk_req_i = top.lk_wr_i = 1;
                    top.lk_tensor_i = s->cmd.tensor_c;
                    if (grant) {
                        pushes = true;
                        top.q_push_i = 1;
                        top.q_tensor_i = s->cmd.tensor_c;
                        top.q_dry_i = s->cmd.dry_run;
                        top.q_rare_i = s->cmd.rare;
                    }
                }
            }
            // statistics
            const bool stats_valid = !coming.empty() && coming.front().first == 0;
            flx_stats_t stats = {};
            if (stats_valid) {
                stats = coming.front().second;
                coming.pop_front();
            } else if (!coming.empty()) coming.front().first--;
            top.stats_valid_i = stats_valid;
            top.stats_gamma_i = stats.gamma;
            top.stats_overflow_i = stats.overflow;
            top.stats_acc_sat_i = stats.acc_saturated;
            top.stats_saturated_i = stats.saturated;
            top.stats_half_range_i = stats.half_range;
            top.stats_underflow_i = stats.underflow;
            const bool ready = !stall || pick(4) == 0;
            top.rsp_ready_i = ready;
            top.eval();
            check(ready);
            if (testing::Test::HasFailure()) return;
            // what happens at the edge
            const bool loads = model.loads(ready);
            if (loads && model.gemm) {
                busy[model.jobs.front().tensor] = false;
                outstanding--;
            }
            if (model.rsp_valid && ready) answers++;
            const flx_cmd_t none = {};
            model.step(stats_valid, stats, top.adm_valid_i, s ? s->status : 0, s ? s->cmd : none, ready);
            if (loads && !model.gemm) at++;
            if (pushes) {
                Entry &e = model.table[s->cmd.tensor_c];
                if (s->cmd.dry_run == 0) e.exp = e.exp_next;
                busy[s->cmd.tensor_c] = true;
                outstanding++;
                model.jobs.push_back({s->cmd.tensor_c, s->cmd.dry_run != 0, s->cmd.rare != 0, {}});
                coming.push_back({stall ? pick(3) == 0 ? 600 : pick(12) : 0, s->stats});
                phase = 0;
                at++;
            }
            clock();
            if (pushes && after_push) after_push();
            if (stats_valid && arrival_hook) arrival_hook();
        }
    }

    // One lookup while nothing else happens.
    void lookup_once(uint32_t tensor, bool faulty)
    {
        top.lk_req_i = 1;
        top.lk_wr_i = 0;
        top.lk_tensor_i = tensor;
        top.eval();
        check(true);
        clock();
        top.lk_req_i = 0;
        lookup_now = true;
        lookup_fault = faulty;
        lookup_tensor = tensor;
        top.eval();
        check(true);
        lookup_fault = false;
        clock();
    }

    std::unique_ptr<V> owner = std::make_unique<V>();
    V &top = *owner;
    ExpModel model;
    std::mt19937 random;
    uint64_t cycle = 0, jobs_done = 0;
    std::function<void()> after_push, arrival_hook;  // poke faults into the memories
    bool lookup_fault = false;          // the next lookup meets an uncorrectable word
    uint64_t corrected = 0, uncorrectable = 0;  // expected fault counts, checked by check_faults()

    void check_faults()
    {
        EXPECT_EQ(top.ecc_corrected_o, corrected > 0xffff ? 0xffff : corrected);
        EXPECT_EQ(top.ecc_uncorrectable_o, uncorrectable > 0xffff ? 0xffff : uncorrectable);
    }

  private:
    void clock()
    {
        top.clk_i = 1;
        top.eval();
        top.clk_i = 0;
        top.eval();
        cycle++;
    }

    void check(bool ready)
    {
        const bool loads = model.loads(ready);
        EXPECT_EQ(top.clear_done_o, model.state != ExpModel::clear) << where();
        EXPECT_EQ(top.lk_gnt_o, model.grant()) << where();
        EXPECT_EQ(top.done_o, loads && model.gemm) << where();
        EXPECT_EQ(top.adm_done_o, loads && !model.gemm) << where();
        EXPECT_EQ(top.rsp_valid_o, model.rsp_valid) << where();
        if (loads && model.gemm) {
            EXPECT_EQ(top.done_tensor_o, model.jobs.front().tensor) << where();
        }
        if (model.rsp_valid && top.rsp_valid_o) {
            uint32_t got[FLX_RSP_WORDS], x = 0, y = 0;
            for (int i = 0; i < FLX_RSP_WORDS; i++) got[i] = top.rsp_data_o[i];
            flx_rsp_t rsp;
            flx_rsp_unpack(got, &rsp);
            if (const char *field = flx_rsp_difference(&model.response, &rsp, &x, &y))
                ADD_FAILURE() << "response field " << field << ": expected " << x << ", got " << y << "\n" << where();
        }
        if (lookup_now) {
            EXPECT_EQ(top.lk_fault_o, lookup_fault) << where();
            if (!lookup_fault) {
                EXPECT_EQ(top.lk_exp_o, model.table[lookup_tensor].exp) << where();
                EXPECT_EQ(top.lk_exp_next_o, model.table[lookup_tensor].exp_next) << where();
            }
        }
        lookup_now = expect_lookup;
        expect_lookup = false;
    }

    std::string where() const
    {
        char line[256];
        snprintf(line, sizeof line, "N=%d M=%d cycle %llu, %s alpha %u beta %u gamma %u window %u; tensor %u exp %d G 0x%x rare %d dry %d, window:",
                 model.fmt.mant_bits, model.fmt.exp_bits, static_cast<unsigned long long>(cycle), model.cfg.profile ? "code" : "paper",
                 model.cfg.alpha, model.cfg.beta, model.cfg.gamma, model.cfg.window, model.last_job.tensor, model.before.exp,
                 model.last_job.stats.gamma, model.last_job.rare, model.last_job.dry);
        std::string text = line;
        for (uint32_t i = 0; i < model.before.af.count; i++) {
            snprintf(line, sizeof line, " 0x%x@%u", model.before.af.phi[i].gamma, model.before.af.phi[i].exp);
            text += line;
        }
        return text;
    }

    std::vector<bool> busy;
    uint32_t outstanding = 0, lookup_tensor = 0;
    bool expect_lookup = false, lookup_now = false;
    uint32_t words[FLX_CMD_WORDS];
};

#endif
