// table_test.cc - random sequences of writes, dry runs, refusals, faults and reads: every answer is the oracle's, and mantissas mean afterwards what they meant when
// SPDX-License-Identifier: Apache-2.0
// they were written. Twin: verif/oracle/table_oracle.h
//
// FLX_CASES: sequences on the cycle model with golden values (default 100000); FLX_RTL_CASES: on the RTL, in lock-step with both (default 2000); FLX_SEED: the first (1).
//   table_test BUILD [gtest's options]     a build of the core (sim/rtl/rtl.mk)
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "bench.h"
#include "sequence.h"

namespace {

using oracle::Sequence;

std::string build_name;

uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

// The values are the same real numbers: x 2^-e = y 2^-f.
bool same_meaning(const int16_t *x, int e, const oracle::Held &held)
{
    for (std::size_t i = 0; i < held.mantissa.size(); i++)
        if (mpz_class(x[i]) << held.exp != mpz_class(held.mantissa[i]) << e) return false;
    return true;
}

// The first difference between what was answered and what the oracle says.
std::string difference(Sequence &sequence)
{
    for (std::size_t i = 0; i < sequence.program().count; i++) {
        const flx_program_item_t &item = sequence.program().item[i];
        const oracle::Step &step = sequence.step(i);
        uint32_t expected = 0, actual = 0;
        const std::string where = "command " + std::to_string(i) + " (opcode " + std::to_string(item.cmd.op) + ", tensor " + std::to_string(item.cmd.tensor_c) + ")";
        if (const char *field = flx_rsp_difference(&step.answer.rsp, &item.rsp, &expected, &actual))
            return where + ": " + field + " is " + std::to_string(actual) + ", expected " + std::to_string(expected);
        for (std::size_t e = 0; e < step.answer.c.size(); e++)
            if (item.c[e] != step.answer.c[e]) return where + ": element " + std::to_string(e) + " is " + std::to_string(item.c[e]) + ", expected " + std::to_string(step.answer.c[e]);
        if (step.read_back >= 0 && !same_meaning(item.c, static_cast<int>(item.rsp.exp), sequence.meaning(static_cast<std::size_t>(step.read_back))))
            return where + ": tensor " + std::to_string(item.cmd.tensor_a) + " reads back as other values than were written";
    }
    return "";
}

struct Campaign {
    unsigned long commands = 0, met[oracle::EVENTS] = {};

    void add(Sequence &sequence)
    {
        commands += sequence.program().count;
        for (int e = 0; e < oracle::EVENTS; e++) met[e] += sequence.met()[static_cast<std::size_t>(e)];
    }
    void report(const char *on, uint64_t cases) const
    {
        printf("%s: %llu sequences, %lu commands: every answer the oracle's, all values as written\n", on, static_cast<unsigned long long>(cases), commands);
        for (int e = 0; e < oracle::EVENTS; e++) {
            printf("%s%lu %s", e == 0 ? "  " : ", ", met[e], oracle::event_name(static_cast<oracle::Event>(e)));
            if (cases >= 1000) {
                EXPECT_GT(met[e], 0UL) << oracle::event_name(static_cast<oracle::Event>(e));
            }
        }
        printf("\n");
    }
};

std::unique_ptr<Sequence> make(const flx_config_t &config, uint64_t seed)
{
    flx::Random random(seed);
    return std::make_unique<Sequence>(config, random, random.between(10, 40), config.acc_bits >= 48 && random.one_in(100));
}

std::string repeat(const char *cases, uint64_t seed)
{
    return "\nrepeat: " + std::string(cases) + " FLX_SEED=" + std::to_string(seed) + " build/bin/table_test " + build_name;
}

TEST(Table, ModelMeansWhatItMeant)
{
    const uint64_t cases = setting("FLX_CASES", 100000), first = setting("FLX_SEED", 1);
    const char *const names[] = {"tiny", "flex8", "flex10", "flex12"};
    Campaign campaign;
    for (uint64_t seed = first; seed < first + cases; seed++) {
        const flx_config_t &config = *flx_config_find(names[seed % 4]);
        const std::unique_ptr<Sequence> sequence = make(config, seed);
        flx_player_t player;
        ASSERT_TRUE(flx_player_init(&player, &config, &sequence->program(), seed % 8 == 7 ? 0.3 : 0.0, seed));
        const bool ran = flx_player_run(&player, 10000);
        const uint64_t uncorrectable = flx_cycle_uncorrectable(player.model);
        flx_player_free(&player);
        const std::string again = repeat("FLX_CASES=1 FLX_RTL_CASES=0", seed);
        ASSERT_TRUE(ran) << config.name << ": nothing moves, or the golden model refuses: " << flx_err_text(player.err) << again;
        const std::string found = difference(*sequence);
        ASSERT_EQ(found, "") << config.name << again;
        ASSERT_EQ(uncorrectable, sequence->table().uncorrectable()) << config.name << again;
        campaign.add(*sequence);
    }
    campaign.report("cycle model", cases);
}

TEST(Table, RtlMeansWhatItMeant)
{
    const uint64_t cases = setting("FLX_RTL_CASES", 2000), first = setting("FLX_SEED", 1);
    std::string error;
    const flx::RtlBuild *build = flx::rtl_open(build_name.find('/') == std::string::npos ? flx::rtl_path(build_name, false, false) : build_name, error);
    ASSERT_NE(build, nullptr) << error;
    const flx_config_t &config = *flx_config_find(build->config);
    static const std::unique_ptr<flx::Rtl> &rtl = *new std::unique_ptr<flx::Rtl>(build->make()); // never destroyed: Verilator's context may go first
    Campaign campaign;
    for (uint64_t seed = first; seed < first + cases; seed++) {
        const std::unique_ptr<Sequence> sequence = make(config, seed);
        flx::BenchOptions options;
        options.stall = seed % 4 == 3 ? 0.3 : 0.0;
        options.seed = seed;
        const flx::BenchResult result = flx::bench_run(*rtl, config, sequence->program(), options, build_name + " seed " + std::to_string(seed));
        const std::string again = repeat("FLX_CASES=0 FLX_RTL_CASES=1", seed);
        ASSERT_TRUE(result.ok) << result.message << again;
        const std::string found = difference(*sequence);
        ASSERT_EQ(found, "") << config.name << again;
        campaign.add(*sequence);
    }
    campaign.report("RTL", cases);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "table_test: BUILD is missing, expected a build of the core\n");
        return 2;
    }
    build_name = argv[1];
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
