// rtl_instance.cc - adapter over one Verilated class; the one file of each shared object of sim/rtl/rtl.mk, with
// SPDX-License-Identifier: Apache-2.0
//   -DFLX_CLASS=Vmac256 -DFLX_CLASS_H='"Vmac256.h"' -DFLX_ROOT_H='"Vmac256___024root.h"' -DFLX_CONFIG_NAME='"mac256"' -DFLX_PARAMETERS='"-GROWS=8 .."' -DFLX_FAST=0 -DFLX_TRACED=0
#include FLX_CLASS_H
#include FLX_ROOT_H

#if FLX_TRACED
#include <verilated_fst_c.h>
#define FLX_TRACED_VIEW wave_view
#else
#define FLX_TRACED_VIEW nullptr
#endif

#include <type_traits>

#include "rtl.h"

// Verilator's run-time asks for the time of $time; cycles are counted by the bench.
double sc_time_stamp() { return 0; }

namespace flx {
namespace {

// Verilator makes a port of up to 64 bits a scalar and a wider one an array of 32-bit words.
template <std::size_t words> void put(VlWide<words> &port, const uint32_t *in)
{
    for (std::size_t i = 0; i < words; i++) port[i] = in[i];
}
template <typename T> typename std::enable_if<std::is_integral<T>::value>::type put(T &port, const uint32_t *in)
{
    uint64_t value = in[0];
    if (sizeof(T) > 4) value |= static_cast<uint64_t>(in[1]) << 32;
    port = static_cast<T>(value);
}
template <std::size_t words> void get(const VlWide<words> &port, uint32_t *out)
{
    for (std::size_t i = 0; i < words; i++) out[i] = port[i];
}
template <typename T> typename std::enable_if<std::is_integral<T>::value>::type get(const T &port, uint32_t *out)
{
    out[0] = static_cast<uint32_t>(port);
    if (sizeof(T) > 4) out[1] = static_cast<uint32_t>(static_cast<uint64_t>(port) >> 32);
}

template <std::size_t words> void flip(VlWide<words> &word, int bit) { word[bit / 32] ^= UINT32_C(1) << bit % 32; }
template <typename T> typename std::enable_if<std::is_integral<T>::value>::type flip(T &word, int bit) { word = static_cast<T>(word ^ UINT64_C(1) << bit); }

template <typename Dut> class RtlOf final : public Rtl {
public:
    // One context for all models of a process: Verilator 5.006 unregisters a model's scopes at the thread's context.
    RtlOf() : dut_(traced_context()) {}

    ~RtlOf() override
    {
        RtlOf::close_wave();
        dut_.final();
    }

    void reset() override
    {
        const flx_cycle_in_t quiet = {};
        if (!traced()) time_ = 0;
        dut_.rst_ni = 0;
        drive(quiet, nullptr, nullptr, nullptr);
        for (int i = 0; i < 4; i++) clock();
        dut_.rst_ni = 1;
        dut_.eval();
    }

    RtlOutputs sample() const override
    {
        return {dut_.cmd_ready_o != 0, dut_.a_ready_o != 0, dut_.b_ready_o != 0, dut_.c_valid_o != 0, dut_.c_last_o != 0, dut_.rsp_valid_o != 0};
    }

    void drive(const flx_cycle_in_t &in, const uint32_t *cmd, const uint32_t *a, const uint32_t *b) override
    {
        dut_.cmd_valid_i = in.cmd_valid;
        dut_.a_valid_i = in.a_valid;
        dut_.b_valid_i = in.b_valid;
        dut_.c_ready_i = in.c_ready;
        dut_.rsp_ready_i = in.rsp_ready;
        if (in.cmd_valid) put(dut_.cmd_data_i, cmd);
        if (in.a_valid) put(dut_.a_data_i, a);
        if (in.b_valid) put(dut_.b_data_i, b);
    }

    void clock() override
    {
        dut_.clk_i = 0;
        dut_.eval();
        dump(0);
        dut_.clk_i = 1;
        dut_.eval();
        dump(5);
        time_ += 10;
    }

    void result(uint32_t *words) const override { get(dut_.c_data_o, words); }
    void response(uint32_t *words) const override { get(dut_.rsp_data_o, words); }

    uint64_t perf(flx_perf_t counter) const override
    {
        uint32_t words[(FLX_PERF_COUNT * FLX_PERF_BITS + 31) / 32];
        get(dut_.perf_o, words);
        uint64_t value = 0;
        for (uint32_t bit = 0, from = static_cast<uint32_t>(counter) * FLX_PERF_BITS; bit < FLX_PERF_BITS; bit++, from++)
            value |= static_cast<uint64_t>(words[from / 32] >> from % 32 & 1) << bit;
        return value;
    }

    void corrupt(const flx_fault_t &fault) override
    {
        auto &root = *dut_.rootp;
        auto &entry = root.flx_core__DOT__u_exp__DOT__u_ent_ram__DOT__u_ram__DOT__mem_q;
        auto twice = [](auto &word) { flip(word, 1), flip(word, 4); };
        switch (fault.word) {
        case FLX_CYCLE_WORD_NONE: break;
        case FLX_CYCLE_WORD_ENTRY: twice(entry[fault.tensor]); break;
        case FLX_CYCLE_WORD_STATS: twice(root.flx_core__DOT__u_exp__DOT__u_stat_ram__DOT__u_ram__DOT__mem_q[fault.tensor]); break;
        case FLX_CYCLE_WORD_WINDOW: {
            // {slot, count, tries, state, exp_next, exp}; slot: where the next word goes
            const uint64_t word = entry[fault.tensor];
            const uint32_t low = 2 * FLX_EXP_BITS + 6, slot = word >> (low + 5) & (FLX_WINDOW_MAX - 1);
            if (fault.age >= (word >> low & 31)) break;
            twice(root.flx_core__DOT__u_exp__DOT__u_hist_ram__DOT__u_ram__DOT__mem_q[fault.tensor * FLX_WINDOW_MAX + ((slot - 1 - fault.age) & (FLX_WINDOW_MAX - 1))]);
        }
        }
    }
    uint32_t ecc_corrected() const override { return dut_.ecc_corrected_o; }
    uint32_t ecc_uncorrectable() const override { return dut_.ecc_uncorrectable_o; }
    uint64_t wave_time() const override { return time_; }

#if FLX_TRACED
    bool open_wave(const std::string &path) override
    {
        close_wave();
        wave_ = std::make_unique<VerilatedFstC>();
        dut_.trace(wave_.get(), 99);
        wave_->open(path.c_str());
        time_ = 0;
        return wave_->isOpen();
    }
    void close_wave() override
    {
        if (wave_) wave_->close();
        wave_.reset();
    }

private:
    bool traced() const { return wave_ != nullptr; }
    void dump(uint64_t offset)
    {
        if (wave_) wave_->dump(time_ + offset);
    }
    std::unique_ptr<VerilatedFstC> wave_;
#else
    bool open_wave(const std::string &) override { return false; }
    void close_wave() override {}

private:
    bool traced() const { return false; }
    void dump(uint64_t) {}
#endif
    static VerilatedContext *traced_context()
    {
#if FLX_TRACED
        Verilated::defaultContextp()->traceEverOn(true);
#endif
        return Verilated::defaultContextp();
    }
    mutable Dut dut_;
    uint64_t time_ = 0;
};

std::unique_ptr<Rtl> make() { return std::make_unique<RtlOf<FLX_CLASS>>(); }

const RtlBuild build = {FLX_CONFIG_NAME, FLX_PARAMETERS, FLX_FAST != 0, FLX_TRACED != 0, FLX_TRACED_VIEW, make};

} // namespace
} // namespace flx

extern "C" __attribute__((visibility("default"))) const flx::RtlBuild *FLX_RTL_ENTRY() { return &flx::build; }
