// random_test.cc - RTL against golden and cycle model on random programs, and what the core promises about speed.
// SPDX-License-Identifier: Apache-2.0
// Twin: sim/rtl/bench.cc. FLX_COSIM_CASES sets the number of programs (200), FLX_COSIM_SEED the first seed (1).
//   cosim_random_test BUILD.. [gtest's options]     builds of the core (sim/rtl/rtl.mk): shared objects, or their names without folder and .so
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

#include "bench.h"
#include "programs.h"

namespace {

// The builds of the command line, in its order, and what the command line calls each.
std::vector<const flx::RtlBuild *> &builds()
{
    static std::vector<const flx::RtlBuild *> list;
    return list;
}
std::map<const flx::RtlBuild *, std::string> &words()
{
    static std::map<const flx::RtlBuild *, std::string> map;
    return map;
}

std::string name_of(const flx::RtlBuild &build)
{
    return std::string(build.config) + (build.fast ? "_fast" : "");
}

uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

flx::Rtl &rtl_of(const flx::RtlBuild &build)
{
    // Never destroyed: the models must not outlive Verilator's context, whose end is not ordered against this one's.
    static auto &made = *new std::map<const flx::RtlBuild *, std::unique_ptr<flx::Rtl>>;
    auto &rtl = made[&build];
    if (!rtl) rtl = build.make();
    return *rtl;
}

// Products of a program: the large grids simulate slowly.
uint64_t products(const flx_config_t &config)
{
    return static_cast<uint64_t>(flx_config_macs(&config)) * 600;
}

TEST(Cosim, RandomProgramsAgreeInEveryCycleAndEveryBit)
{
    const uint64_t cases = setting("FLX_COSIM_CASES", 200);
    const uint64_t first = setting("FLX_COSIM_SEED", 1);
    uint64_t cycles = 0, results = 0, responses = 0, refused = 0, multiplies = 0, overflowed = 0, underflowed = 0, clipped = 0, limited = 0;
    uint64_t lost = 0, deep = 0, too_deep = 0, healed = 0; // void by ECC; deep and run; void by depth; answered with ECC behind their results
    uint64_t perf_seen[FLX_PERF_COUNT] = {};
    const bool ends = std::any_of(builds().begin(), builds().end(), [](const flx::RtlBuild *build) {
        const flx_config_t &config = *flx_config_find(build->config);
        return flx::reaches_the_end(config, products(config));
    });
    for (uint64_t i = 0; i < cases; i++) {
        const uint64_t seed = first + i;
        const flx::RtlBuild &build = *builds()[i % builds().size()];
        const flx_config_t &config = *flx_config_find(build.config);
        flx::Random random(seed);
        flx::Program program;
        flx::random_program(config, random, random.between(1, 24), products(config), program);
        flx::BenchOptions options;
        const double stalls[] = {0.0, 0.1, 0.5};
        options.stall = stalls[random.below(3)];
        options.seed = seed;
        const std::string name = name_of(build) + " seed " + std::to_string(seed) + " stall " +
                                 std::to_string(options.stall);
        flx::Rtl &rtl = rtl_of(build);
        const flx::BenchResult result = flx::bench_run(rtl, config, program.get(), options, name);
        ASSERT_TRUE(result.ok) << result.message << "\nrepeat: FLX_COSIM_SEED=" << seed << " FLX_COSIM_CASES=1 build/bin/cosim_random_test " << words()[&build];
        EXPECT_EQ(result.cycle_error, 0U);
        cycles += result.cycles;
        results += result.results;
        responses += result.responses;
        for (std::size_t c = 0; c < program.count(); c++) {
            const flx_program_item_t &item = program.item(c);
            refused += item.status != FLX_STATUS_OK;
            const bool runs = flx_program_runs(&item);
            multiplies += runs;
            lost += item.refused == FLX_STATUS_ECC;
            too_deep += item.refused == FLX_STATUS_BAD_DEPTH;
            healed += runs && item.refused == FLX_STATUS_OK && item.rsp.status == FLX_STATUS_ECC;
            deep += runs && item.refused == FLX_STATUS_OK && flx::has_deep_products(config) && item.cmd.k > flx_depth_max(flx_config_format(&config));
            overflowed += flx_program_runs(&item) && item.stats.overflow;
            underflowed += flx_program_runs(&item) && item.stats.underflow != 0;
            clipped += flx_program_runs(&item) && item.stats.saturated != 0;
            limited += flx_program_runs(&item) && item.stats.acc_saturated;
        }
        for (int p = 0; p < FLX_PERF_COUNT; p++) perf_seen[p] += rtl.perf(static_cast<flx_perf_t>(p));
    }
    printf("%llu programs, %llu cycles, %llu multiplies (%llu with saturated accumulators%s), %llu mantissas, %llu responses (%llu refusals): equal\n",
           static_cast<unsigned long long>(cases), static_cast<unsigned long long>(cycles), static_cast<unsigned long long>(multiplies),
           static_cast<unsigned long long>(limited), ends ? "" : ", out of reach in these builds", static_cast<unsigned long long>(results),
           static_cast<unsigned long long>(responses), static_cast<unsigned long long>(refused));
    printf("met: %llu void for two wrong bits, %llu predictions lost to them, %llu deep products, %llu void as too deep\n",
           static_cast<unsigned long long>(lost), static_cast<unsigned long long>(healed), static_cast<unsigned long long>(deep),
           static_cast<unsigned long long>(too_deep));
    if (cases < 50) return;
    // The campaign is worth something only if it met these.
    EXPECT_GT(refused, cases / 20);
    EXPECT_GT(overflowed, cases / 10);
    EXPECT_GT(clipped, cases / 10);
    EXPECT_GT(underflowed, cases / 20);
    EXPECT_GT(lost, cases / 20);
    EXPECT_GT(healed, 0U);
    if (std::any_of(builds().begin(), builds().end(), [](const flx::RtlBuild *build) { return flx::has_deep_products(*flx_config_find(build->config)); })) {
        EXPECT_GT(deep, 0U);
        EXPECT_GT(too_deep, 0U);
    }
    if (ends) {
        EXPECT_GT(limited, cases / 100);
    }
    for (int p = 0; p < FLX_PERF_COUNT; p++) EXPECT_GT(perf_seen[p], 0U) << flx_perf_name(static_cast<flx_perf_t>(p));
}

struct Measured {
    flx::BenchResult result;
    double seconds;
};

Measured measure(const flx::RtlBuild &build, flx::Program &program, const char *name)
{
    const auto start = std::chrono::steady_clock::now();
    Measured m = {flx::bench_run(rtl_of(build), *flx_config_find(build.config), program.get(), flx::BenchOptions(), name), 0.0};
    m.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return m;
}

class Build : public ::testing::TestWithParam<const flx::RtlBuild *> {};

TEST_P(Build, LargeMultiplyUsesTheArray)
{
    const flx::RtlBuild *b = GetParam();
    const flx_config_t &config = *flx_config_find(b->config);
    const double least = flx_config_macs(&config) <= 256 ? 0.99 : 0.97;
    // The structural multiplier simulates slowly: there the depth is enough for the speed, the FAST build proves the 512 cube.
    const uint32_t edge = b->fast ? 512 : 128;
    flx::Random random(512);
    flx::Program program;
    program.add_gemm(config, flx::gemm_command(0, 1, 2, edge, edge, 512), random);
    const Measured m = measure(*b, program, b->config);
    ASSERT_TRUE(m.result.ok) << m.result.message;
    const double products_done = static_cast<double>(edge) * edge * 512;
    const double used = flx_player_utilisation(&config, &program.item(0));
    printf("%s%s %ux%ux512: %.2f %% of the MACs busy, %.1f MMAC/s, %.2f million cycles/s simulated\n", b->config, b->fast ? "_fast" : "", edge, edge,
           100.0 * used, 1e-6 * products_done / m.seconds, 1e-6 * static_cast<double>(m.result.cycles) / m.seconds);
    if (edge == 512) {
        EXPECT_GE(used, least);
    }
}

TEST_P(Build, NoArrayCycleIsLostToAutoflexBetweenCommands)
{
    const flx::RtlBuild *b = GetParam();
    const flx_config_t &config = *flx_config_find(b->config);
    flx::Random random(99);
    flx::Program program;
    const uint32_t count = 6;
    for (uint32_t t = 2; t < 2 + count; t++) {
        program.add(flx::set_command(t, 8, FLX_AF_RUN));
        for (uint32_t h = 0; h < 16; h++) {
            flx_cmd_t push = {};
            push.op = FLX_OP_PUSH;
            push.tensor_c = t;
            push.exp = random.between(0, 15);
            push.hist_gamma = random.below(32768);
            program.add(push);
        }
    }
    const uint32_t first = static_cast<uint32_t>(program.count());
    for (uint32_t t = 2; t < 2 + count; t++)
        program.add_gemm(config, flx::gemm_command(0, 1, t, 2 * config.rows, 2 * config.cols, 500 * config.lanes), random); // 2,000 cycles
    const Measured m = measure(*b, program, b->config);
    ASSERT_TRUE(m.result.ok) << m.result.message;
    flx::Rtl &rtl = rtl_of(*b);
    EXPECT_EQ(rtl.perf(FLX_PERF_stall_exp), 0U);
    EXPECT_EQ(rtl.perf(FLX_PERF_stall_queue), 0U);
    EXPECT_EQ(rtl.perf(FLX_PERF_stall_c), 0U);
    EXPECT_EQ(rtl.perf(FLX_PERF_busy), 2000U * count);
    for (uint32_t i = first; i < first + count; i++) {
        const flx_program_item_t &item = program.item(i);
        EXPECT_EQ(item.cycle_end - item.cycle_first + 1, 2000U) << "command " << i;
        if (i > first) {
            EXPECT_EQ(item.cycle_first, program.item(i - 1).cycle_end + 1) << "command " << i;
        }
    }
}

// Those whose multiplies are large enough for the promise.
std::vector<const flx::RtlBuild *> large_builds()
{
    std::vector<const flx::RtlBuild *> large;
    for (const flx::RtlBuild *build : builds()) {
        const std::string config = build->config;
        if (config == "mac256" || config == "mac1024") large.push_back(build);
    }
    return large;
}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Build);
INSTANTIATE_TEST_SUITE_P(Cosim, Build, ::testing::ValuesIn(large_builds()),
                         [](const ::testing::TestParamInfo<const flx::RtlBuild *> &info) { return name_of(*info.param); });

// K G_a G_b = 2^47 - 1 is the deepest that runs, 2^47 is void: in the RTL, the cycle model and, for the same numbers, golden's depth_test.cc.
TEST(Cosim, DepthAtItsEnd)
{
    std::string error;
    const flx::RtlBuild *build = flx::rtl_open(flx::rtl_path("tiny", false, false), error);
    ASSERT_NE(build, nullptr) << error;
    const flx_config_t &config = *flx_config_find("tiny");
    const struct { uint32_t k, g_a, g_b; flx_status_t refused; } at[] = {{13264529, 2351, 4513, FLX_STATUS_OK}, {131072, 32768, 32768, FLX_STATUS_BAD_DEPTH}, {131072, 32768, 32767, FLX_STATUS_OK}};
    flx::Random random(1);
    flx::Program program;
    for (const auto &x : at) {
        for (uint32_t t = 0; t < 2; t++) {
            flx_cmd_t set = flx::set_command(t, 20, FLX_AF_MANUAL);
            set.hist_gamma = t == 0 ? x.g_a : x.g_b;
            program.add(set);
        }
        const flx::Program::Largest largest = {x.g_a, x.g_b};
        program.add_gemm(config, flx::gemm_command(0, 1, 2, 1, 1, x.k), random, &largest);
    }
    const flx::BenchResult result = flx::bench_run(rtl_of(*build), config, program.get(), flx::BenchOptions(), "depth");
    ASSERT_TRUE(result.ok) << result.message;
    for (uint32_t i = 0; i < 3; i++) {
        const flx_program_item_t &item = program.item(3 * i + 2);
        EXPECT_EQ(item.refused, at[i].refused) << "K " << at[i].k;
        EXPECT_EQ(item.rsp.status, static_cast<uint32_t>(at[i].refused)) << "K " << at[i].k;
    }
}

// The checks can fail: each wrong expectation must be found and named.
TEST(Bench, FindsAWrongResultAWrongResponseAndAWrongCycle)
{
    std::string error;
    const flx::RtlBuild *build = flx::rtl_open(flx::rtl_path("tiny", false, false), error);
    ASSERT_NE(build, nullptr) << error;
    const flx_config_t &config = *flx_config_find("tiny");
    const auto run = [&](const flx_config_t &believed, int16_t change, uint32_t exp, std::string &message) {
        std::vector<int16_t> a = {3, 4, 5, 6}, b = {7, 8, 9, 10}, c = {0, 0, 0, 0};
        for (std::size_t i = 0; i < 4; i++) c[i] = static_cast<int16_t>(a[i / 2 * 2] * b[i % 2] + a[i / 2 * 2 + 1] * b[2 + i % 2]);
        c[3] = static_cast<int16_t>(c[3] + change);
        flx_program_t program = {};
        flx_program_item_t item = {};
        item.cmd = flx::gemm_command(0, 1, 2, 2, 2, 2);
        item.a = a.data();
        item.b = b.data();
        flx_program_item_t set = {};
        set.cmd = flx::set_command(3, exp, FLX_AF_MANUAL);
        flx_program_item_t zero = {};
        zero.cmd = flx::set_command(2, 0, FLX_AF_MANUAL);
        EXPECT_TRUE(flx_program_add(&program, &set));
        EXPECT_TRUE(flx_program_add(&program, &zero));
        EXPECT_TRUE(flx_program_add(&program, &item));
        flx_trace_t trace = {};
        trace.c = c.data();
        const flx::BenchResult r = flx::bench_run(rtl_of(*build), believed, program, flx::BenchOptions(), "bench", &trace);
        flx_program_free(&program);
        message = r.message + r.trace_message;
        return r;
    };
    std::string message;
    EXPECT_TRUE(run(config, 0, 20, message).ok && message.empty()) << message;
    EXPECT_TRUE(run(config, 1, 20, message).ok) << message; // the trace is wrong, not the RTL
    EXPECT_NE(message.find("element [1,1]: expected (c.npy) 0x0065 = 101, actual 0x0064 = 100"), std::string::npos) << message;
    flx_config_t refuses = config;
    refuses.exp_bits = 4; // believes that the core refuses an exponent of 20
    EXPECT_FALSE(run(refuses, 0, 20, message).ok);
    EXPECT_NE(message.find("field status is 0x0, expected 0x6"), std::string::npos) << message;
    flx_config_t wrong = config;
    wrong.tensors = config.tensors - 1;
    const flx::BenchResult r = run(wrong, 0, 0, message);
    EXPECT_FALSE(r.ok);
    EXPECT_GT(r.cycle_error, 0U);
    EXPECT_NE(message.find("cmd_ready_o"), std::string::npos) << message;
    flx_config_t deeper = config;
    deeper.pe_pipe = 1; // believes in a register that is not there: results one cycle later
    const flx::BenchResult late = run(deeper, 0, 20, message);
    EXPECT_FALSE(late.ok);
    EXPECT_GT(late.cycle_error, 0U);
    EXPECT_NE(message.find("c_valid_o"), std::string::npos) << message;
}

} // namespace

int main(int argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') {
            argv[kept++] = argv[i];
            continue;
        }
        const std::string name = argv[i];
        std::string error;
        const flx::RtlBuild *build = flx::rtl_open(name.find('/') == std::string::npos ? flx::rtl_path(name, false, false) : name, error);
        if (build == nullptr) {
            fprintf(stderr, "cosim_random_test: %s\n", error.c_str());
            return 2;
        }
        builds().push_back(build);
        words()[build] = name;
    }
    argc = kept;
    ::testing::InitGoogleTest(&argc, argv);
    if (builds().empty()) {
        fprintf(stderr, "cosim_random_test: BUILD is missing, expected at least one build of the core\n");
        return 2;
    }
    return RUN_ALL_TESTS();
}
