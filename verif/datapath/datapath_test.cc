// datapath_test.cc - requantiser, lanes and chunk rounding of the RTL against the golden model. Twin: dot_lanes.v, cmodel/golden/flx_requant.c
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES cases per block (1,000,000), FLX_SEED (1).
#include <gtest/gtest.h>

#include <cstdlib>

#include "Vdot_lanes.h"
#include "Vrq12s.h"
#include "Vrq16.h"
#include "Vrq16s.h"
#include "Vrq8s.h"
#include "flx/flx.h"

double sc_time_stamp() { return 0; }

namespace {

uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

struct Random {
    uint64_t state;
    uint64_t word()
    {
        uint64_t x = state += 0x9E3779B97F4A7C15U;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
        return x ^ (x >> 31);
    }
    int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(word() % static_cast<uint64_t>(high - low + 1)); }
    bool one_in(uint32_t n) { return word() % n == 0; }
};

struct Element {
    bool valid, sat;
    int64_t acc;
    int32_t s;
    uint32_t rounding, start, row;
};

int64_t at_shift(int64_t x, int32_t s, int bits)
{
    return s >= 0 && s < bits - 18 ? x * (INT64_C(1) << s) : 0;
}

// A sum that is near a tie or a bound at its shift, or any.
Element random_element(Random &random, flx_format_t fmt, int sum_bits, bool stochastic)
{
    const int32_t exp_max = flx_exp_max(fmt), max = flx_mant_max(fmt);
    Element e = {};
    e.valid = !random.one_in(8);
    e.sat = random.one_in(4);
    e.rounding = static_cast<uint32_t>(random.between(0, stochastic ? 4 : 3));
    e.row = static_cast<uint32_t>(random.word());
    e.s = static_cast<int32_t>(random.one_in(2) ? random.between(-exp_max, 2 * exp_max) : random.between(0, sum_bits));
    if (e.s > 2 * exp_max) e.s = 2 * exp_max;
    const int64_t m = random.one_in(3) ? max : random.one_in(3) ? -max - 1 : random.between(-max - 1, max);
    if (random.one_in(2)) e.acc = at_shift(m, e.s, sum_bits) + (e.s >= 1 && random.one_in(2) ? at_shift(1, e.s - 1, sum_bits) : 0) + random.between(-2, 2);
    else e.acc = static_cast<int64_t>(random.word()) >> random.between(64 - sum_bits, 63);
    if (random.one_in(32)) e.acc = random.one_in(2) ? -(INT64_C(1) << (sum_bits - 1)) : (INT64_C(1) << (sum_bits - 1)) - 1;
    if (random.one_in(32)) e.acc = 0;
    return e;
}

// A new element in every cycle, its result three cycles later; gaps between them.
template <typename V> void requantiser(int mant_bits, int exp_bits, int sum_bits, bool stochastic)
{
    const flx_format_t fmt = {static_cast<uint8_t>(mant_bits), static_cast<uint8_t>(exp_bits), 48};
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random = {setting("FLX_SEED", 1) + static_cast<uint64_t>(mant_bits)};
    V dut;
    Element pipe[4] = {};
    uint64_t ties = 0, clipped = 0, underflow = 0;
    dut.rst_ni = 0;
    dut.valid_i = 0;
    for (int i = 0; i < 8; i++) {
        dut.clk_i = i & 1;
        dut.eval();
    }
    dut.rst_ni = 1;
    for (uint64_t i = 0; i < cases; i++) {
        for (int p = 3; p > 0; p--) pipe[p] = pipe[p - 1];
        const Element e = pipe[0] = random_element(random, fmt, sum_bits, stochastic);
        dut.valid_i = e.valid;
        dut.sat_i = e.sat;
        dut.acc_i = static_cast<uint64_t>(e.acc) & ((UINT64_C(1) << sum_bits) - 1);
        dut.shift_i = static_cast<uint32_t>(e.s) & ((1U << (exp_bits + 2)) - 1U);
        dut.rounding_i = e.rounding;
        dut.random_i = e.row * 0x9E3779B9U; // seed 0, column 0
        // before the edge the outputs are those of the element three edges ago
        const Element &old = pipe[3];
        dut.clk_i = 0;
        dut.eval();
        const uint32_t word = flx_stochastic_word(0, old.row, 0);
        const flx_mant_t want = flx_requant(fmt, old.acc, old.s, static_cast<flx_rounding_t>(old.rounding), word);
        const int32_t half = INT32_C(1) << (mant_bits - 1);
        const int32_t mant = static_cast<int32_t>(dut.mant_o ^ static_cast<uint32_t>(half)) - half;
        if (old.valid) {
            ASSERT_TRUE(mant == want.mant && dut.clipped_o == want.clipped && dut.underflow_o == (want.nonzero_in && want.mant == 0) && dut.sat_o == old.sat)
                << "acc=" << old.acc << " s=" << old.s << " rounding=" << old.rounding << ": " << mant << " expected " << want.mant;
            ties += old.s >= 1 && old.s < 62 && old.acc != 0 && (static_cast<uint64_t>(old.acc) & ((UINT64_C(1) << old.s) - 1)) == UINT64_C(1) << (old.s - 1);
            clipped += want.clipped;
            underflow += dut.underflow_o;
        } else {
            ASSERT_TRUE(dut.mant_o == 0 && !dut.clipped_o && !dut.underflow_o && !dut.sat_o) << "an empty cycle is not 0";
        }
        dut.clk_i = 1;
        dut.eval();
    }
    printf("requantiser N=%d M=%d, %d-bit sums: %llu cases, %llu ties, %llu clipped, %llu underflows\n", mant_bits, exp_bits, sum_bits,
           static_cast<unsigned long long>(cases), static_cast<unsigned long long>(ties), static_cast<unsigned long long>(clipped),
           static_cast<unsigned long long>(underflow));
    EXPECT_GT(ties, cases / 100);
    EXPECT_GT(clipped, cases / 100);
    EXPECT_GT(underflow, cases / 100);
}

TEST(Datapath, Requantiser16) { requantiser<Vrq16>(16, 5, 48, false); }
TEST(Datapath, Requantiser16AllModes) { requantiser<Vrq16s>(16, 5, 50, true); }
TEST(Datapath, Requantiser12) { requantiser<Vrq12s>(12, 8, 42, true); }
TEST(Datapath, Requantiser8) { requantiser<Vrq8s>(8, 4, 50, true); }

int16_t operand(Random &random)
{
    switch (random.between(0, 3)) {
    case 0: return random.one_in(2) ? INT16_MIN : INT16_MAX;
    case 1: return static_cast<int16_t>(random.one_in(2) ? 1 << random.between(0, 14) : -(1 << random.between(0, 15)));
    default: return static_cast<int16_t>(random.word());
    }
}

TEST(Datapath, EveryLaneAndTheAddend)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random = {setting("FLX_SEED", 1) + 5};
    Vdot_lanes dut;
    for (uint64_t i = 0; i < cases; i++) {
        int64_t sum = static_cast<int64_t>(random.word()) >> random.between(17, 60);
        dut.add_i = static_cast<uint64_t>(sum);
        for (int l = 0; l < 32; l++) {
            const int16_t a = operand(random), b = operand(random);
            uint32_t *wa = &dut.a_i[l / 2], *wb = &dut.b_i[l / 2];
            *wa = l % 2 == 0 ? static_cast<uint16_t>(a) : *wa | static_cast<uint32_t>(static_cast<uint16_t>(a)) << 16;
            *wb = l % 2 == 0 ? static_cast<uint16_t>(b) : *wb | static_cast<uint32_t>(static_cast<uint16_t>(b)) << 16;
            if (l < 4) sum += static_cast<int64_t>(a) * b;
        }
        dut.eval();
        ASSERT_EQ(dut.differ_o, 0) << "structural and fast differ; sizes as bits, case " << i;
        ASSERT_EQ(dut.fast4_o, static_cast<uint64_t>(sum) & 0xFFFFFFFFFFFFU) << "case " << i;
    }
}

TEST(Datapath, ChunkRounding)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random = {setting("FLX_SEED", 1) + 6};
    Vdot_lanes dut;
    for (uint64_t i = 0; i < cases; i++) {
        const bool wide = random.one_in(2);
        const int bits = wide ? 48 : 40;
        const auto s = static_cast<int32_t>(random.one_in(2) ? random.between(0, bits) : wide ? random.between(-31, 62) : random.between(-255, 510));
        int64_t acc = static_cast<int64_t>(random.word()) >> random.between(64 - bits, 63);
        if (random.one_in(2)) acc = at_shift(random.between(-4000, 4000), s, bits + 6) + (s >= 1 ? at_shift(random.between(-1, 1), s - 1, bits) : 0) + random.between(-2, 2);
        dut.add_i = static_cast<uint64_t>(acc);
        dut.shift_i = static_cast<uint32_t>(s) & 0x3FF;
        dut.eval();
        const int64_t got = static_cast<int64_t>(wide ? dut.chunk50_o : dut.chunk42_o);
        ASSERT_EQ(got, flx_chunk_round(acc, s)) << "acc=" << acc << " s=" << s << " bits=" << bits;
    }
}

} // namespace
