// add_test.cc - sums in vectors equal the reference loops: short tensors and long ones, every spread of exponents, in place and not. Twin: cmodel/fast/flx_add.c
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES counts elements.
#include <gtest/gtest.h>

#include <algorithm>

#include "cases.h"

namespace {

using cases::Met;
using cases::Random;

std::vector<int16_t> operand(Random &random, flx_format_t fmt, size_t count)
{
    const int64_t kind = random.between(0, 5);
    std::vector<int16_t> out(count);
    for (auto &m : out) m = random.one_in(9) ? static_cast<int16_t>(0) : cases::mantissa(random, fmt, kind);
    return out;
}

// Where the result goes.
enum Place { OWN, INTO_X, INTO_Y };

void compare(const flx_sum_t &of, const std::vector<int16_t> &x, const std::vector<int16_t> &y, Place place, bool counted, flx_stats_t *seen)
{
    const size_t count = x.size();
    std::vector<int16_t> want(count + 1, 4711), got_x(x), got_y(y), own(count + 1, 4711);
    flx_stats_t stats = {}, got_stats = {};
    uint64_t lost = 77, got_lost = 77;
    ASSERT_EQ(flx_add_reference(&of, x.data(), y.data(), want.data(), count, &stats, counted ? &lost : nullptr), FLX_OK);
    int16_t *out = place == OWN ? own.data() : (place == INTO_X ? got_x : got_y).data();
    ASSERT_EQ(flx_add(&of, got_x.data(), got_y.data(), out, count, &got_stats, counted ? &got_lost : nullptr), FLX_OK);
    const auto at = static_cast<size_t>(std::mismatch(out, out + count, want.begin()).first - out);
    ASSERT_EQ(at, count) << "element " << at << ": " << x[at] << " 2^-" << of.exp_x << " + " << y[at] << " 2^-" << of.exp_y << " at " << of.exp_out << ", N = " << int(of.fmt.mant_bits) << ", rounding " << of.rounding << ": "
                         << out[at] << " instead of " << want[at];
    ASSERT_EQ(own[count], 4711);
    ASSERT_EQ(got_lost, lost);
    ASSERT_TRUE(got_stats.gamma == stats.gamma && got_stats.overflow == stats.overflow && got_stats.saturated == stats.saturated && got_stats.half_range == stats.half_range && got_stats.underflow == stats.underflow);
    *seen = stats;
}

// Three ways: sums that fit int32, that fit int64, and any.
TEST(Add, FastIsTheReference)
{
    const uint64_t cases = cases::count();
    Random random(60);
    Met met("sums (elements; classes count tensors)", cases,
            {"int32", "int64, for lost updates", "int64, in place", "int64, far apart", "any, far apart", "any, other roundings", "more than a row of int64", "clipped", "underflow", "equal exponents", "result far coarser", "result finest"});
    for (uint64_t done = 0; done < cases;) {
        flx_sum_t of = {};
        of.fmt = cases::any_format(random);
        const int32_t top = flx_exp_max(of.fmt);
        const int64_t spread = random.one_in(3) ? top : random.between(0, 45);
        of.exp_x = static_cast<int32_t>(random.between(0, top));
        of.exp_y = static_cast<int32_t>(std::clamp<int64_t>(of.exp_x + random.between(-spread, spread), 0, top));
        of.exp_out = static_cast<int32_t>(std::clamp<int64_t>(std::min(of.exp_x, of.exp_y) + random.between(-spread, spread), 0, top));
        of.rounding = random.one_in(3) ? static_cast<flx_rounding_t>(random.between(0, 4)) : FLX_ROUND_NEAREST_EVEN;
        of.seed = static_cast<uint32_t>(random.word());
        const auto count = static_cast<size_t>(random.one_in(4) ? random.between(250, 530) : random.between(0, 40));
        const auto place = static_cast<Place>(random.one_in(2) ? 0 : random.between(1, 2));
        const bool counted = random.one_in(2);
        flx_stats_t stats = {};
        compare(of, operand(random, of.fmt, count), operand(random, of.fmt, count), place, counted, &stats);
        if (HasFatalFailure()) return;
        const int32_t low = std::min(of.exp_x, of.exp_y), apart = std::max({of.exp_x, of.exp_y, of.exp_out}) + 1 - low;
        const bool even = of.rounding == FLX_ROUND_NEAREST_EVEN, narrow = apart <= 14 && low + apart - of.exp_out <= 30, plain = !counted && place == OWN;
        met({even && narrow && plain, even && narrow && counted, even && narrow && place != OWN, even && !narrow && apart <= 40, even && apart > 40, !even, even && apart <= 40 && !(narrow && plain) && count > 256, stats.saturated != 0, stats.underflow != 0, of.exp_x == of.exp_y, low - of.exp_out > 14, of.exp_out > std::max(of.exp_x, of.exp_y)});
        done += count;
    }
}

// Rows end: int64 sums after 256 elements, int32 sums after 65536.
TEST(Add, WhereRowsEnd)
{
    Random random(61);
    for (const size_t count : {255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 131072, 131073})
        for (const bool counted : {false, true}) { // int32 only where lost updates are not counted
            const flx_sum_t of = {.fmt = flx_format_default(), .exp_x = 12, .exp_y = 15, .exp_out = 11, .rounding = FLX_ROUND_NEAREST_EVEN, .seed = 0};
            flx_stats_t stats = {};
            compare(of, operand(random, of.fmt, count), operand(random, of.fmt, count), OWN, counted, &stats);
            if (HasFatalFailure()) FAIL() << count << " elements";
        }
}

// Every spread of exponents that a format of 5 bits has, with the mantissas between which a rounding, a sign or a clip changes.
TEST(Add, BoundariesAtEverySpread)
{
    const flx_format_t fmt = flx_format_default();
    const int16_t edges[] = {0, 1, -1, 2, -2, 3, -3, 16383, 16384, 16385, -16383, -16384, -16385, 32766, 32767, -32767, -32768};
    std::vector<int16_t> x, y;
    for (const int16_t a : edges)
        for (const int16_t b : edges) x.push_back(a), y.push_back(b);
    uint64_t elements = 0;
    for (const int32_t exp_x : {0, 1, 2, 9, 16, 23, 30, 31})
        for (int32_t exp_y = 0; exp_y <= 31; exp_y++)
            for (const int32_t exp_out : {0, std::min(exp_x, exp_y), std::max(exp_x, exp_y), std::max(0, std::max(exp_x, exp_y) - 1), 31})
                for (int rounding = FLX_ROUND_NEAREST_EVEN; rounding <= FLX_ROUND_STOCHASTIC; rounding++)
                    for (const bool counted : {false, true}) {
                        const flx_sum_t of = {.fmt = fmt, .exp_x = exp_x, .exp_y = exp_y, .exp_out = exp_out, .rounding = static_cast<flx_rounding_t>(rounding), .seed = 9};
                        flx_stats_t stats = {};
                        compare(of, x, y, OWN, counted, &stats);
                        if (HasFatalFailure()) return;
                        elements += x.size();
                    }
    printf("boundaries at every spread: %llu elements\n", static_cast<unsigned long long>(elements));
}

TEST(Add, BothRefuseTheSame)
{
    const flx_sum_t legal = {.fmt = flx_format_default(), .exp_x = 31, .exp_y = 0, .exp_out = 31, .rounding = FLX_ROUND_STOCHASTIC, .seed = 1};
    std::vector<std::pair<flx_sum_t, flx_err_t>> all(9, {legal, FLX_ERR_EXPONENT});
    all[0].second = FLX_OK;
    all[1].first.exp_x = 32, all[2].first.exp_x = -1, all[3].first.exp_y = 32, all[4].first.exp_y = -1, all[5].first.exp_out = 32, all[6].first.exp_out = -1;
    all[7].first.fmt.mant_bits = 7, all[7].second = FLX_ERR_FORMAT;
    all[8].first.rounding = static_cast<flx_rounding_t>(5), all[8].second = FLX_ERR_MODE;
    for (const auto &[of, want] : all)
        for (const auto add : {flx_add, flx_add_reference}) {
            const int16_t x = 1, y = 2;
            int16_t out = 4711;
            flx_stats_t stats = {};
            uint64_t lost = 77;
            EXPECT_EQ(add(&of, &x, &y, &out, 1, &stats, &lost), want);
            EXPECT_EQ(out == 4711 && lost == 77, want != FLX_OK);
        }
}

} // namespace
