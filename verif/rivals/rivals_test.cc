// rivals_test.cc - every rival's step, with AND rows and with digits, against the oracle and the host's floats, and an array of it on streams. Twin: oracle.cc, rival_bench.v
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES random steps per variant (100,000), FLX_SEED (1).
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "Vrival_bench.h"
#include "oracle.h"

double sc_time_stamp() { return 0; }

namespace {

using oracle::Format;

// The variants of rival_bench.v, in its order.
struct Variant {
    int kind, lanes, pipe;
    bool subnormal, serial;
    size_t rows, cols, cluster;     // of its array
};
const std::vector<Variant> VARIANTS = {
    {0, 4, 0, true, true, 2, 4, 2}, {1, 1, 1, false, true, 4, 4, 4}, {2, 1, 0, true, true, 1, 1, 1}, {2, 1, 1, false, false, 2, 2, 2},
    {3, 1, 1, false, false, 4, 2, 2}, {4, 1, 0, true, true, 2, 2, 2}, {4, 1, 1, false, true, 3, 2, 1}, {5, 1, 0, false, true, 2, 2, 2},
    {3, 4, 2, false, true, 2, 2, 2}, {4, 4, 0, true, false, 1, 1, 1}};
const size_t ROWS = 4, COLS = 4, LANES = 4, FORMS = 2;     // of the bench's ports

Format in_format(const Variant &v)
{
    if (v.kind == 2 || v.kind == 4) return {5, 10, v.subnormal};
    return {8, v.kind == 5 ? 23 : 7, false};
}
Format acc_format(const Variant &v)
{
    if (v.kind == 1) return {8, 7, false};
    if (v.kind == 2) return {5, 10, v.subnormal};
    return {8, 23, false};
}

using Words = std::array<uint32_t, LANES>;

uint32_t expected(const Variant &v, const Words &a, const Words &b, uint32_t acc)
{
    if (v.kind == 0) {
        for (size_t l = 0; l < static_cast<size_t>(v.lanes); l++)
            acc += static_cast<uint32_t>(static_cast<int8_t>(a[l]) * static_cast<int8_t>(b[l]));
        return acc;
    }
    if (v.lanes > 1) return oracle::fused(in_format(v), v.lanes, a.data(), b.data(), acc, nullptr);
    return oracle::add(acc_format(v), oracle::multiply(in_format(v), acc_format(v), a[0], b[0]), acc);
}

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
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(word() % n); }
    bool one_in(uint32_t n) { return below(n) == 0; }
};

// Boundary operands of a format: zero, subnormals, least and greatest normal, one and its neighbours, ties, infinity, NaN.
std::vector<uint32_t> boundary(Format fmt)
{
    const uint32_t one = static_cast<uint32_t>(fmt.bias()) << fmt.frac_bits, top = 1U << (fmt.frac_bits - 1), least = 1U << fmt.frac_bits;
    std::vector<uint32_t> words;
    for (uint32_t w : {0U, 1U, top, least - 1U, least, least + 1U, least + top, one - 1U, one, one + 1U, one + top, one + 2U * top - 1U, one + least * 4U + 3U,
                       one + (least << (fmt.exp_bits > 5 ? 4 : 3)), fmt.infinity() - 1U, fmt.infinity() - least, fmt.infinity(), fmt.nan(), fmt.infinity() + 1U}) {
        words.push_back(w);
        words.push_back(w | fmt.sign());
    }
    return words;
}

// What the RTL's accumulator may hold: the one NaN, no subnormal where they are flushed.
uint32_t as_accumulator(Format fmt, uint32_t word)
{
    if (fmt.exponent(word) == (1 << fmt.exp_bits) - 1 && fmt.fraction(word) != 0) return fmt.nan();
    return fmt.exponent(word) == 0 && !fmt.subnormal ? word & fmt.sign() : word;
}

// Random operand around exponent field `centre`; seldom a boundary word, with short fractions often, so that ties and cancellation occur.
uint32_t operand(Random &random, Format fmt, int centre, int spread, const std::vector<uint32_t> &corners)
{
    if (random.one_in(24)) return corners[random.below(static_cast<uint32_t>(corners.size()))];
    const int greatest = (1 << fmt.exp_bits) - 2;
    int exponent = centre - spread + static_cast<int>(random.below(static_cast<uint32_t>(2 * spread + 1)));
    exponent = exponent < 0 ? 0 : exponent > greatest ? greatest : exponent;
    uint32_t fraction = fmt.fraction(static_cast<uint32_t>(random.word()));
    if (random.one_in(3)) fraction &= ~0U << random.below(static_cast<uint32_t>(fmt.frac_bits + 1));
    if (random.one_in(6)) fraction = fmt.fraction(~0U << random.below(static_cast<uint32_t>(fmt.frac_bits)));
    return (random.one_in(2) ? fmt.sign() : 0U) | static_cast<uint32_t>(exponent) << fmt.frac_bits | fmt.fraction(fraction);
}

class Step {
  public:
    // With FAST = 1 and 0.
    std::array<uint32_t, FORMS> operator()(size_t v, const Words &a, const Words &b, uint32_t acc)
    {
        for (size_t l = 0; l < LANES; l++) {
            dut.a_i[l] = a[l];
            dut.b_i[l] = b[l];
        }
        dut.acc_i = acc;
        dut.eval();
        return {dut.step_o[FORMS * v], dut.step_o[FORMS * v + 1]};
    }

  private:
    Vrival_bench dut;
};

// One comparison; false after a failure, with operands in hex.
bool same(Step &step, size_t v, const Words &a, const Words &b, uint32_t acc)
{
    const Variant &variant = VARIANTS[v];
    const uint32_t want = expected(variant, a, b, acc);
    const auto got = step(v, a, b, acc);
    if (got[0] == want && got[1] == want) return true;
    char text[400];
    snprintf(text, sizeof text, "variant %zu, kind %d, %d lanes: acc %08x a %08x %08x %08x %08x b %08x %08x %08x %08x: %08x with AND rows, %08x with digits, expected %08x",
             v, variant.kind, variant.lanes, acc, a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3], got[0], got[1], want);
    ADD_FAILURE() << text;
    return false;
}

class Baselines : public testing::TestWithParam<size_t> {};
class Significands : public testing::TestWithParam<size_t> {};
class Arrays : public testing::TestWithParam<size_t> {};

// Every boundary operand with every boundary operand and accumulator; with lanes, beside random other lanes.
TEST_P(Baselines, Boundary)
{
    const size_t v = GetParam();
    const Variant &variant = VARIANTS[v];
    Step step;
    Random random = {setting("FLX_SEED", 1)};
    if (variant.kind == 0) {
        for (uint32_t a : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU, 0x55U})
            for (uint32_t b : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU, 0xaaU})
                for (uint32_t acc : {0U, 1U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) ASSERT_TRUE(same(step, v, {a, b, a, b}, {b, b, a, a}, acc));
        return;
    }
    const Format in = in_format(variant), out = acc_format(variant);
    const std::vector<uint32_t> operands = boundary(in), sums = boundary(out);
    for (uint32_t a : operands)
        for (uint32_t b : operands)
            for (uint32_t acc : sums) {
                Words x = {a}, y = {b};
                for (size_t l = 1; l < LANES; l++)
                    if (!random.one_in(3)) x[l] = operands[random.below(static_cast<uint32_t>(operands.size()))], y[l] = operands[random.below(static_cast<uint32_t>(operands.size()))];
                ASSERT_TRUE(same(step, v, x, y, as_accumulator(out, acc)));
            }
}

// Random steps: operands near each other and far apart, accumulators that nearly cancel the product.
TEST_P(Baselines, Random)
{
    const size_t v = GetParam();
    const Variant &variant = VARIANTS[v];
    const uint64_t cases = setting("FLX_CASES", 100000);
    Step step;
    Random random = {setting("FLX_SEED", 1) + 100 * v};
    const Format in = in_format(variant), out = acc_format(variant);
    const std::vector<uint32_t> corners = boundary(in), sums = boundary(out);
    uint64_t zero = 0, special = 0, kept = 0;
    for (uint64_t i = 0; i < cases; i++) {
        Words a = {}, b = {};
        uint32_t acc = static_cast<uint32_t>(random.word());
        if (variant.kind == 0) {
            for (size_t l = 0; l < LANES; l++) a[l] = random.below(256), b[l] = random.below(256);
        } else {
            // the product's exponent anywhere, least and greatest included
            const int range = 1 << in.exp_bits, spread = static_cast<int>(random.below(5)) * (random.one_in(3) ? 8 : 1);
            const int ea = static_cast<int>(random.below(static_cast<uint32_t>(range)));
            const int target = in.bias() + (random.one_in(2) ? static_cast<int>(random.below(16)) - 8 : static_cast<int>(random.below(static_cast<uint32_t>(range))) - range / 2);
            const int eb = target + in.bias() - ea;
            for (size_t l = 0; l < LANES; l++) {
                a[l] = operand(random, in, ea, spread, corners);
                b[l] = operand(random, in, eb, spread, corners);
            }
            if (variant.lanes == 1 && random.one_in(3)) {
                acc = oracle::multiply(in, out, a[0], b[0]) ^ out.sign();       // cancels, but for a few units
                acc += random.below(5) - 2U;
            } else {
                acc = operand(random, out, target - in.bias() + out.bias(), 1 + static_cast<int>(random.below(30)), sums);
            }
            acc = as_accumulator(out, acc & (out.sign() | (out.sign() - 1U)));
        }
        ASSERT_TRUE(same(step, v, a, b, acc));
        const uint32_t want = expected(variant, a, b, acc);
        zero += (want & (out.sign() - 1U)) == 0;
        special += out.exponent(want) == (1 << out.exp_bits) - 1;
        kept += want == acc;
    }
    printf("variant %2zu, kind %d, %d lanes: %llu steps equal, results: %llu zero, %llu infinite or NaN, %llu the accumulator unchanged\n", v, variant.kind,
           variant.lanes, static_cast<unsigned long long>(cases), static_cast<unsigned long long>(zero), static_cast<unsigned long long>(special),
           static_cast<unsigned long long>(kept));
    if (variant.kind == 0) return;
    if (variant.lanes == 1) {
        EXPECT_GT(zero, cases / 1000);
    }
    EXPECT_GT(special, cases / 1000);
    EXPECT_LT(zero + special + kept, cases / 10 * 9);
}

// int8: every operand pair. BF16: every pair of significands, FP16: every fourth, at exponents where the product is normal, subnormal, least and greatest.
TEST_P(Significands, Pairs)
{
    const size_t v = GetParam();
    const Variant &variant = VARIANTS[v];
    Step step;
    if (variant.kind == 0) {
        for (uint32_t a = 0; a < 256; a++)
            for (uint32_t b = 0; b < 256; b++) ASSERT_TRUE(same(step, v, {a, b, a, a}, {b, a, a, b}, a * 0x01020304U));
        return;
    }
    const Format in = in_format(variant), out = acc_format(variant);
    const int least = in.bias() + 1;            // sum of the fields of the least normal product
    const std::vector<std::array<int, 2>> fields = in.exp_bits == 8
        ? std::vector<std::array<int, 2>>{{in.bias(), in.bias()}, {1, least - 1}, {1, least - 2}, {2 * in.bias(), in.bias() - 1}, {2 * in.bias(), in.bias()}}
        : std::vector<std::array<int, 2>>{{in.bias(), in.bias()}, {0, in.bias() + 5}, {4, 6}};
    const uint32_t sums[] = {0, static_cast<uint32_t>(out.bias()) << out.frac_bits};
    uint64_t pairs = 0;
    for (const auto &f : fields)
        for (uint32_t x = 0; x < 1U << in.frac_bits; x++)
            for (uint32_t y = (in.frac_bits == 10 ? x % 4 : 0); y < 1U << in.frac_bits; y += in.frac_bits == 10 ? 4 : 1) {
                ASSERT_TRUE(same(step, v, {static_cast<uint32_t>(f[0]) << in.frac_bits | x}, {static_cast<uint32_t>(f[1]) << in.frac_bits | y | in.sign() * (x & 1U)}, sums[pairs & 1]));
                pairs++;
            }
    printf("variant %2zu: %llu significand pairs equal\n", v, static_cast<unsigned long long>(pairs));
}
INSTANTIATE_TEST_SUITE_P(Every, Baselines, testing::Range(size_t{0}, VARIANTS.size()));
INSTANTIATE_TEST_SUITE_P(Every, Significands, testing::Values(0, 1, 2, 3, 4, 5, 6));
// A beat for every row and column.
using Beat = std::array<Words, ROWS + COLS>;

Beat random_beat(Random &random, Format in, const std::vector<uint32_t> &corners)
{
    Beat beat = {};
    const bool rare = random.one_in(40);
    for (Words &words : beat)
        for (uint32_t &word : words) {
            do word = operand(random, in, in.bias(), 4, corners);
            while (!rare && in.exponent(word) == (1 << in.exp_bits) - 1);
        }
    return beat;
}

// Tiles as long as the array has rows, or up to 7 beats longer, with gaps between and within them, results in some rows: each equals the oracle's, in its cycle, and the
// buses are 0 otherwise.
TEST_P(Arrays, Streams)
{
    const size_t v = GetParam();
    const Variant &variant = VARIANTS[v];
    const size_t tiles = static_cast<size_t>(setting("FLX_CASES", 100000)) / 25 / (variant.rows * variant.cols), wait = 2 * ROWS + COLS;
    const Format in = in_format(variant);
    const std::vector<uint32_t> corners = boundary(in);
    Random random = {setting("FLX_SEED", 1) + v};
    Vrival_bench dut;
    std::vector<std::array<uint32_t, COLS>> want;      // per cycle
    size_t cycle = 0, results = 0;
    const auto step = [&](bool first, uint32_t last, const Beat &beat) {
        dut.first_i = first;
        dut.last_i = static_cast<uint8_t>(last);
        for (size_t l = 0; l < LANES; l++) {
            for (size_t r = 0; r < ROWS; r++) dut.row_i[LANES * r + l] = beat[r][l];
            for (size_t c = 0; c < COLS; c++) dut.col_i[LANES * c + l] = beat[ROWS + c][l];
        }
        dut.clk_i = 0;
        dut.eval();
        want.resize(cycle + wait);
        for (size_t bus = 0; bus < FORMS * COLS; bus++) {
            const uint32_t got = dut.bus_o[FORMS * COLS * v + bus], expect = want[cycle][bus % COLS];
            if (got == expect) continue;
            char text[120];
            snprintf(text, sizeof text, "variant %zu, digits %zu, cycle %zu, column %zu: %08x, expected %08x", v, bus / COLS, cycle, bus % COLS, got, expect);
            ADD_FAILURE() << text;
        }
        dut.clk_i = 1;
        dut.eval();
        cycle++;
    };
    dut.rst_ni = 0;
    for (size_t i = 0; i < wait; i++) step(false, 0, {});
    dut.rst_ni = 1;
    for (size_t tile = 0; tile < tiles && !testing::Test::HasFailure(); tile++) {
        std::array<std::array<uint32_t, COLS>, ROWS> acc = {};
        const size_t beats = variant.rows + random.below(8);
        const uint32_t last = random.one_in(2) ? (1U << variant.rows) - 1U : random.below(1U << variant.rows);
        for (size_t k = 0; k < beats; k++) {
            while (random.one_in(4)) step(false, 0, {});
            const Beat beat = random_beat(random, in, corners);
            for (size_t r = 0; r < variant.rows; r++)
                for (size_t c = 0; c < variant.cols; c++) {
                    acc[r][c] = expected(variant, beat[r], beat[ROWS + c], acc[r][c]);
                    if (k != beats - 1 || (last >> r & 1U) == 0) continue;
                    want.resize(cycle + wait);
                    want[cycle + 2 + r + c / variant.cluster + static_cast<size_t>(variant.pipe)][c] = acc[r][c];
                    results++;
                }
            step(k == 0, k == beats - 1 ? last : 0, beat);
        }
    }
    for (size_t i = 0; i < wait; i++) step(false, 0, {});
    printf("array of variant %zu, %zu x %zu in clusters of %zu x %zu: %zu results equal in %zu cycles\n", v, variant.rows, variant.cols, variant.cluster, variant.cluster, results, cycle);
    EXPECT_GT(results, tiles * variant.rows * variant.cols / 2);
}
INSTANTIATE_TEST_SUITE_P(Every, Arrays, testing::Range(size_t{0}, VARIANTS.size()));

// The fused dot product's error: every product and the sum lose less than one unit (2^-24 of the scale's exponent field, at most 4 of the
// greatest magnitude), the rounding half a unit of the result.
TEST(Fused, NearTheExactSum)
{
    Random random = {setting("FLX_SEED", 1)};
    double worst = 0.0;
    for (const Format in : {Format{8, 7, false}, Format{5, 10, false}})
        for (uint64_t i = 0; i < setting("FLX_CASES", 100000) / 2; i++) {
            Words a = {}, b = {};
            for (size_t l = 0; l < LANES; l++) {
                a[l] = operand(random, in, in.bias(), 6, {0});
                b[l] = operand(random, in, in.bias(), 6, {0});
            }
            double error = 0.0;
            oracle::fused(in, LANES, a.data(), b.data(), operand(random, {8, 23, false}, 127, 12, {0}), &error);
            if (error > worst) worst = error;
        }
    printf("fused dot product of 4: greatest error %.2f units of 2^-24 of the greatest magnitude\n", worst);
    EXPECT_LT(worst, 14.0);
    EXPECT_GT(worst, 1.0);
}

// The oracle itself against the host's binary32, where that is one correctly rounded operation without subnormals.
TEST(Oracle, HostFloats)
{
    const Format single = {8, 23, false};
    Random random = {setting("FLX_SEED", 1)};
    const std::vector<uint32_t> corners = boundary(single);
    uint64_t compared = 0;
    for (uint64_t i = 0; i < setting("FLX_CASES", 100000); i++) {
        const uint32_t x = as_accumulator(single, operand(random, single, 127, 60, corners)), y = as_accumulator(single, operand(random, single, 127, 60, corners));
        float a, b;
        memcpy(&a, &x, 4);
        memcpy(&b, &y, 4);
        const float host[2] = {a + b, a * b};
        const uint32_t ours[2] = {oracle::add(single, x, y), oracle::multiply(single, single, x, y)};
        for (int k = 0; k < 2; k++) {
            uint32_t word;
            memcpy(&word, &host[k], 4);
            if (std::isnan(host[k])) word = single.nan();
            if (std::fpclassify(host[k]) == FP_SUBNORMAL || (word & ~single.sign()) == single.infinity() >> 8) continue;
            ASSERT_EQ(word, ours[k]) << std::hex << x << (k == 0 ? " + " : " * ") << y;
            compared++;
        }
    }
    EXPECT_GT(compared, setting("FLX_CASES", 100000));
}
} // namespace
