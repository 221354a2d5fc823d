// design_test.cc - hierarchy, memories, parts, stimulus files, rival formats, digits. Twin: synth/netsim/ns_netlist.c, ns_groups.c, ns_stimulus_file.c, ns_rival.c, ns_digit.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "fixture.h"
#include "ns_digit.h"
#include "ns_rival.h"

namespace {

constexpr uint64_t all = ~UINT64_C(0);

// Reads a JSON text with the fixture's library.
struct Read {
    explicit Read(const std::string &json, const std::string &rules = "")
    {
        const std::string text = netsim::library_text();
        netsim::write_file("build/netsim_design.json", json);
        netsim::write_file("build/netsim_design.groups", rules);
        EXPECT_EQ(ns_library_parse(&library, "small.lib", text.data(), text.size(), 0.0, error), 0) << error;
        EXPECT_EQ(ns_groups_read(&groups, "build/netsim_design.groups", error), 0) << error;
        ok = ns_netlist_read(&netlist, "build/netsim_design.json", nullptr, &library, &groups, 0.0, error) == 0;
        if (ok) ns_charge_init(&charge, &netlist);
    }
    ~Read()
    {
        if (ok) ns_charge_free(&charge);
        ns_netlist_free(&netlist);
        ns_groups_free(&groups);
        ns_library_free(&library);
    }
    Read(const Read &) = delete;
    Read &operator=(const Read &) = delete;
    bool ok = false;
    char error[NS_ERROR_BYTES] = "";
    ns_library_t library = {};
    ns_groups_t groups = {};
    ns_netlist_t netlist = {};
    ns_charge_t charge = {};
};

// Two instances of a module that inverts, passes one input through and drives a constant.
const char *const hierarchy = R"({"modules": {
 "half": {"attributes": {}, "ports": {"x": {"direction": "input", "bits": [2]}, "y": {"direction": "output", "bits": [3]},
   "same": {"direction": "output", "bits": [2]}, "one": {"direction": "output", "bits": ["1"]}},
  "cells": {"i": {"type": "INV", "connections": {"A": [2], "Y": [3]}}}, "netnames": {"x": {"bits": [2]}, "y": {"bits": [3]}}},
 "top": {"attributes": {"top": "1"}, "ports": {"a_i": {"direction": "input", "bits": [2]}, "y_o": {"direction": "output", "bits": [5, 6, 7, 8]}},
  "cells": {"u_first": {"type": "half", "connections": {"x": [2], "y": [3], "same": [4], "one": [5]}},
            "u_second": {"type": "half", "connections": {"x": [3], "y": [6], "same": [7]}},
            "last": {"type": "XOR2", "connections": {"A": [4], "B": [6], "Y": [8]}}},
  "netnames": {"a_i": {"bits": [2]}, "m": {"bits": [3, 4]}, "y_o": {"bits": [5, 6, 7, 8]}}}}})";

TEST(Design, HierarchyIsFlattenedAndPortsMayBeAliases)
{
    Read r(hierarchy, "# parts\nfirst comb u_first.*\nrest any *\n");
    ASSERT_TRUE(r.ok) << r.error;
    EXPECT_STREQ(r.netlist.top, "top");
    EXPECT_EQ(r.netlist.insts, 3U);
    EXPECT_DOUBLE_EQ(r.netlist.area, 4.0);
    ns_sim_t sim;
    ns_sim_init(&sim, &r.netlist, &r.charge, all);
    for (uint64_t a : {UINT64_C(0), UINT64_C(0x1234), all}) {
        sim.value[ns_netlist_port(&r.netlist, "a_i")->net[0]] = a;
        ns_sim_settle(&sim);
        const uint32_t *y = ns_netlist_port(&r.netlist, "y_o")->net;
        EXPECT_EQ(sim.value[y[0]], all);
        EXPECT_EQ(sim.value[y[1]], a);
        EXPECT_EQ(sim.value[y[2]], ~a);
        EXPECT_EQ(sim.value[y[3]], UINT64_C(0)); // a ^ a
    }
    ns_sim_free(&sim);
    int first = 0;
    for (uint32_t i = 0; i < r.netlist.insts; i++) first += strcmp(r.groups.name[r.netlist.inst[i].group], "first") == 0;
    EXPECT_EQ(first, 1);
}

TEST(Design, GroupsFirstMatchWins)
{
    netsim::write_file("build/netsim_design.groups", "acc ff *acc_[oq]*\nstate ff *\nlogic comb *\n");
    ns_groups_t groups;
    char error[NS_ERROR_BYTES];
    ASSERT_EQ(ns_groups_read(&groups, "build/netsim_design.groups", error), 0) << error;
    EXPECT_STREQ(groups.name[ns_groups_of(&groups, "u_pe.acc_q[3]", true)], "acc");
    EXPECT_STREQ(groups.name[ns_groups_of(&groups, "u_pe.a_q[3]", true)], "state");
    EXPECT_STREQ(groups.name[ns_groups_of(&groups, "u_pe.acc_q[3]", false)], "logic");
    ns_groups_free(&groups);
    netsim::write_file("build/netsim_design.groups", "x latch *\n");
    EXPECT_EQ(ns_groups_read(&groups, "build/netsim_design.groups", error), -1);
    EXPECT_STREQ(error, "build/netsim_design.groups:1: KIND is latch, expected ff, comb or any");
    ns_groups_free(&groups);
}

// flx_ram: registered read, old word while it is written, every lane its own memory; an event simulation is refused.
TEST(Design, MemoryBlackBox)
{
    Read r(R"({"modules": {"top": {"attributes": {"top": "1"}, "ports": {"clk_i": {"direction": "input", "bits": [2]},
      "we": {"direction": "input", "bits": [3]}, "re": {"direction": "input", "bits": [4]}, "wa": {"direction": "input", "bits": [5, 6]},
      "ra": {"direction": "input", "bits": [7, 8]}, "d": {"direction": "input", "bits": [9, 10, 11]}, "q": {"direction": "output", "bits": [12, 13, 14]}},
      "cells": {"u": {"type": "$paramod\\flx_ram\\WORDS=4", "connections": {"clk_i": [2], "we_i": [3], "waddr_i": [5, 6], "wdata_i": [9, 10, 11], "re_i": [4],
      "raddr_i": [7, 8], "rdata_o": [12, 13, 14]}}}, "netnames": {"n": {"bits": [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]}}}}})");
    ASSERT_TRUE(r.ok) << r.error;
    ns_sim_t sim;
    ns_sim_init(&sim, &r.netlist, &r.charge, 3);
    auto set = [&](const char *port, unsigned lane0, unsigned lane1) {
        const ns_port_t *p = ns_netlist_port(&r.netlist, port);
        for (int k = 0; k < p->width; k++) sim.value[p->net[k]] = (lane0 >> k & 1) | (lane1 >> k & 1) << 1;
    };
    auto get = [&](int lane) {
        unsigned word = 0;
        const ns_port_t *p = ns_netlist_port(&r.netlist, "q");
        for (int k = 0; k < p->width; k++) word |= static_cast<unsigned>(sim.value[p->net[k]] >> lane & 1) << k;
        return word;
    };
    auto clock = [&] {
        ns_sim_settle(&sim);
        ns_sim_edge(&sim);
    };
    set("we", 1, 1), set("wa", 2, 3), set("d", 5, 6), clock();
    set("we", 0, 0), set("re", 1, 1), set("ra", 2, 2), clock();
    EXPECT_EQ(get(0), 5U);
    EXPECT_EQ(get(1), 0U);
    set("we", 1, 0), set("wa", 2, 0), set("d", 7, 0), set("ra", 2, 3), clock();
    EXPECT_EQ(get(0), 5U) << "the word before the write";
    EXPECT_EQ(get(1), 6U);
    set("we", 0, 0), set("re", 0, 0), clock();
    EXPECT_EQ(get(0), 5U) << "kept until the next read";
    ns_sim_free(&sim);
    ns_glitch_t g;
    EXPECT_EQ(ns_glitch_init(&g, &r.netlist, &r.charge, 1e-12, r.error), -1);
    ns_glitch_free(&g);
}

TEST(Stimulus, FileRoundTrip)
{
    ns_stimulus_t s;
    ns_stimulus_t t;
    char error[NS_ERROR_BYTES];
    std::mt19937_64 random(1);
    ns_stimulus_init(&s, "op", 5);
    const int a = ns_stimulus_port(&s, "a_i", false, 70);
    const int y = ns_stimulus_port(&s, "y_o", true, 13);
    s.operations = 12.5;
    for (int cycle = 0; cycle < 20; cycle++) {
        ns_stimulus_cycle(&s);
        for (int lane = 0; lane < 5; lane++) {
            ns_stimulus_put(&s, a, lane, 0, 64, random());
            ns_stimulus_put(&s, a, lane, 64, 6, random());
            if (random() % 2 == 0) ns_stimulus_put(&s, y, lane, 0, 13, random());
        }
    }
    ASSERT_EQ(ns_stimulus_write(&s, "build/netsim_design.stim", error), 0) << error;
    ASSERT_EQ(ns_stimulus_read(&t, "build/netsim_design.stim", error), 0) << error;
    EXPECT_EQ(t.cycles, 20U);
    EXPECT_EQ(t.lanes, 5);
    EXPECT_DOUBLE_EQ(t.operations, 12.5);
    EXPECT_EQ(memcmp(s.in, t.in, 20 * 70 * 8), 0);
    EXPECT_EQ(memcmp(s.out, t.out, 20 * 13 * 8), 0);
    EXPECT_EQ(memcmp(s.care, t.care, 20 * 2 * 8), 0);
    ns_stimulus_free(&s);
    ns_stimulus_free(&t);
}

// binary32 against the processor's own arithmetic, subnormal results flushed.
TEST(Rival, Fp32IsTheProcessors)
{
    const ns_rival_t *rival = ns_rival_find("fp32");
    std::mt19937 random(1);
    for (int i = 0; i < 1000000; i++) {
        float v[3];
        for (float &x : v) {
            const uint32_t word = (random() & 0x80FFFFFF) | (64 + random() % 128) << 23;
            memcpy(&x, &word, 4);
        }
        const float product = v[0] * v[1];
        const float expected = v[2] + (std::fabs(product) < 0x1p-126F ? std::copysign(0.0F, product) : product);
        const double a = v[0];
        const double b = v[1];
        const double actual = ns_rival_step(rival, 1, &a, &b, v[2]);
        uint32_t word;
        memcpy(&word, &expected, 4);
        if (std::fabs(expected) < 0x1p-126F || std::isinf(expected)) continue;
        ASSERT_EQ(actual, static_cast<double>(expected)) << v[0] << " " << v[1] << " " << v[2];
        ASSERT_EQ(ns_float_word(rival->acc, actual), word);
    }
}

// Every finite positive word of the 16-bit formats: its value is on the grid, halves go to the even neighbour.
TEST(Rival, RoundingOnTheGrid)
{
    for (const char *name : {"fp16", "bf16"}) {
        const ns_float_t f = ns_rival_find(name)->in;
        double before = 0.0;
        for (uint32_t word = f.subnormal ? 1U : 1U << f.frac_bits; word < ((1U << f.exp_bits) - 1) << f.frac_bits; word++) {
            const int field = static_cast<int>(word >> f.frac_bits);
            const uint32_t fraction = word & ((1U << f.frac_bits) - 1);
            const int bias = (1 << (f.exp_bits - 1)) - 1;
            const double value = std::ldexp(fraction + (field > 0 ? 1U << f.frac_bits : 0U), (field > 0 ? field : 1) - bias - f.frac_bits);
            ASSERT_EQ(ns_float_round(f, value), value) << word;
            ASSERT_EQ(ns_float_word(f, value), word);
            ASSERT_EQ(ns_float_word(f, -value), word | 1U << (f.exp_bits + f.frac_bits));
            if (before > 0.0) {
                ASSERT_EQ(ns_float_word(f, ns_float_round(f, (before + value) / 2)), word & 1 ? word - 1 : word);
            }
            before = value;
        }
        EXPECT_TRUE(std::isinf(ns_float_round(f, before * 1.01)));
    }
}

// The fused dot product where nothing is truncated is the exact sum rounded once; where the scale is too coarse, products are cut towards zero.
TEST(Rival, FusedDotProduct)
{
    const ns_rival_t *rival = ns_rival_find("bf16_fp32");
    const double a[4] = {1.5, -2.0, 0.25, 3.0};
    const double b[4] = {4.0, 0.5, 8.0, -1.0};
    EXPECT_EQ(ns_rival_step(rival, 4, a, b, 10.0), 14.0); // 6 - 1 + 2 - 3 + 10
    const double big[4] = {1.0, 1.0, 1.0, 1.0};
    const double small[4] = {1.0, -0x1.8p-24, 0x1.8p-24, 0x1p-25};
    // On the scale of 1.0 the unit is 2^-24: -1.5, 1.5 and 0.5 units become -1, 1 and 0.
    EXPECT_EQ(ns_rival_step(rival, 4, big, small, 0.0), 1.0);
    const double whole[4] = {1.0, -2.0, 0.0, 3.0};
    EXPECT_EQ(ns_rival_step(ns_rival_find("int8"), 4, whole, whole, 2147483647.0), -2147483635.0); // + 14 modulo 2^32
    EXPECT_EQ(ns_rival_find("fp8"), nullptr);
}

// The digits' value is the operand's, and at most one wire of a digit is 1: all words of 1 to 16 bits, corners of 24.
void digits_of(int64_t value, int bits, bool is_signed)
{
    const uint64_t wires = ns_digits(value, bits, is_signed);
    const int width = ns_digit_bits(bits, is_signed);
    ASSERT_EQ(wires >> width, 0U);
    int64_t sum = 0;
    for (int at = 0, d = 0; at < width; at += 3, d++) {
        const bool top = width - at <= (is_signed ? 4 : 2);
        const unsigned digit = static_cast<unsigned>(wires >> at) & (top ? 15U : 7U);
        ASSERT_EQ(digit & (digit - 1), 0U) << value << " digit " << d;
        const int of_wire[] = {1, 2, -1, -2};
        for (int wire = 0; wire < 4; wire++)
            if ((digit >> wire & 1) != 0) sum += of_wire[wire] * (INT64_C(1) << (2 * d));
        if (top) break;
    }
    ASSERT_EQ(sum, value) << bits;
}

TEST(Digits, ValueAndOneWireOfADigit)
{
    for (int bits = 1; bits <= 16; bits++)
        for (int64_t word = 0; word < INT64_C(1) << bits; word++) {
            digits_of(word, bits, false);
            digits_of(word - (INT64_C(1) << (bits - 1)), bits, true);
            if (HasFatalFailure()) return;
        }
    for (int64_t word : {0x000000, 0x000001, 0xAAAAAA, 0x555555, 0xFFFFFF, 0x800000, 0x7FFFFF, 0xBFFFFF}) digits_of(word, 24, false);
    EXPECT_EQ(ns_digit_bits(16, true), 25);
    EXPECT_EQ(ns_digit_bits(8, true), 13);
    EXPECT_EQ(ns_digit_bits(11, false), 17);
    EXPECT_EQ(ns_digit_bits(24, false), 37);
    EXPECT_EQ(ns_digits(6, 4, true), 0b0001010U) << "2 + 4";
    EXPECT_EQ(ns_digits(-8, 4, true), 0b1000000U) << "a digit of -2 at the top";
}

// Sign, exponent and digits of every finite word, as they travel down a column.
TEST(Digits, RivalsWords)
{
    const std::pair<const char *, int> widths[] = {{"int8", 13}, {"bf16", 20}, {"fp16", 23}, {"fp16_fp32", 23}, {"fp32", 44}};
    for (const auto &[name, width] : widths) EXPECT_EQ(ns_rival_digit_bits(ns_rival_find(name)), width) << name;
    EXPECT_EQ(ns_rival_digit_word(ns_rival_find("int8"), -128.0), 0b1000000000000U);
    for (const char *name : {"fp16", "bf16"}) {
        const ns_rival_t *rival = ns_rival_find(name);
        const ns_float_t f = rival->in;
        const int rest = f.subnormal ? f.frac_bits + 1 : f.frac_bits, digits = ns_digit_bits(rest, false);
        for (uint32_t word = 0; word < ((1U << f.exp_bits) - 1) << f.frac_bits; word++) {
            const uint32_t field = word >> f.frac_bits, fraction = word & ((1U << f.frac_bits) - 1);
            if (field == 0 && fraction != 0 && !f.subnormal) continue;
            const int exponent = static_cast<int>(field > 0 ? field : 1) - (1 << (f.exp_bits - 1)) + 1;
            const double value = std::ldexp(fraction + (field > 0 ? 1U << f.frac_bits : 0U), exponent - f.frac_bits);
            const uint64_t plain = ns_rival_digit_word(rival, value);
            ASSERT_EQ(ns_rival_digit_word(rival, -value), plain | UINT64_C(1) << (digits + f.exp_bits));
            ASSERT_EQ(plain >> digits, field == 0 && fraction != 0 ? 1U : field);
            ASSERT_EQ(plain & ((UINT64_C(1) << digits) - 1), ns_digits(f.subnormal && field > 0 ? fraction | 1U << f.frac_bits : fraction, rest, false));
        }
    }
}

} // namespace
