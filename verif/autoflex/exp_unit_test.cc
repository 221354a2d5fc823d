// exp_unit_test.cc - flx_exp_unit against the golden model: every response field, every cycle. Twin: exp_bench.h
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES: GEMM jobs that reach the prediction, per format (default 100000; a tenth of it at M = 8); FLX_SEED: first seed (default 1).
#include <cstdlib>
#include <functional>

#include "Vexp16.h"
#include "Vexp12.h"
#include "Vexp8.h"
#include "Vexp16___024root.h"

#include "exp_bench.h"

namespace {

uint32_t env(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text ? static_cast<uint32_t>(strtoul(text, nullptr, 10)) : otherwise;
}

const flx_format_t k16 = {16, 5, 48}, k12 = {12, 8, 40}, k8 = {8, 4, 48};

Step config(uint32_t profile, uint32_t alpha, uint32_t beta, uint32_t gamma, uint32_t window)
{
    Step s = {};
    s.cmd.op = FLX_OP_CONFIG;
    s.cmd.profile = profile, s.cmd.alpha = alpha, s.cmd.beta = beta, s.cmd.gamma = gamma, s.cmd.window = window;
    return s;
}
Step set(uint32_t tensor, uint32_t exp, uint32_t state)
{
    Step s = {};
    s.cmd.op = FLX_OP_SET;
    s.cmd.tensor_c = tensor, s.cmd.exp = exp, s.cmd.state = state;
    s.cmd.hist_gamma = exp * 77 % 129; // what it holds: 0, not known, or anything that each format has
    return s;
}
Step get(uint32_t tensor)
{
    Step s = {};
    s.cmd.op = FLX_OP_GET;
    s.cmd.tensor_c = tensor;
    return s;
}
Step push(uint32_t tensor, uint32_t gamma, uint32_t exp)
{
    Step s = {};
    s.cmd.op = FLX_OP_PUSH;
    s.cmd.tensor_c = tensor, s.cmd.hist_gamma = gamma, s.cmd.exp = exp;
    return s;
}
Step gemm(flx_format_t fmt, uint32_t tensor, uint32_t gamma, bool rare = false, bool dry = false)
{
    Step s = {};
    s.cmd.op = FLX_OP_GEMM;
    s.cmd.tensor_c = tensor, s.cmd.rare = rare, s.cmd.dry_run = dry;
    s.stats.gamma = gamma;
    s.stats.overflow = gamma >= static_cast<uint32_t>(flx_mant_max(fmt));
    return s;
}

// Random work that is mean on purpose.
template <class V>
class Generator {
  public:
    Generator(ExpBench<V> &b) : bench(b), fmt(b.model.fmt), n(fmt.mant_bits), exp_max(static_cast<uint32_t>(flx_exp_max(fmt))) {}

    std::vector<Step> batch(uint32_t tensors)
    {
        std::vector<Step> steps;
        if (bench.pick(2)) {
            const bool code = bench.pick(2);
            if (bench.pick(2)) steps.push_back(config(code, code ? 1 : 2, 3, 100, 16));
            else
                steps.push_back(config(code, 1 + bench.pick(15), bench.pick(3) ? bench.pick(16) : 0,
                                       bench.pick(3) ? bench.pick(8192) : bench.pick(2) * 100, 1 + bench.pick(16)));
        }
        const flx_autoflex_cfg_t cfg = steps.empty() ? bench.model.cfg : configured(steps.back().cmd);
        std::vector<uint32_t> used;
        const uint32_t wanted = 1 + bench.pick(4);
        while (used.size() < wanted) used.push_back(bench.pick(tensors));
        for (uint32_t t : used) {
            if (bench.pick(3) == 0) continue;  // the history grows on
            history(steps, t, cfg);
        }
        if (bench.pick(8) == 0) steps.push_back(odd(tensors));
        const uint32_t rounds = 1 + bench.pick(3);
        for (uint32_t i = 0; i < rounds; i++)
            for (uint32_t t : used) {
                Step s = gemm(fmt, t, gamma(cfg), bench.pick(8) == 0, bench.pick(16) == 0);
                s.stats.acc_saturated = bench.pick(2);
                s.stats.saturated = static_cast<uint32_t>(bench.random());
                s.stats.half_range = static_cast<uint32_t>(bench.random());
                s.stats.underflow = static_cast<uint32_t>(bench.random());
                steps.push_back(s);
            }
        return steps;
    }

  private:
    static flx_autoflex_cfg_t configured(const flx_cmd_t &c)
    {
        return {c.profile ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER, c.alpha, c.beta, c.gamma, c.window};
    }
    uint32_t near(int64_t x, int64_t below) // x - 1, x or x + 1, inside 0..below - 1
    {
        x += static_cast<int64_t>(bench.pick(3)) - 1;
        return static_cast<uint32_t>(x < 0 ? 0 : x >= below ? below - 1 : x);
    }
    uint32_t gamma(const flx_autoflex_cfg_t &cfg)
    {
        const int64_t end = (int64_t{1} << (n - 1)) + 1;
        switch (bench.pick(8)) {
        case 0: return near((int64_t{1} << (n - 1)) - 1, end);
        case 1: return bench.pick(2);
        case 2: return near((int64_t{1} << (n - 2)) - 100, end);
        case 3: return near(((int64_t{1} << bench.pick(n + 4)) / cfg.alpha) - cfg.gamma, end); // chi a power of two at std = 0
        case 4: return near(int64_t{1} << bench.pick(n), end);
        case 5: return (1U << (n - 2)) + bench.pick(1U << (n - 3));
        default: return bench.pick(static_cast<uint32_t>(end));
        }
    }
    void history(std::vector<Step> &steps, uint32_t t, const flx_autoflex_cfg_t &cfg)
    {
        const uint32_t kind = bench.pick(8), base = bench.pick(3) == 0 ? bench.pick(2) * exp_max : bench.pick(exp_max + 1);
        steps.push_back(set(t, base, bench.pick(8) == 0 ? bench.pick(3) : uint32_t{FLX_AF_RUN}));
        const uint32_t count = bench.pick(3) == 0 ? 16 : bench.pick(18);
        const uint32_t constant = gamma(cfg);
        if (kind == 7) { // max - std etc. such that beta std is a whole number and chi a power of two
            const uint32_t d = 2 * bench.pick(1U << (n - 4));
            const int64_t top = ((int64_t{1} << (n - 2 + bench.pick(5))) / cfg.alpha) - cfg.gamma - cfg.beta * d / 2;
            const uint32_t high = near(top, (int64_t{1} << (n - 1)) - 1), low = high > d ? high - d : 0;
            for (uint32_t i = 0; i + 1 < cfg.window && i < 15; i++) steps.push_back(push(t, i % 2 ? low : high, base));
            steps.push_back(gemm(fmt, t, low));
            return;
        }
        for (uint32_t i = 0; i < count; i++) {
            uint32_t g = gamma(cfg), e = base;
            if (kind == 0) g = constant;
            if (kind == 1) e = i % 2 ? exp_max : 0, g = bench.pick(1U << n) + 1; // huge and tiny in turn
            if (kind == 2) g = 0;
            if (kind == 3) e = bench.pick(exp_max + 1), g = bench.pick(2) ? 1U << n : bench.pick((1U << n) + 1);
            if (kind == 4) e = base > 2 ? base - bench.pick(3) : base;
            steps.push_back(push(t, g, e));
        }
    }
    Step odd(uint32_t tensors) // commands that change nothing
    {
        Step s = get(bench.pick(tensors));
        switch (bench.pick(4)) {
        case 0: s.cmd.op = FLX_OP_NOP; break;
        case 1: break;
        case 2: s = set(bench.pick(256), bench.pick(256), 3), s.status = FLX_STATUS_BAD_MODE; break;
        default: s = gemm(fmt, bench.pick(256), 5), s.status = FLX_STATUS_BAD_SHAPE; break;
        }
        return s;
    }

    ExpBench<V> &bench;
    const flx_format_t fmt;
    const uint32_t n, exp_max;
};

template <class V>
void random_histories(flx_format_t fmt, uint32_t tensors, uint32_t cases)
{
    const uint32_t seed = env("FLX_SEED", 1);
    ExpBench<V> bench(fmt, tensors, seed);
    Generator<V> generator(bench);
    while (bench.model.predictions < cases && !testing::Test::HasFailure()) bench.run(generator.batch(tensors), bench.pick(4) == 0);
    bench.check_faults();
    printf("N=%d M=%d: %llu predictions, %llu cycles, seed %u\n", fmt.mant_bits, fmt.exp_bits,
           static_cast<unsigned long long>(bench.model.predictions), static_cast<unsigned long long>(bench.cycle), seed);
}

TEST(ExpUnit, RandomHistories16) { random_histories<Vexp16>(k16, 64, env("FLX_CASES", 100000)); }
TEST(ExpUnit, RandomHistories12) { random_histories<Vexp12>(k12, 16, env("FLX_CASES", 100000) / 10); }
TEST(ExpUnit, RandomHistories8) { random_histories<Vexp8>(k8, 16, env("FLX_CASES", 100000)); }

// With constant G the paper's scale changes when G passes 2^14 - 100.
TEST(ExpUnit, ConstantGammaSwitchesAt16284)
{
    for (uint32_t gamma = 16280; gamma < 16290; gamma++)
        for (uint32_t profile = 0; profile < 2; profile++) {
            ExpBench<Vexp16> bench(k16, 64, 1);
            std::vector<Step> steps = {config(profile, 2, 3, 100, 16), set(3, 20, FLX_AF_RUN)};
            for (int i = 0; i < 15; i++) steps.push_back(push(3, gamma, 20));
            steps.push_back(gemm(k16, 3, gamma));
            bench.run(steps, false);
            EXPECT_EQ(bench.model.response.exp_next, gamma < 16284 + (profile == 0) ? 20U : 19U) << gamma;
        }
}

// Every G (or a dense sample), every exponent, both profiles: the initialisation runs to its end.
template <class V>
void initialise(flx_format_t fmt, uint32_t tensors)
{
    ExpBench<V> bench(fmt, tensors, 1);
    const uint32_t end = (1U << (fmt.mant_bits - 1)) + 1, exps = static_cast<uint32_t>(flx_exp_max(fmt)) + 1;
    for (uint32_t profile = 0; profile < 2; profile++) {
        std::vector<Step> steps = {config(profile, 2, 3, 100, 16)};
        for (uint32_t i = 0; i < 4000; i++) {
            const uint32_t t = i % tensors;
            if (i / tensors % 4 == 0) steps.push_back(set(t, bench.pick(exps), FLX_AF_INIT));
            uint32_t gamma = bench.pick(4) ? (1U << bench.pick(fmt.mant_bits)) + bench.pick(3) - 1 : bench.pick(end);
            steps.push_back(gemm(fmt, t, gamma < end ? gamma : end - 1, false, bench.pick(2)));
        }
        for (uint32_t g : {0U, 1U, end - 1, end - 2}) { // ten tries, both clamps, all zero
            steps.push_back(set(1, g > 1 ? exps - 1 : 0, FLX_AF_INIT));
            for (int i = 0; i < 12; i++) steps.push_back(gemm(fmt, 1, g));
        }
        for (int i = 0; i < 11; i++) { // overflow and a short jump in turn never get done
            if (i == 0) steps.push_back(set(2, exps / 2, FLX_AF_INIT));
            steps.push_back(gemm(fmt, 2, i % 2 ? end - 1 : 1));
        }
        bench.run(steps, profile == 1);
    }
}
TEST(ExpUnit, Initialisation16) { initialise<Vexp16>(k16, 64); }
TEST(ExpUnit, Initialisation12) { initialise<Vexp12>(k12, 16); }
TEST(ExpUnit, Initialisation8) { initialise<Vexp8>(k8, 16); }

// A full window of one exponent takes at most 1500 cycles at N = 16, M = 5, and so does the worst window.
TEST(ExpUnit, TimeOfAFullWindow)
{
    flx_autoflex_t af = {};
    af.state = FLX_AF_RUN;
    af.count = 16;
    for (flx_phi_t &phi : af.phi) phi = {1000, 20};
    const flx_autoflex_cfg_t cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER);
    const uint32_t usual = flx_autoflex_cycles(&af, cfg, k16, 1000, 20, false, false);
    af.phi[1].exp = 0, af.phi[2].exp = 31;
    const uint32_t worst = flx_autoflex_cycles(&af, cfg, k16, 1000, 31, false, false);
    printf("usual %u, worst %u cycles\n", usual, worst);
    EXPECT_LE(usual, 1500U);
    EXPECT_LE(worst, 1500U);
}

// ---- faults ----------------------------------------------------------------------------------------

enum Memory { kEntry, kStats, kWindow };

template <class V>
void flip(ExpBench<V> &bench, Memory memory, uint32_t address, int bit)
{
    auto *root = bench.top.rootp;
    const uint32_t mask = 1U << (bit % 32), tensor = address % 64;
    switch (memory) {
    case kEntry: root->flx_exp_unit__DOT__u_ent_ram__DOT__u_ram__DOT__mem_q[tensor] ^= mask; break;
    case kStats: root->flx_exp_unit__DOT__u_stat_ram__DOT__u_ram__DOT__mem_q[tensor][bit / 32] ^= mask; break;
    case kWindow: root->flx_exp_unit__DOT__u_hist_ram__DOT__u_ram__DOT__mem_q[address] ^= mask; break;
    }
}

const int kWidth[3] = {31, 122, 28};
const uint32_t kTensor = 5;

std::vector<Step> window_of_six()
{
    std::vector<Step> steps = {set(kTensor, 18, FLX_AF_RUN)};
    for (uint32_t i = 0; i < 6; i++) steps.push_back(push(kTensor, 9000 + 777 * i, 17 + i % 3));
    return steps;
}

TEST(ExpFault, EverySingleFlipIsCorrectedAndCounted)
{
    ExpBench<Vexp16> bench(k16, 64, 1);
    for (int memory = kEntry; memory <= kWindow; memory++)
        for (int bit = 0; bit < kWidth[memory]; bit++) {
            bench.run(window_of_six(), false);
            if (memory == kStats) { // the word arrives after the push: a GET reads it
                bench.run({gemm(k16, kTensor, 12345)}, false);
                flip(bench, kStats, kTensor, bit);
                bench.run({get(kTensor)}, false);
                bench.corrected++;
            } else {
                bench.after_push = [&] { flip(bench, static_cast<Memory>(memory), memory == kEntry ? kTensor : kTensor * 16 + 2, bit); };
                bench.run({gemm(k16, kTensor, 12345)}, false);
                bench.corrected++;
                bench.after_push = nullptr;
            }
            if (memory == kEntry) { // once more, met by a lookup: the write-back repairs it
                flip(bench, kEntry, kTensor, bit);
                bench.run({gemm(k16, kTensor, 12345)}, false);
                bench.corrected++;
            }
            bench.check_faults();
            ASSERT_FALSE(HasFailure()) << "memory " << memory << " bit " << bit;
        }
}

TEST(ExpFault, EveryDoubleFlipIsReported)
{
    ExpBench<Vexp16> bench(k16, 64, 1);
    for (int memory = kEntry; memory <= kWindow; memory++)
        for (int x = 0; x < kWidth[memory]; x++)
            for (int y = memory == kStats ? (x > 3 ? x - 3 : 0) : 0; y < x; y++) {
                const Memory m = static_cast<Memory>(memory);
                bench.run(window_of_six(), false);
                if (memory == kStats) {
                    flip(bench, m, kTensor, x), flip(bench, m, kTensor, y);
                    bench.model.fault = Fault::word;
                    bench.run({get(kTensor)}, false);
                    EXPECT_EQ(bench.model.response.status, static_cast<uint32_t>(FLX_STATUS_ECC));
                } else {
                    const uint32_t index = static_cast<uint32_t>(x) % 6 + 1; // of the six older entries, slots 0..5
                    bench.after_push = [&] {
                        const uint32_t address = memory == kEntry ? kTensor : kTensor * 16 + 6 - index;
                        flip(bench, m, address, x), flip(bench, m, address, y);
                        bench.model.fault = memory == kEntry ? Fault::word : Fault::history;
                        bench.model.fault_index = index;
                    };
                    bench.run({gemm(k16, kTensor, 12345)}, false);
                    bench.after_push = nullptr;
                    EXPECT_EQ(bench.model.response.status, static_cast<uint32_t>(FLX_STATUS_ECC));
                    if (memory == kWindow) bench.run({get(kTensor), gemm(k16, kTensor, 20000), get(kTensor)}, false); // predicted from a new window
                    else { // whoever reads it is told
                        bench.model.fault = Fault::word;
                        bench.run({get(kTensor)}, false);
                        bench.uncorrectable++;
                        bench.lookup_once(kTensor, true);
                        bench.uncorrectable++;
                    }
                }
                bench.uncorrectable++;
                bench.check_faults();
                ASSERT_FALSE(HasFailure()) << "memory " << memory << " bits " << x << ", " << y;
            }
    // met by a read command: reported, nothing changed; SET repairs
    bench.run(window_of_six(), false);
    flip(bench, kEntry, kTensor, 3), flip(bench, kEntry, kTensor, 9);
    bench.model.fault = Fault::word;
    bench.run({get(kTensor)}, false);
    bench.uncorrectable++;
    bench.run({set(kTensor, 4, FLX_AF_MANUAL), get(kTensor)}, false);
    bench.check_faults();
}

// The statistics of the job itself: hit between their arrival and the job's read.
TEST(ExpFault, FreshStatisticsLost)
{
    ExpBench<Vexp16> bench(k16, 64, 1);
    bench.run({set(6, 18, FLX_AF_RUN), gemm(k16, 6, 100), get(6)}, false);
    bench.after_push = [&] { bench.arrival_hook = [&] {
        flip(bench, kStats, 6, 100), flip(bench, kStats, 6, 1);
        bench.model.fault = Fault::word;
        bench.model.stats_lost = true;
        bench.arrival_hook = nullptr;
    }; };
    bench.run({gemm(k16, 6, 200)}, false);
    EXPECT_EQ(bench.model.response.status, static_cast<uint32_t>(FLX_STATUS_ECC));
    bench.uncorrectable++;
    bench.check_faults();
}

// A lookup that meets an uncorrectable word says so in the cycle of its answer.
TEST(ExpFault, LookupReportsIt)
{
    ExpBench<Vexp16> bench(k16, 64, 1);
    bench.run({set(7, 11, FLX_AF_MANUAL)}, false);
    for (int x = 0; x < kWidth[kEntry]; x++)
        for (int y = 0; y < x; y++) {
            flip(bench, kEntry, 7, x), flip(bench, kEntry, 7, y);
            bench.lookup_once(7, true);
            flip(bench, kEntry, 7, x), flip(bench, kEntry, 7, y);
            bench.lookup_once(7, false);
            bench.uncorrectable++;
        }
    bench.check_faults();
}

}  // namespace
