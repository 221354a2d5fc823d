// oracle_test.cc - conversions, writes and sums of the golden model against the oracle. Twin: oracle.h
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

#include "cases.h"
#include "oracle.h"

namespace {

using cases::any_format;
using cases::Met;
using cases::Random;

mpz_class wide(int64_t x) { return mpz_class(static_cast<long>(x)); }
int64_t shifted(int64_t x, int64_t s) { return s >= 0 && s < 62 ? static_cast<int64_t>(static_cast<uint64_t>(x) << s) : 0; }

TEST(Oracle, Requantise)
{
    const uint64_t cases = cases::count();
    Random random(1);
    Met met("requantise", cases, {"tie", "clipped high", "clipped low", "rounded into the clip", "just fits high", "just fits low", "zero", "left shift", "lowest shift", "highest shift", "underflow", "all fraction bits", "word at the edge"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = any_format(random);
        const int32_t exp_max = flx_exp_max(fmt), max = flx_mant_max(fmt);
        int32_t s = static_cast<int32_t>(random.one_in(2) ? random.between(0, 40) : random.between(-exp_max, 2 * exp_max));
        int64_t acc = random.any(63);
        if (random.one_in(2)) { // near m + {0, 1/2} at this shift, m often at a limit
            s = static_cast<int32_t>(random.between(1, 44));
            const int64_t m = random.one_in(3) ? max : random.one_in(3) ? -max - 1 : random.between(-max - 1, max);
            acc = shifted(m, s) + (random.one_in(2) ? shifted(1, s - 1) : 0) + random.between(-2, 2);
        } else if (random.one_in(4)) {
            s = static_cast<int32_t>(random.between(-16, 0));
            acc = random.any(17);
        }
        if (random.one_in(64)) acc = 0;
        if (random.one_in(64)) acc = random.one_in(2) ? INT64_MAX : INT64_MIN;
        if (random.one_in(32)) s = random.one_in(2) ? -exp_max : 2 * exp_max;
        const auto mode = static_cast<flx_rounding_t>(random.between(0, 4));
        uint32_t word = random.one_in(8) ? UINT32_MAX : static_cast<uint32_t>(random.word());
        const bool edge = mode == FLX_ROUND_STOCHASTIC && random.one_in(2); // the last word that rounds down, or the first that rounds up
        if (edge) word = ~oracle::fraction(wide(acc), s) + static_cast<uint32_t>(random.one_in(2));
        const flx_mant_t got = flx_requant(fmt, acc, s, mode, word);
        const oracle::Mantissa want = oracle::requantise(fmt.mant_bits, wide(acc), s, static_cast<oracle::Mode>(mode), word);
        ASSERT_TRUE(got.mant == want.value && got.clipped == want.clipped && got.nonzero_in == (acc != 0))
            << "N=" << int(fmt.mant_bits) << " acc=" << acc << " s=" << s << " mode=" << mode << " random=" << word << ": " << got.mant << " expected " << want.value;
        met({s >= 1 && s < 62 && acc != 0 && (static_cast<uint64_t>(acc) & ((1ULL << s) - 1)) == 1ULL << (s - 1),
             got.clipped && got.mant == max, got.clipped && got.mant == -max - 1,
             got.clipped && s >= 1 && s < 44 && acc >= 0 && acc >> s == max,
             !got.clipped && got.mant == max, !got.clipped && got.mant == -max - 1, acc == 0, s < 0 && !got.clipped && acc != 0,
             s == -exp_max, s == 2 * exp_max, acc != 0 && got.mant == 0, s > 33 && acc < 0 && acc >= -2, edge});
    }
}

// Every shift gives a result: far beyond any exponent the outcome no longer changes.
TEST(Oracle, RequantiseOfAnyShift)
{
    const flx_format_t fmt = flx_format_default();
    for (int mode = 0; mode <= 4; mode++)
        for (const int64_t acc : {INT64_MIN, INT64_MIN + 1, int64_t{-1}, int64_t{0}, int64_t{1}, INT64_MAX})
            for (const int32_t s : {INT32_MIN, INT32_MIN + 1, -100000, -64, 62, 63, 64, 65, 95, 96, 97, 128, 100000, INT32_MAX - 1, INT32_MAX}) {
                const oracle::Mantissa want = oracle::requantise(16, wide(acc), std::clamp(s, -1000, 1000), static_cast<oracle::Mode>(mode), UINT32_MAX);
                const flx_mant_t got = flx_requant(fmt, acc, s, static_cast<flx_rounding_t>(mode), UINT32_MAX);
                EXPECT_TRUE(got.mant == want.value && got.clipped == want.clipped) << "acc=" << acc << " s=" << s << " mode=" << mode;
                const mpz_class chunk = oracle::chunk_round(wide(acc), std::clamp(s, -1000, 1000));
                EXPECT_EQ(wide(flx_chunk_round(acc, s)), chunk > wide(INT64_MAX) ? wide(INT64_MAX) : chunk) << "acc=" << acc << " s=" << s;
            }
}

// Any int64: a result beyond 2^63 - 1, which no accumulator of 62 bits reaches, saturates.
TEST(Oracle, ChunkRound)
{
    const uint64_t cases = cases::count();
    Random random(2);
    Met met("chunk rounding", cases, {"t saturates high", "t saturates low", "rounds to zero", "s below 0", "positive half", "negative half", "just beyond it", "doubles", "beyond int64", "lowest shift", "highest shift"});
    for (uint64_t i = 0; i < cases; i++) {
        int32_t s = static_cast<int32_t>(random.one_in(2) ? random.between(0, 62) : random.between(-255, 510));
        int64_t acc = random.any(random.one_in(2) ? 48 : 63);
        if (random.one_in(2) && s >= 1 && s <= 44)
            acc = shifted(random.between(-70000, 70000), s) + shifted(random.between(-1, 1), s - 1) + (random.one_in(2) ? random.between(-2, 2) : shifted(random.between(-2, 2), s - 12));
        if (random.one_in(4) && s >= 1) acc = shifted(random.one_in(2) ? 1 : -1, s - 1) + random.between(-1, 1) - (s >= 12 ? shifted(random.between(0, 1), s - 12) : 0);
        if (random.one_in(64)) acc = random.one_in(2) ? INT64_MAX : INT64_MIN;
        if (random.one_in(64)) s = random.one_in(2) ? -255 : 510;
        const int64_t got = flx_chunk_round(acc, s);
        const mpz_class exact = oracle::chunk_round(wide(acc), s), want = exact > wide(INT64_MAX) ? wide(INT64_MAX) : exact;
        ASSERT_EQ(wide(got), want) << "acc=" << acc << " s=" << s;
        const bool small = s >= 0 && s < 40;
        const bool in_range = s >= 12 && s < 62;
        met({small && acc >= shifted(1, s + 19), small && acc < -shifted(1, s + 19), acc != 0 && got == 0, s < 0, in_range && acc == shifted(1, s - 1), in_range && acc == -shifted(1, s - 1),
             in_range && got != 0 && acc < -shifted(1, s - 1) && acc >= -shifted(1, s - 1) - 2 * shifted(1, s - 12), acc > 0 && acc < shifted(1, 61) && got == 2 * acc, exact != want, s == -255, s == 510});
    }
}

TEST(Oracle, ChunkExamplesOfTheSpecification)
{
    const struct { std::vector<int64_t> sums; int32_t chunked, exact; } example[] = {
        {{16384}, 1, 0}, {{-16384}, 0, 0}, {{-16385}, 0, -1}, {{-16392}, -1, -1}, {{16384, 16384}, 2, 1}, {{-16384, -16384}, 0, -1},
        {{16376, 16376, 16376, 16376}, 0, 2}, {{16388, 16388, 16388, 16388}, 4, 2}};
    for (const auto &e : example) {
        int64_t acc = 0, sum = 0;
        for (int64_t x : e.sums) {
            acc = flx_chunk_round(acc + x, 15);
            sum += x;
        }
        EXPECT_EQ(flx_requant(flx_format_default(), acc, 15, FLX_ROUND_NEAREST_EVEN, 0).mant, e.chunked);
        EXPECT_EQ(flx_requant(flx_format_default(), sum, 15, FLX_ROUND_NEAREST_EVEN, 0).mant, e.exact);
    }
}

TEST(Oracle, StochasticWord)
{
    const uint64_t cases = cases::count();
    Random random(3);
    Met met("stochastic word", cases, {"start 0"});
    for (uint64_t i = 0; i < cases; i++) {
        const auto row = static_cast<uint32_t>(random.word()), col = static_cast<uint32_t>(random.word() >> random.between(32, 60));
        const bool zero = random.one_in(16);
        const uint32_t seed = zero ? 0U - row * 0x9E3779B9U - col * 0x85EBCA6BU : static_cast<uint32_t>(random.word());
        ASSERT_EQ(flx_stochastic_word(seed, row, col), oracle::stochastic_word(seed, row, col));
        met({zero});
    }
}

float random_float(Random &random, int e, int32_t max)
{
    switch (random.between(0, 7)) {
    case 0: { // any bit pattern
        const auto bits = static_cast<uint32_t>(random.word());
        float x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    case 1: return random.one_in(64) ? (random.one_in(2) ? INFINITY : -INFINITY) : random.one_in(2) ? 0.0F : -0.0F;
    case 2: return static_cast<float>(std::ldexp(static_cast<double>(max) + static_cast<double>(random.between(-4, 4)) / 4, -e)); // at the limit
    case 3: return static_cast<float>(std::ldexp(static_cast<double>(random.between(-2 * max, 2 * max)) + 0.5, -e));              // ties
    default: return static_cast<float>(std::ldexp(static_cast<double>(random.any(40)) / 1e6, -e));
    }
}

TEST(Oracle, HostAndKernelWrites)
{
    const uint64_t cases = cases::count();
    Random random(5);
    Met met("host and kernel writes", cases, {"clipped high", "clipped low", "underflow", "zero", "not a number", "infinite", "subnormal", "tie", "smallest mantissa"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = any_format(random);
        const int e = static_cast<int>(random.between(0, flx_exp_max(fmt)));
        const float x = random_float(random, e, flx_mant_max(fmt));
        int16_t host = 0, kernel = 0;
        flx_stats_t sh, sk;
        flx_host_write(fmt, e, &x, 1, &host, &sh);
        flx_kernel_write(fmt, e, &x, 1, &kernel, &sk);
        const oracle::Mantissa wh = oracle::host_write(fmt.mant_bits, e, static_cast<double>(x)), wk = oracle::kernel_write(fmt.mant_bits, e, static_cast<double>(x));
        oracle::Stats oh, ok;
        oh.add(fmt.mant_bits, wh, x != 0.0F);
        ok.add(fmt.mant_bits, wk, x != 0.0F);
        ASSERT_TRUE(host == wh.value && sh.gamma == oh.gamma && sh.saturated == oh.saturated && sh.overflow == oh.overflow && sh.underflow == oh.underflow)
            << "host write of " << x << " at e=" << e << " N=" << int(fmt.mant_bits);
        ASSERT_TRUE(kernel == wk.value && sk.gamma == ok.gamma && sk.saturated == ok.saturated && sk.overflow == ok.overflow && sk.underflow == ok.underflow)
            << "kernel write of " << x << " at e=" << e << " N=" << int(fmt.mant_bits) << ": " << kernel << " expected " << wk.value;
        const double scaled = std::ldexp(static_cast<double>(x), e);
        met({wk.clipped && x > 0, wk.clipped && x < 0, x != 0.0F && kernel == 0, x == 0.0F, std::isnan(x), std::isinf(x), std::fpclassify(x) == FP_SUBNORMAL,
             std::isfinite(scaled) && std::fabs(scaled - std::floor(scaled)) == 0.5 && std::fabs(scaled) < 40000.0, kernel == -flx_mant_max(fmt) - 1 && !wk.clipped});
    }
}

// The two rules and scale(v) in double, whose every bit counts.
TEST(Oracle, RealValues)
{
    const uint64_t cases = cases::count();
    Random random(7);
    Met met("real values", cases, {"tie", "a bit beside a tie", "clipped", "infinite", "not a number", "subnormal", "scale clamped at 0", "scale clamped at the top", "power of two", "a bit below it"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = any_format(random);
        const int e = static_cast<int>(random.between(0, flx_exp_max(fmt)));
        const int64_t half = 2 * random.between(-flx_mant_max(fmt) - 2, flx_mant_max(fmt) + 1) + 1;
        const double tie = std::ldexp(static_cast<double>(half), -e - 1), power = std::ldexp(1.0, static_cast<int>(random.between(-260, 60)));
        double x = tie;
        switch (random.between(0, 5)) {
        case 0: break;
        case 1: x = std::nextafter(tie, random.one_in(2) ? INFINITY : -INFINITY); break;
        case 2: x = random.one_in(2) ? power : std::nextafter(power, 0.0); break;
        case 3: { // any bit pattern
            const uint64_t bits = random.one_in(8) ? random.word() >> 12 : random.one_in(16) ? UINT64_C(0x7FF) << 52 | (random.one_in(2) ? 0 : random.word() >> 12) : random.word();
            memcpy(&x, &bits, sizeof x);
            break;
        }
        default: x = static_cast<double>(random.any(60)) * power;
        }
        const flx_mant_t down = flx_from_double_trunc(fmt, e, x), even = flx_from_double_even(fmt, e, x);
        const oracle::Mantissa want_down = oracle::host_write(fmt.mant_bits, e, x), want_even = oracle::kernel_write(fmt.mant_bits, e, x);
        ASSERT_TRUE(down.mant == want_down.value && down.clipped == want_down.clipped && down.nonzero_in == (x != 0)) << std::hexfloat << x << " at e=" << e << " truncated";
        ASSERT_TRUE(even.mant == want_even.value && even.clipped == want_even.clipped && even.nonzero_in == (x != 0)) << std::hexfloat << x << " at e=" << e << " to nearest";
        const int32_t scale = flx_scale_exp(fmt, x);
        ASSERT_EQ(scale, oracle::scale_exp(fmt.mant_bits, fmt.exp_bits, x)) << std::hexfloat << "scale of " << x;
        const bool finite = std::isfinite(x) && x != 0;
        met({x == tie, x != tie && (x == std::nextafter(tie, INFINITY) || x == std::nextafter(tie, -INFINITY)), even.clipped, std::isinf(x), std::isnan(x), std::fpclassify(x) == FP_SUBNORMAL,
             finite && scale == 0, finite && scale == flx_exp_max(fmt), x == power, x < power && x == std::nextafter(power, 0.0)});
    }
}

TEST(Oracle, Add)
{
    const uint64_t cases = cases::count();
    Random random(6);
    Met met("sums of unlike exponents", cases, {"lost", "not lost", "far apart", "furthest apart", "cancel", "clipped high", "clipped low", "tie", "a bit beside a tie", "tie but for a far operand", "underflow", "in place", "y is coarser", "word at the edge", "word at the edge, 15 below"});
    for (uint64_t i = 0; i < cases;) {
        const bool far_below = random.one_in(16); // +-1 at an exponent far coarser fills the output: the most fraction bits that count
        flx_format_t fmt = any_format(random);
        if (far_below) fmt.mant_bits = 16, fmt.exp_bits = static_cast<uint8_t>(random.between(6, 8));
        const int32_t top = flx_exp_max(fmt), max = flx_mant_max(fmt);
        auto ex = static_cast<int32_t>(random.between(0, top));
        auto ey = static_cast<int32_t>(random.one_in(2) ? random.between(0, top) : std::min<int64_t>(top, ex + random.between(0, 20)));
        if (random.one_in(32)) ex = random.one_in(2) ? 0 : top, ey = top - ex;
        auto eo = static_cast<int32_t>(random.one_in(2) ? random.between(0, top) : std::max<int64_t>(0, std::min<int64_t>(top, std::min(ex, ey) + random.between(-3, 18))));
        if (random.one_in(16)) ey = ex;
        if (far_below) {
            ex = static_cast<int32_t>(random.between(0, top - 44));
            ey = static_cast<int32_t>(random.between(ex + 44, std::min(top, ex + 70)));
            eo = ex + 15;
            if (random.one_in(2)) std::swap(ex, ey);
        }
        const auto mode = static_cast<flx_rounding_t>(random.between(0, 4));
        auto seed = static_cast<uint32_t>(random.word());
        const auto count = static_cast<size_t>(std::min<uint64_t>(cases - i, static_cast<uint64_t>(random.between(1, 8))));
        const int64_t kind_x = random.between(0, 5), kind_y = random.between(0, 5);
        int16_t x[8], y[8], out[8];
        for (size_t k = 0; k < count; k++) {
            x[k] = cases::mantissa(random, fmt, kind_x);
            y[k] = cases::mantissa(random, fmt, kind_y);
            if (ex == ey && random.one_in(2)) y[k] = static_cast<int16_t>(x[k] == -max - 1 ? max : -x[k]);
            if (far_below && random.one_in(2)) (ex < ey ? x : y)[k] = -1;
            out[k] = x[k];
        }
        const auto at_unit = [](int16_t m, int32_t other) { // m 2^-e in units of 2^-(ex + ey)
            mpz_class out;
            mpz_mul_2exp(out.get_mpz_t(), mpz_class(m).get_mpz_t(), static_cast<unsigned long>(other));
            return out;
        };
        const long shift = ex + ey - eo;
        bool edge = mode == FLX_ROUND_STOCHASTIC && random.one_in(2); // the last word that rounds down, or the first that rounds up
        if (edge) {
            const uint32_t word = ~oracle::fraction(at_unit(x[0], ey) + at_unit(y[0], ex), shift) + static_cast<uint32_t>(random.one_in(2));
            edge = word != 0;
            if (edge) {
                seed = oracle::seed_for_word(word, 0, 0);
                ASSERT_EQ(oracle::stochastic_word(seed, 0, 0), word);
            }
        }
        const bool in_place = random.one_in(2), counted = random.one_in(2);
        flx_stats_t stats;
        uint64_t lost = 0, want_lost = 0;
        const flx_sum_t of = {.fmt = fmt, .exp_x = ex, .exp_y = ey, .exp_out = eo, .rounding = mode, .seed = seed};
        ASSERT_EQ((random.one_in(2) ? flx_add : flx_add_reference)(&of, in_place ? out : x, y, out, count, &stats, counted ? &lost : nullptr), FLX_OK);
        oracle::Stats s;
        for (size_t k = 0; k < count; k++, i++) {
            // (x 2^-ex + y 2^-ey) 2^eo = (x 2^ey + y 2^ex) / 2^(ex + ey - eo)
            const mpz_class px = at_unit(x[k], ey), py = at_unit(y[k], ex), sum = px + py;
            const uint32_t word = mode == FLX_ROUND_STOCHASTIC ? oracle::stochastic_word(seed, 0, static_cast<uint32_t>(k)) : 0;
            const oracle::Mantissa want = oracle::requantise(fmt.mant_bits, sum, shift, static_cast<oracle::Mode>(mode), word);
            const oracle::Mantissa alone = oracle::requantise(fmt.mant_bits, px, shift, static_cast<oracle::Mode>(mode), word);
            s.add(fmt.mant_bits, want, sum != 0);
            const bool is_lost = y[k] != 0 && alone.value == want.value;
            want_lost += is_lost;
            ASSERT_EQ(out[k], want.value) << "N=" << int(fmt.mant_bits) << " x=" << x[k] << " at " << ex << ", y=" << y[k] << " at " << ey << " -> " << eo << " mode " << mode << " word " << word;
            const mpz_class above = sum + 1, below = sum - 1;
            const auto is_tie = [&](const mpz_class &v) { return shift > 0 && v != 0 && mpz_scan1(v.get_mpz_t(), 0) == static_cast<unsigned long>(shift - 1); };
            met({is_lost, y[k] != 0 && !is_lost, std::abs(ex - ey) > 47 && x[k] != 0 && y[k] != 0, std::abs(ex - ey) == top, sum == 0 && x[k] != 0, want.clipped && want.value > 0,
                 want.clipped && want.value < 0, is_tie(sum), shift > 1 && !want.clipped && (is_tie(above) || is_tie(below)),
                 std::abs(ex - ey) > 47 && x[k] != 0 && y[k] != 0 && !want.clipped && is_tie(ex < ey ? px : py),
                 sum != 0 && want.value == 0, in_place, ey < ex, edge && k == 0, edge && k == 0 && std::abs(ex - ey) > 44 && eo == std::min(ex, ey) + 15 && !want.clipped});
        }
        ASSERT_TRUE(stats.saturated == s.saturated && stats.underflow == s.underflow && stats.gamma == s.gamma && stats.overflow == s.overflow && stats.half_range == s.half_range);
        ASSERT_EQ(lost, counted ? want_lost : 0);
    }
}

} // namespace
