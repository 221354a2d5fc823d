// model_test.cc - the cycle model against the numbers of docs/core.md, counted by hand, and against itself. Twin: cmodel/cycle/flx_cycle.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>

#include "cycle/flx_autoflex_cycles.h"
#include "flx/flx_player.h"
#include "programs.h"

namespace {

struct Totals {
    uint64_t cycles;
    uint64_t perf[FLX_PERF_COUNT];
};

// Without the player's bulk skip when stepwise.
Totals run(const flx_config_t &config, flx::Program &program, double stall, uint64_t seed, bool stepwise)
{
    flx_player_t player;
    EXPECT_TRUE(flx_player_init(&player, &config, &program.get(), stall, seed));
    if (stepwise) {
        while (!flx_player_done(&player) && player.idle_cycles < 100000) {
            flx_player_offer(&player);
            flx_player_step(&player);
            flx_player_advance(&player);
        }
    } else {
        EXPECT_TRUE(flx_player_run(&player, 100000));
    }
    EXPECT_EQ(player.err, FLX_OK);
    EXPECT_TRUE(flx_player_done(&player));
    Totals result = {flx_cycle_now(player.model), {}};
    for (int i = 0; i < FLX_PERF_COUNT; i++) result.perf[i] = flx_cycle_perf(player.model, static_cast<flx_perf_t>(i));
    flx_player_free(&player);
    return result;
}

TEST(CycleModel, OneElementTakesTheCyclesOfTheContract)
{
    for (std::size_t i = 0; i < flx_config_count(); i++) {
        const flx_config_t &config = *flx_config_at(i);
        flx::Random random(1);
        flx::Program program;
        program.add(flx::set_command(2, 5, FLX_AF_MANUAL));
        program.add_gemm(config, flx::gemm_command(0, 1, 2, 1, 1, 1), random);
        run(config, program, 0.0, 1, true);
        // SET: accepted in the first D_IDLE; CHECK, DRAIN, ADMIN = E_IDLE, READ, ENTRY, WORK, WRITE, RSP, response.
        const uint64_t set = config.tensors;
        EXPECT_EQ(program.item(0).cycle_cmd, set) << config.name;
        EXPECT_EQ(program.item(0).cycle_rsp, set + 9) << config.name;
        // GEMM: IDLE, CHECK, WAIT, RA, RB, RC, CAP, WR, READY, then it fires.
        const uint64_t gemm = set + 9;
        EXPECT_EQ(program.item(1).cycle_cmd, gemm) << config.name;
        const uint64_t fire = gemm + 9;
        EXPECT_EQ(program.item(1).cycle_end, fire) << config.name;
        // Row 0 in t + COLS / CLUSTER + 4 + PE_PIPE, statistics three later, READ, ENTRY, WORK, WRITE, RSP, response.
        EXPECT_EQ(program.item(1).cycle_rsp, fire + config.cols / config.cluster + 4 + config.pe_pipe + 3 + 6) << config.name;
    }
}

TEST(CycleModel, EveryCycleIsCountedOnceAndSkippingChangesNothing)
{
    for (std::size_t i = 0; i < flx_config_count(); i++) {
        const flx_config_t &config = *flx_config_at(i);
        if (config.cols > 16) continue;
        for (uint64_t seed = 0; seed < 40; seed++) {
            flx::Random one(seed), two(seed);
            flx::Program stepped, skipped;
            flx::random_program(config, one, 12, 60000, stepped);
            flx::random_program(config, two, 12, 60000, skipped);
            const double stall = seed % 4 == 3 ? 0.3 : 0.0;
            const Totals x = run(config, stepped, stall, seed, true);
            const Totals y = run(config, skipped, stall, seed, false);
            ASSERT_EQ(x.cycles, y.cycles) << config.name << " seed " << seed;
            uint64_t sum = 0, beats = 0;
            for (int p = 0; p < FLX_PERF_COUNT; p++) {
                ASSERT_EQ(x.perf[p], y.perf[p]) << config.name << " seed " << seed << " " << flx_perf_name(static_cast<flx_perf_t>(p));
                sum += x.perf[p];
            }
            ASSERT_EQ(sum, x.cycles);
            for (std::size_t c = 0; c < stepped.count(); c++) {
                const flx_program_item_t &item = stepped.item(c);
                if (flx_program_runs(&item)) beats += flx_program_operand_beats(&config, &item);
                ASSERT_EQ(item.cycle_rsp, skipped.item(c).cycle_rsp) << config.name << " seed " << seed << " command " << c;
                ASSERT_EQ(item.cycle_end, skipped.item(c).cycle_end);
                ASSERT_EQ(item.rsp.op, item.cmd.op);
                if (!flx_program_runs(&item) || item.refused != FLX_STATUS_OK) {
                    ASSERT_TRUE(item.rsp.status == static_cast<uint32_t>(flx_program_runs(&item) ? item.refused : item.status) || item.rsp.status == FLX_STATUS_ECC);
                }
            }
            ASSERT_EQ(x.perf[FLX_PERF_busy], beats);
        }
    }
}

TEST(CycleModel, LargeMultiplyKeepsTheArrayBusy)
{
    const struct { const char *config; double least; } wanted[] = {{"mac256", 0.99}, {"mac1024", 0.97}};
    for (const auto &w : wanted) {
        const flx_config_t &config = *flx_config_find(w.config);
        flx::Random random(7);
        flx::Program program;
        program.add_gemm(config, flx::gemm_command(0, 1, 2, 512, 512, 512), random);
        run(config, program, 0.0, 1, false);
        EXPECT_GE(flx_player_utilisation(&config, &program.item(0)), w.least) << w.config;
    }
}

// ---- CLUSTER changes latency, and nothing else (docs/core.md) ------------------------------------
flx_config_t clustered(const char *name, uint32_t rows, uint32_t cols, uint32_t cluster)
{
    flx_config_t config = *flx_config_find(name);
    config.rows = rows;
    config.cols = cols;
    config.cluster = cluster;
    config.c_depth = 8 * rows;
    EXPECT_EQ(flx_config_broken_rule(&config), nullptr) << name << " " << rows << " x " << cols << " / " << cluster;
    return config;
}

// What a row comes earlier than with CLUSTER = 1.
uint64_t sooner(const flx_config_t &config)
{
    return config.cols - config.cols / config.cluster;
}

// Responses, statistics and results are those of the other run.
void expect_same_answers(const flx::Program &one, const flx::Program &other, const std::string &what)
{
    ASSERT_EQ(one.count(), other.count()) << what;
    for (std::size_t c = 0; c < one.count(); c++) {
        const flx_program_item_t &x = one.item(c), &y = other.item(c);
        uint32_t wanted[FLX_RSP_WORDS], actual[FLX_RSP_WORDS];
        flx_rsp_pack(&x.rsp, wanted);
        flx_rsp_pack(&y.rsp, actual);
        for (int w = 0; w < FLX_RSP_WORDS; w++) ASSERT_EQ(wanted[w], actual[w]) << what << " command " << c;
        ASSERT_EQ(x.refused, y.refused) << what << " command " << c;
        ASSERT_EQ(x.c == nullptr, y.c == nullptr) << what << " command " << c;
        const std::size_t elements = x.c == nullptr ? 0 : static_cast<std::size_t>(x.cmd.m) * x.cmd.n;
        for (std::size_t e = 0; e < elements; e++) ASSERT_EQ(x.c[e], y.c[e]) << what << " command " << c << " element " << e;
    }
}

TEST(CycleModel, ClusterMovesOneProductsResponseByTheLatencyAlone)
{
    const struct { const char *what; uint32_t m, n, k; bool dry; } products[] = {
        {"one tile", 8, 16, 64, false}, {"fewer rows than ROWS", 3, 16, 64, false}, {"one row", 1, 1, 9, false}, {"tiles of one beat, with gaps", 24, 48, 1, false},
        {"tiles of one beat and one row", 1, 80, 4, false}, {"a last tile of few rows", 19, 33, 40, false}, {"a dry run", 20, 20, 12, true}};
    for (const char *name : {"mac256", "mac256p"}) {
        for (const auto &p : products) {
            const auto play = [&](const flx_config_t &config, flx::Program &program) {
                flx::Random random(5);
                flx_cmd_t cmd = flx::gemm_command(0, 1, 2, p.m, p.n, p.k);
                cmd.dry_run = p.dry;
                program.add(flx::set_command(2, 5, FLX_AF_MANUAL));
                program.add_gemm(config, cmd, random);
                return run(config, program, 0.0, 1, true);
            };
            const flx_config_t single = clustered(name, 8, 16, 1);
            flx::Program wanted;
            const Totals x = play(single, wanted);
            for (const uint32_t cluster : {2U, 4U}) {
                const flx_config_t config = clustered(name, 8, 16, cluster);
                const std::string what = std::string(name) + " CLUSTER " + std::to_string(cluster) + ": " + p.what;
                flx::Program program;
                const Totals y = play(config, program);
                expect_same_answers(wanted, program, what);
                EXPECT_EQ(x.cycles - y.cycles, sooner(config)) << what;
                EXPECT_EQ(wanted.item(1).cycle_first, program.item(1).cycle_first) << what;
                EXPECT_EQ(wanted.item(1).cycle_end, program.item(1).cycle_end) << what;
                EXPECT_EQ(wanted.item(1).cycle_rsp - program.item(1).cycle_rsp, sooner(config)) << what;
                EXPECT_EQ(flx_player_utilisation(&single, &wanted.item(1)), flx_player_utilisation(&config, &program.item(1))) << what;
                for (int c = 0; c < FLX_PERF_COUNT; c++) // the host waits for the last response
                    EXPECT_EQ(x.perf[c] - y.perf[c], c == FLX_PERF_idle ? sooner(config) : 0) << what << " " << flx_perf_name(static_cast<flx_perf_t>(c));
            }
        }
    }
}

TEST(CycleModel, ClusterSavesTheLatencyOncePerCommandThatWaits)
{
    const uint32_t count = 7;
    const auto play = [](const flx_config_t &config, flx::Program &program) {
        flx::Random random(6);
        for (uint32_t i = 0; i < count; i++) program.add_gemm(config, flx::gemm_command(0, 1, 2, 8, 8, 4), random); // all write tensor 2
        return run(config, program, 0.0, 1, true);
    };
    flx::Program wanted;
    const Totals x = play(clustered("mac256", 8, 16, 1), wanted);
    for (const uint32_t cluster : {2U, 4U}) {
        const flx_config_t config = clustered("mac256", 8, 16, cluster);
        flx::Program program;
        const Totals y = play(config, program);
        expect_same_answers(wanted, program, "waits");
        EXPECT_EQ(x.cycles - y.cycles, count * sooner(config)) << cluster;
        EXPECT_EQ(x.perf[FLX_PERF_stall_exp] - y.perf[FLX_PERF_stall_exp], (count - 1) * sooner(config)) << cluster;
        EXPECT_EQ(x.perf[FLX_PERF_idle] - y.perf[FLX_PERF_idle], sooner(config)) << cluster;
        EXPECT_EQ(x.perf[FLX_PERF_busy], y.perf[FLX_PERF_busy]) << cluster;
    }
}

TEST(CycleModel, ClusterLeavesAnswersOfRandomPrograms)
{
    uint64_t cycles[3] = {};
    for (const char *name : {"mac256", "flex9", "tiny"}) {
        for (uint64_t seed = 0; seed < 40; seed++) {
            const double stall = seed % 4 == 3 ? 0.3 : 0.0;
            flx::Program program[3];
            Totals totals[3];
            for (uint32_t c = 0; c < 3; c++) {
                flx::Random random(seed);
                const flx_config_t config = clustered(name, 4, 8, 1U << c);
                flx::random_program(config, random, 12, 20000, program[c]);
                totals[c] = run(config, program[c], stall, seed, false);
                cycles[c] += totals[c].cycles;
                const std::string what = std::string(name) + " CLUSTER " + std::to_string(1 << c) + " seed " + std::to_string(seed);
                expect_same_answers(program[0], program[c], what);
                EXPECT_EQ(totals[0].perf[FLX_PERF_busy], totals[c].perf[FLX_PERF_busy]) << what;
                if (stall > 0.0) continue; // a beat at another time meets other stalls
                // Each command waits for the array once at most: to be issued, or for its response.
                EXPECT_LE(totals[c].cycles, totals[0].cycles) << what;
                EXPECT_LE(totals[0].cycles - totals[c].cycles, sooner(config) * program[c].count()) << what;
            }
        }
    }
    EXPECT_GT(cycles[0], cycles[1]);
    EXPECT_GT(cycles[1], cycles[2]);
}

flx_stats_t constant_statistics(void *, const flx_cmd_t *, int32_t, int32_t, int32_t)
{
    flx_stats_t stats = {};
    stats.gamma = 9000;
    return stats;
}

TEST(CycleModel, Speed)
{
    const flx_config_t &config = *flx_config_find("mac256");
    flx_cycle_t *model = flx_cycle_create(&config, constant_statistics, nullptr);
    ASSERT_NE(model, nullptr);
    flx_cmd_t cmd = flx::gemm_command(0, 1, 2, 64, 64, 512);
    flx_cycle_in_t in = {true, true, true, true, true, &cmd};
    flx_cycle_out_t out = {};
    const auto start = std::chrono::steady_clock::now();
    const uint64_t cycles = 5000000;
    for (uint64_t i = 0; i < cycles; i++) {
        flx_cycle_step(model, &in, &out);
        if (out.cmd_ready) cmd.tensor_c = 2 + (cmd.tensor_c + 1) % 4; // another tensor each time, so that none waits for Autoflex
    }
    const double rate = 1e-6 * static_cast<double>(cycles) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_GT(flx_cycle_perf(model, FLX_PERF_busy), cycles * 99 / 100);
    flx_cycle_free(model);
    RecordProperty("million_cycles_per_second", static_cast<int>(rate));
    printf("cycle model, every cycle stepped: %.1f million cycles/s\n", rate);
}

TEST(Stall, PatternHasItsProbabilityAndDependsOnTheStream)
{
    for (const double p : {0.0, 0.1, 0.5, 1.0}) {
        const uint64_t threshold = flx_stall_threshold(p);
        int held = 0, same = 0;
        for (uint64_t cycle = 0; cycle < 20000; cycle++) {
            const bool a = flx_stall(3, FLX_STREAM_A, cycle, threshold);
            held += a;
            same += a == flx_stall(3, FLX_STREAM_B, cycle, threshold);
        }
        EXPECT_NEAR(held / 20000.0, p, 0.02);
        EXPECT_NEAR(same / 20000.0, p * p + (1 - p) * (1 - p), 0.02);
    }
}

TEST(Words, PackAndUnpackAreInverse)
{
    flx::Random random(11);
    for (int i = 0; i < 1000; i++) {
        uint32_t words[FLX_CMD_WORDS], again[FLX_CMD_WORDS], rsp_words[FLX_RSP_WORDS], rsp_again[FLX_RSP_WORDS];
        for (uint32_t &w : words) w = static_cast<uint32_t>(random.word());
        for (uint32_t &w : rsp_words) w = static_cast<uint32_t>(random.word());
        words[FLX_CMD_WORDS - 1] &= FLX_CMD_BITS % 32 == 0 ? UINT32_MAX : (UINT32_C(1) << FLX_CMD_BITS % 32) - 1;
        rsp_words[FLX_RSP_WORDS - 1] &= FLX_RSP_BITS % 32 == 0 ? UINT32_MAX : (UINT32_C(1) << FLX_RSP_BITS % 32) - 1;
        flx_cmd_t cmd;
        flx_rsp_t rsp;
        flx_cmd_unpack(words, &cmd);
        flx_cmd_pack(&cmd, again);
        flx_rsp_unpack(rsp_words, &rsp);
        flx_rsp_pack(&rsp, rsp_again);
        for (int w = 0; w < FLX_CMD_WORDS; w++) ASSERT_EQ(words[w], again[w]);
        for (int w = 0; w < FLX_RSP_WORDS; w++) ASSERT_EQ(rsp_words[w], rsp_again[w]);
    }
}

} // namespace
