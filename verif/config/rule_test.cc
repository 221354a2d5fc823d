// rule_test.cc - the rules of a configuration: C and RTL refuse the same parameters for the same reason, and RTL elaborates with all others.
// SPDX-License-Identifier: Apache-2.0
// Twin: cmodel/def/flx_rule.def, rtl/gen/flx_rules.vh
//
//   1. Defaults of flx_core.v are those of flx_param.def.
//   2. Icarus misses exactly the absent modules whose rules flx_rule_holds says are broken, at every edge of every range and on random parameters.
//   3. Parameters that break no rule elaborate without a word from Icarus -Wall; a sample of them from Verilator -Wall, too.
//   4. Each rule was the first one broken at least once.
//   5. Icarus, Verilator and Yosys, each by itself, miss the module of a CLUSTER that is not allowed: clusters of no size divide by 0.
// FLX_CASES: random configurations (160); FLX_SEED. FLX_RTL: flags that find the RTL, from config.mk.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "flx/flx_config.h"
#include "flx/flx_reg.h"

namespace {

uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *text = std::getenv(variable);
    return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string rtl_flags()
{
    const char *flags = std::getenv("FLX_RTL");
    return flags == nullptr ? "" : flags;
}

// Of those flags, the ones that Yosys takes.
std::string rtl_includes()
{
    std::stringstream flags(rtl_flags());
    std::string includes;
    for (std::string flag; flags >> flag;)
        if (flag.rfind("-I", 0) == 0) includes += flag + " ";
    return includes;
}

flx_config_t defaults()
{
    flx_config_t config = {};
    for (size_t i = 0; i < flx_param_count(); i++) flx_param_set(&config, i, flx_param_at(i)->initial);
    return config;
}

// What a tool says, with its exit code behind it.
struct Said {
    std::string text;
    int status = 0;
};

Said run(const std::string &command)
{
    Said said;
    std::array<char, 4096> buffer;
    FILE *pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {"popen failed", -1};
    for (size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) said.text.append(buffer.data(), got);
    said.status = pclose(pipe);
    return said;
}

std::string assignments(const flx_config_t &config, const std::string &before, const std::string &after, const std::string &is = "=")
{
    std::string text;
    for (size_t i = 0; i < flx_param_count(); i++)
        text += before + flx_param_at(i)->name + is + std::to_string(flx_param_get(&config, i)) + (i + 1 < flx_param_count() ? after : "");
    return text;
}

std::string icarus(const flx_config_t &config)
{
    return "timeout 120 iverilog -g2005 -Wall " + rtl_flags() + " -s flx_core -t null " + assignments(config, "-Pflx_core.", " ") + " rtl/core/flx_core.v";
}

std::string yosys(const flx_config_t &config)
{
    return "timeout 120 yosys -q -p 'read_verilog " + rtl_includes() + " rtl/core/*.v rtl/array/*.v rtl/exp/*.v rtl/lib/*.v; hierarchy -check -top flx_core " +
           assignments(config, "-chparam ", " ", " ") + "'";
}

std::string verilator(const flx_config_t &config)
{
    return "timeout 120 verilator --lint-only -Wall " + rtl_flags() + " --top-module flx_core " + assignments(config, "-G", " ") + " rtl/core/flx_core.v";
}

// The absent module of a rule: its text up to the comma.
std::string module_of(size_t rule)
{
    std::string name = "flx_rule_";
    for (const char *s = flx_rule_at(rule)->text; *s != '\0' && *s != ','; s++) {
        if (std::isalnum(static_cast<unsigned char>(*s))) name += static_cast<char>(std::tolower(*s));
        else if (name.back() != '_') name += '_';
    }
    return name;
}

// Small, so that a case is fast; each parameter leaves its range one time in 40.
flx_config_t random_config(std::mt19937_64 &random)
{
    const auto pick = [&](uint32_t low, uint32_t high) { return low + static_cast<uint32_t>(random() % (high - low + 1)); };
    flx_config_t config = {};
    config.cluster = 1U << pick(0, 2);
    config.rows = config.cluster * pick(1, 4 / config.cluster);
    config.cols = config.cluster * pick(1, 4 / config.cluster);
    config.lanes = 1U << pick(0, 3);
    config.mant_bits = pick(8, 16);
    config.exp_bits = pick(4, 8);
    config.acc_bits = pick(0, 1) != 0 ? pick(18, 62) : std::max(18U, 2 * config.mant_bits + pick(0, 3));
    config.tensors = pick(0, 1) != 0 ? pick(2, 9) : pick(2, 256);
    config.a_depth = pick(1, 5);
    config.b_depth = pick(1, 5);
    config.c_depth = pick(0, 9) != 0 ? config.rows + pick(0, 9) : pick(1, 4);
    config.chunk_en = pick(0, 1);
    config.stoch_en = pick(0, 1);
    config.pe_pipe = pick(0, 1);
    if (pick(0, 9) == 0) config.lanes = pick(1, 12);
    if (pick(0, 9) == 0) config.rows = pick(1, 8);
    for (size_t i = 0; i < flx_param_count(); i++) {
        const flx_param_t *param = flx_param_at(i);
        if (pick(0, 39) == 0) flx_param_set(&config, i, param->min > 0 && pick(0, 1) != 0 ? param->min - 1 : param->max + pick(1, 9));
    }
    return config;
}

// Each end of each range with the smallest core around it, a step beyond it, and each rule between parameters at its edge.
std::vector<flx_config_t> edges()
{
    std::vector<flx_config_t> all;
    for (size_t i = 0; i < flx_param_count(); i++) {
        const flx_param_t *param = flx_param_at(i);
        for (const uint32_t value : {param->min - 1, param->min, param->max, param->max + 1}) {
            flx_config_t config = defaults();
            config.rows = config.cols = 2;
            config.lanes = config.cluster = 1;
            config.tensors = 4;
            if (value == UINT32_MAX) continue; // below 0
            flx_param_set(&config, i, value);
            if (config.cluster > 2) config.rows = config.cols = 4;
            if (config.rows > config.c_depth) config.c_depth = config.rows;
            if (config.acc_bits < 2 * config.mant_bits) config.mant_bits = 8;
            all.push_back(config);
        }
    }
    for (const bool inside : {false, true}) {
        flx_config_t config = defaults();
        config.rows = config.cols = 2;
        config.lanes = inside ? 2 : 3;
        all.push_back(config);
        config.lanes = 2;
        config.acc_bits = 2 * config.mant_bits - (inside ? 0 : 1);
        all.push_back(config);
        config.mant_bits = 8;
        config.chunk_en = 1;
        config.acc_bits = inside ? 20 : 19;
        all.push_back(config);
        config = defaults();
        config.cols = 2;
        config.c_depth = config.rows - (inside ? 0 : 1);
        all.push_back(config);
        config = defaults();
        config.lanes = 1;
        config.cluster = inside ? 2 : 3;
        all.push_back(config);
        config.cluster = 4;
        config.cols = inside ? 4 : 6;
        all.push_back(config);
        config.cols = 4;
        config.rows = inside ? 4 : 6;
        all.push_back(config);
        for (const uint32_t cluster : {2U, 4U}) { // 8 rows: 4, then 6
            config.cluster = cluster;
            config.rows = 8;
            config.tensors = config.rows - config.rows / cluster - (inside ? 0 : 1);
            all.push_back(config);
        }
    }
    return all;
}

std::vector<flx_config_t> cases()
{
    const uint64_t seed = number_of("FLX_SEED", 1), count = number_of("FLX_CASES", 160);
    std::vector<flx_config_t> all = edges();
    std::mt19937_64 random(seed);
    for (uint64_t i = 0; i < count; i++) all.push_back(random_config(random));
    return all;
}

// What all commands say, two at a time.
std::vector<Said> run_all(const std::vector<std::string> &commands)
{
    std::vector<Said> said(commands.size());
    std::atomic<size_t> next{0};
    const auto work = [&] {
        for (size_t i; (i = next++) < commands.size();) said[i] = run(commands[i]);
    };
    std::thread other(work);
    work();
    other.join();
    return said;
}

TEST(Parameters, DefaultsAreTheCores)
{
    std::ifstream file("rtl/core/flx_core.v");
    std::stringstream text;
    text << file.rdbuf();
    const std::string rtl = text.str();
    const std::regex parameter("\\n    parameter +([A-Z_]+) += ([0-9]+)");
    size_t i = 0;
    for (std::sregex_iterator at(rtl.begin(), rtl.end(), parameter), end; at != end; ++at) {
        if ((*at)[1] == "FAST") continue; // of a simulation, not of a configuration
        ASSERT_LT(i, flx_param_count()) << "flx_core.v: parameter is " << (*at)[1] << ", expected one of flx_param.def";
        EXPECT_EQ((*at)[1], flx_param_at(i)->name);
        EXPECT_EQ((*at)[2], std::to_string(flx_param_at(i)->initial)) << (*at)[1] << ": flx_core.v and flx_param.def differ";
        i++;
    }
    EXPECT_EQ(i, flx_param_count());
}

TEST(Rules, IcarusMissesTheModulesOfTheBrokenOnes)
{
    ASSERT_NE(rtl_flags(), "") << "FLX_RTL is missing, expected -I and -y flags: run make test-config";
    const std::vector<flx_config_t> all = cases();
    std::vector<std::string> commands;
    for (const flx_config_t &config : all) commands.push_back(icarus(config));
    const std::vector<Said> said = run_all(commands);
    const std::regex missing("Unknown module type: (\\w+)");
    std::vector<unsigned> first(flx_rule_count(), 0);
    unsigned accepted = 0;
    for (size_t c = 0; c < all.size(); c++) {
        std::set<std::string> expected, actual;
        size_t broken = flx_rule_count();
        for (size_t i = flx_rule_count(); i-- > 0;) {
            if (flx_rule_holds(&all[c], i)) continue;
            expected.insert(module_of(i));
            broken = i;
        }
        for (std::sregex_iterator at(said[c].text.begin(), said[c].text.end(), missing), end; at != end; ++at) actual.insert((*at)[1]);
        ASSERT_EQ(expected, actual) << commands[c] << "\n" << said[c].text;
        if (broken < flx_rule_count()) {
            first[broken]++;
            ASSERT_STREQ(flx_config_broken_rule(&all[c]), flx_rule_at(broken)->text);
            ASSERT_NE(said[c].status, 0) << commands[c];
        } else {
            accepted++;
            ASSERT_EQ(flx_config_broken_rule(&all[c]), nullptr);
            ASSERT_EQ(said[c].text, "") << commands[c];
            ASSERT_EQ(said[c].status, 0) << commands[c];
        }
    }
    for (size_t i = 0; i < flx_rule_count(); i++) EXPECT_GT(first[i], 0U) << flx_rule_at(i)->text << ": never the first one broken";
    EXPECT_GT(accepted, all.size() / 4);
    std::printf("rules: %zu configurations, %u elaborate, each of %zu rules refused one in C and in RTL\n", all.size(), accepted, flx_rule_count());
}

TEST(Rules, VerilatorTakesWhatBreaksNone)
{
    ASSERT_NE(rtl_flags(), "") << "FLX_RTL is missing, expected -I and -y flags: run make test-config";
    std::vector<std::string> commands;
    for (const flx_config_t &config : cases()) {
        if (flx_config_broken_rule(&config) == nullptr && flx_config_macs(&config) <= 64) commands.push_back(verilator(config));
    }
    const size_t step = std::max<size_t>(commands.size() / 10, 1);
    std::vector<std::string> sample;
    for (size_t i = 0; i < commands.size(); i += step) sample.push_back(commands[i]);
    const std::vector<Said> said = run_all(sample);
    for (size_t i = 0; i < sample.size(); i++) EXPECT_EQ(said[i].text, "") << sample[i];
    EXPECT_GE(sample.size(), 10U);
}

TEST(Rules, EveryToolRefusesAClusterOfAnotherSize)
{
    ASSERT_NE(rtl_flags(), "") << "FLX_RTL is missing, expected -I and -y flags: run make test-config";
    std::vector<std::string> commands, names;
    for (const uint32_t cluster : {0U, 2U, 3U, 5U}) {
        flx_config_t config = defaults();
        config.lanes = 1;
        config.rows = config.cols = 2;
        if (cluster == 3) config.rows = config.cols = 12;
        config.cluster = cluster;
        const char *broken = flx_config_broken_rule(&config);
        ASSERT_EQ(broken == nullptr, cluster == 2) << cluster;
        std::string name;
        for (size_t i = flx_rule_count(); i-- > 0;)
            if (broken != nullptr && broken == flx_rule_at(i)->text) name = module_of(i);
        for (const std::string &command : {icarus(config), verilator(config), yosys(config)}) {
            commands.push_back(command);
            names.push_back(name);
        }
    }
    const std::vector<Said> said = run_all(commands);
    for (size_t i = 0; i < commands.size(); i++) {
        EXPECT_EQ(said[i].status == 0, names[i].empty()) << commands[i] << "\n" << said[i].text;
        EXPECT_NE(said[i].text.find(names[i]), std::string::npos) << commands[i] << "\n" << said[i].text;
    }
}

TEST(Rules, NamedConfigurationsBreakNone)
{
    ASSERT_GT(flx_config_count(), 0U);
    for (size_t i = 0; i < flx_config_count(); i++) EXPECT_EQ(flx_config_broken_rule(flx_config_at(i)), nullptr) << flx_config_at(i)->name;
}

// The engine reads its parameters back in the order of the list.
TEST(Registers, OfParametersFollowOneAnother)
{
    size_t i = 0;
#define FLX_PARAM_REGISTER(NAME, member, initial, min, max, doc) EXPECT_EQ(static_cast<size_t>(FLX_REG_PARAM_##NAME), FLX_REG_PARAM_ROWS + 4 * i++);
    FLX_PARAMS(FLX_PARAM_REGISTER)
#undef FLX_PARAM_REGISTER
    EXPECT_EQ(i, flx_param_count());
    EXPECT_EQ(+FLX_REG_VERSION_MAJOR_LSB, FLX_REG_VERSION_MINOR_LSB + FLX_REG_VERSION_MINOR_BITS);
}

struct SetCase {
    const char *assignments, *error;
};

TEST(Set, RefusesInOneLine)
{
    const SetCase wrong[] = {
        {"LANES=24", "--set: LANES is 24, expected a power of two"},
        {"LANES=64", "--set: LANES is 64, expected 1 to 32"},
        {"ROWS=0", "--set: ROWS is 0, expected 1 to 128"},
        {"MANT_BITS=8,ACC_BITS=19,CHUNK_EN=1", "--set: ACC_BITS is 19, expected at least 20 with CHUNK_EN"},
        {"ACC_BITS=31", "--set: ACC_BITS is 31, expected at least 2 MANT_BITS"},
        {"ROWS=64", "--set: C_DEPTH is 32, expected at least ROWS"},
        {"CLUSTER=0", "--set: CLUSTER is 0, expected 1 to 4"},
        {"CLUSTER=3", "--set: CLUSTER is 3, expected 1 or 2 or 4"},
        {"CLUSTER=5", "--set: CLUSTER is 5, expected 1 to 4"},
        {"ROWS=7", "--set: CLUSTER is 2, expected a divisor of ROWS and of COLS"},
        {"COLS=12,ROWS=6,CLUSTER=4", "--set: CLUSTER is 4, expected a divisor of ROWS and of COLS"},
        {"CLUSTER=4,TENSORS=5", "--set: TENSORS is 5, expected at least ROWS - ROWS / CLUSTER, as"},
        {"rows=2", "--set: key is 'rows', expected one of ROWS, COLS, LANES, "},
        {"", "--set: key is '', expected one of "},
        {"ROWS=2,", "--set: key is '', expected one of "},
        {"ROWS", "--set: ROWS is '', expected a number from 1 to 128"},
        {"ROWS=", "--set: ROWS is '', expected a number from 1 to 128"},
        {"ROWS=-1", "--set: ROWS is '-1', expected a number from 1 to 128"},
        {"ROWS=2x", "--set: ROWS is '2x', expected a number from 1 to 128"},
        {"ROWS=4294967296", "--set: ROWS is '4294967296', expected a number from 1 to 128"},
        {"ROWS=2,COLS=2,ROWS=2", "--set: ROWS is given twice, expected once"},
    };
    for (const SetCase &w : wrong) {
        flx_config_t config = defaults();
        char error[512] = "";
        EXPECT_FALSE(flx_config_set(&config, w.assignments, error, sizeof error)) << w.assignments;
        EXPECT_EQ(std::string(error).rfind(w.error, 0), 0U) << w.assignments << ": " << error;
        EXPECT_EQ(std::string(error).find('\n'), std::string::npos);
        for (size_t i = 0; i < flx_param_count(); i++) EXPECT_EQ(flx_param_get(&config, i), flx_param_at(i)->initial) << w.assignments;
        char cut[20] = "";
        EXPECT_FALSE(flx_config_set(&config, w.assignments, cut, sizeof cut));
        EXPECT_EQ(std::string(cut), std::string(error).substr(0, sizeof cut - 1));
    }
}

TEST(Set, SetsWhatIsNamed)
{
    flx_config_t config = *flx_config_find("tiny");
    char error[512] = "";
    ASSERT_TRUE(flx_config_set(&config, "ROWS=12,COLS=20,LANES=8", error, sizeof error)) << error;
    EXPECT_EQ(config.rows, 12U);
    EXPECT_EQ(config.cols, 20U);
    EXPECT_EQ(config.lanes, 8U);
    EXPECT_EQ(config.tensors, flx_config_find("tiny")->tensors);
    EXPECT_STREQ(config.name, "tiny");
    // every parameter by its own name
    for (size_t i = 0; i < flx_param_count(); i++) {
        flx_config_t one = defaults();
        const std::string text = std::string(flx_param_at(i)->name) + "=" + std::to_string(flx_param_at(i)->initial);
        EXPECT_TRUE(flx_config_set(&one, text.c_str(), error, sizeof error)) << error;
    }
    EXPECT_TRUE(flx_config_set(&config, assignments(defaults(), "", ",").c_str(), error, sizeof error)) << error;
    EXPECT_EQ(config.lanes, static_cast<uint32_t>(FLX_LANES_DEFAULT));
    EXPECT_EQ(config.pe_pipe, static_cast<uint32_t>(FLX_PE_PIPE_DEFAULT));
}

} // namespace
