// bench.cc - RTL and cycle model in lock-step on one program. Twin: cmodel/play/flx_player.c
// SPDX-License-Identifier: Apache-2.0
#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>

#include "flx/flx_host.h"

namespace flx {
namespace {

__attribute__((format(printf, 1, 2))) std::string text(const char *format, ...)
{
    char buffer[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    return buffer;
}

class Bench {
public:
    Bench(Rtl &rtl, const flx_config_t &config, flx_program_t &program, const BenchOptions &options, const std::string &name,
          const flx_trace_t *trace)
        : rtl_(rtl), config_(config), program_(program), options_(options), name_(name), trace_(trace), a_(flx_program_words_a(&config) + 1),
          b_(flx_program_words_b(&config) + 1), c_((config.cols * config.mant_bits + 31) / 32 + 1)
    {
    }

    BenchResult run()
    {
        if (!flx_player_init(&player_, &config_, &program_, options_.stall, options_.seed)) {
            fail("out of memory");
            return result_;
        }
        rtl_.reset();
        start_ = std::chrono::steady_clock::now();
        while (result_.ok && !flx_player_done(&player_)) cycle();
        result_.cycles = flx_cycle_now(player_.model);
        if (result_.ok) compare_end();
        flx_player_free(&player_);
        return result_;
    }

private:
    void fail(const std::string &what)
    {
        if (!result_.ok) return;
        result_.ok = false;
        result_.mark.time = time_;
        result_.message = name_ + ": " + what;
    }

    // How messages name the cycle that is compared.
    std::string at() const { return text("cycle %" PRIu64 " (time %" PRIu64 " in the wave)", cycle_, time_); }

    uint64_t now() const { return flx_cycle_now(player_.model); }

    // Beats are made when the stream moves to them, not in every cycle in which they are offered.
    void make_beats()
    {
        const flx_program_item_t *item = program_.item;
        if (player_.in.cmd_valid) flx_cmd_pack(player_.in.cmd, cmd_);
        if (player_.in.a_valid && (player_.a_item != a_item_ || player_.a_beat != a_beat_)) {
            flx_program_beat_a(&config_, &item[player_.a_item], player_.a_beat, a_.data());
            a_item_ = player_.a_item;
            a_beat_ = player_.a_beat;
        }
        if (player_.in.b_valid && (player_.b_item != b_item_ || player_.b_beat != b_beat_)) {
            flx_program_beat_b(&config_, &item[player_.b_item], player_.b_beat, b_.data());
            b_item_ = player_.b_item;
            b_beat_ = player_.b_beat;
        }
    }

    void compare_handshake(const RtlOutputs &rtl)
    {
        const flx_cycle_out_t &model = player_.out;
        const struct { const char *name; bool rtl, model; } port[] = {
            {"cmd_ready_o", rtl.cmd_ready, model.cmd_ready}, {"a_ready_o", rtl.a_ready, model.a_ready},
            {"b_ready_o", rtl.b_ready, model.b_ready},       {"c_valid_o", rtl.c_valid, model.c_valid},
            {"c_last_o", rtl.c_valid && rtl.c_last, model.c_last}, {"rsp_valid_o", rtl.rsp_valid, model.rsp_valid}};
        for (const auto &p : port) {
            if (p.rtl == p.model) continue;
            result_.handshake_errors++;
            result_.cycle_error = 1;
            fail(text("%s: %s is %d in the RTL, %d in the cycle model; %s", at().c_str(), p.name, p.rtl, p.model, where().c_str()));
            return;
        }
    }

    // What the bench was busy with.
    std::string where() const
    {
        return text("commands accepted %zu of %zu, answered %zu", player_.cmd_item, program_.count, player_.rsp_item);
    }

    void compare_result()
    {
        const flx_program_item_t &item = program_.item[player_.c_item];
        uint32_t row = 0;
        uint32_t col = 0;
        flx_player_result_place(&player_, &row, &col);
        rtl_.result(c_.data());
        const int32_t half = INT32_C(1) << (config_.mant_bits - 1);
        for (uint32_t j = 0; j < config_.cols; j++) {
            const uint32_t raw = flx_bits_get(c_.data(), j * config_.mant_bits, config_.mant_bits);
            const int32_t actual = static_cast<int32_t>(raw ^ static_cast<uint32_t>(half)) - half;
            const bool inside = col + j < item.cmd.n;
            const std::size_t index = static_cast<std::size_t>(row) * item.cmd.n + col + j;
            const int32_t golden = inside ? item.c[index] : 0;
            if (inside) result_.results++;
            if (actual != golden) {
                result_.mismatched_words = 1;
                result_.mark = mark_of(row % config_.rows, j);
                return fail(difference("golden model", row, col + j, golden, actual));
            }
            if (trace_ == nullptr || !inside || trace_->c[index] == actual || !result_.trace_message.empty()) continue;
            result_.mark = mark_of(row % config_.rows, j);
            result_.trace_message = name_ + ": " + difference("c.npy", row, col + j, trace_->c[index], actual);
        }
    }

    // Neighbours in a cluster are ROWS / CLUSTER rows of the tile apart (flx_array.v).
    WaveMark mark_of(uint32_t row, uint32_t col) const
    {
        const uint32_t down = config_.rows / config_.cluster;
        return {time_, row, col, row % down, col / config_.cluster, row / down, col % config_.cluster};
    }

    std::string difference(const char *oracle, uint32_t row, uint32_t col, int32_t expected, int32_t actual) const
    {
        const uint32_t mask = (UINT32_C(1) << config_.mant_bits) - 1;
        const int32_t exp = program_.item[player_.c_item].exp_c;
        return text("%s: tensor %s, command %zu, element [%u,%u]: expected (%s) 0x%04x = %.9g, actual 0x%04x = %.9g", at().c_str(), tensor().c_str(), player_.c_item, row, col,
                    oracle, static_cast<uint32_t>(expected) & mask, flx_to_double(expected, exp), static_cast<uint32_t>(actual) & mask, flx_to_double(actual, exp));
    }

    std::string tensor() const
    {
        if (trace_ == nullptr) return text("%u", program_.item[player_.c_item].cmd.tensor_c);
        const flx_trace_source_t &s = trace_->source;
        if (s.pass[0] == '\0' && s.iteration < 0) return text("c of layer '%s'", s.layer);
        const std::string iteration = s.iteration < 0 ? "-" : std::to_string(s.iteration);
        return text("c of layer '%s' (%s, iteration %s)", s.layer, s.pass, iteration.c_str());
    }

    void compare_response()
    {
        uint32_t words[FLX_RSP_WORDS + 1];
        flx_rsp_t actual;
        uint32_t x = 0;
        uint32_t y = 0;
        rtl_.response(words);
        flx_rsp_unpack(words, &actual);
        result_.responses++;
        const char *field = flx_rsp_difference(&actual, &player_.out.rsp, &x, &y);
        if (field == nullptr) return;
        result_.mismatched_flags = 1;
        fail(text("%s: response to command %zu (opcode %u, tensor %u): field %s is 0x%x, expected 0x%x", at().c_str(), player_.rsp_item,
                  player_.out.rsp.op, player_.out.rsp.tensor, field, x, y));
    }

    void cycle()
    {
        flx_player_offer(&player_);
        if (player_.fault_now != nullptr) rtl_.corrupt(*player_.fault_now);
        make_beats();
        cycle_ = now();
        time_ = rtl_.wave_time();
        const RtlOutputs rtl = rtl_.sample();
        flx_player_step(&player_);
        compare_handshake(rtl);
        if (player_.err != FLX_OK) fail(text("golden model: %s", flx_err_text(player_.err)));
        if (result_.ok && player_.out.c_valid && player_.in.c_ready) compare_result();
        if (result_.ok && player_.out.rsp_valid) {
            // A response that waits is compared once, when it is taken.
            if (player_.in.rsp_ready) compare_response();
        }
        rtl_.drive(player_.in, cmd_, a_.data(), b_.data());
        rtl_.clock();
        flx_player_advance(&player_);
        if (player_.idle_cycles > options_.watchdog) {
            result_.timed_out = true;
            fail(text("%s: nothing moved for %" PRIu64 " cycles; %s", at().c_str(), options_.watchdog, where().c_str()));
        }
        if (options_.progress && (cycle_ & 0xFFFF) == 0xFFFF) progress();
    }

    void compare_end()
    {
        for (int i = 0; i < FLX_PERF_COUNT; i++) {
            const flx_perf_t counter = static_cast<flx_perf_t>(i);
            const uint64_t rtl = rtl_.perf(counter);
            const uint64_t model = flx_cycle_perf(player_.model, counter);
            if (rtl == model) continue;
            result_.cycle_error = 1;
            fail(text("counter %s after %" PRIu64 " cycles is %" PRIu64 " in the RTL, %" PRIu64 " in the cycle model", flx_perf_name(counter),
                      result_.cycles, rtl, model));
        }
        const uint32_t lost = static_cast<uint32_t>(std::min<uint64_t>(flx_cycle_uncorrectable(player_.model), UINT16_MAX));
        if (rtl_.ecc_corrected() != 0 || rtl_.ecc_uncorrectable() != lost)
            fail(text("exponent table reports %u corrected and %u uncorrectable words, expected 0 and %u", rtl_.ecc_corrected(), rtl_.ecc_uncorrectable(), lost));
    }

    void progress()
    {
        using seconds = std::chrono::duration<double>;
        uint64_t total = 0;
        for (std::size_t i = 0; i < program_.count; i++) {
            if (flx_program_runs(&program_.item[i])) total += flx_program_operand_beats(&config_, &program_.item[i]);
        }
        const double passed = seconds(std::chrono::steady_clock::now() - start_).count();
        const double busy = static_cast<double>(flx_cycle_perf(player_.model, FLX_PERF_busy));
        options_.progress(busy / static_cast<double>(total), 1e-6 * static_cast<double>(cycle_) / passed);
    }

    Rtl &rtl_;
    const flx_config_t &config_;
    flx_program_t &program_;
    const BenchOptions options_;
    const std::string name_;
    const flx_trace_t *trace_;
    flx_player_t player_ = {};
    BenchResult result_;
    uint32_t cmd_[FLX_CMD_WORDS + 1] = {};
    std::vector<uint32_t> a_, b_, c_;
    std::size_t a_item_ = SIZE_MAX, b_item_ = SIZE_MAX;
    uint64_t a_beat_ = 0, b_beat_ = 0;
    uint64_t cycle_ = 0, time_ = 0;
    std::chrono::steady_clock::time_point start_;
};

} // namespace

BenchResult bench_run(Rtl &rtl, const flx_config_t &config, flx_program_t &program, const BenchOptions &options, const std::string &name,
                      const flx_trace_t *trace)
{
    return Bench(rtl, config, program, options, name, trace).run();
}

} // namespace flx
