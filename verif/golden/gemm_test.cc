// gemm_test.cc - reference loops and every kernel of this machine against the oracle; statistics on their own. Twin: oracle.h
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES counts output words.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "cases.h"
#include "oracle.h"

namespace {

using cases::Met;
using cases::Random;

flx_gemm_t any_product(Random &random)
{
    flx_gemm_t op = {};
    op.fmt = cases::any_format(random);
    op.fmt.acc_bits = static_cast<uint8_t>(random.one_in(3) ? random.between(std::max(18, 2 * op.fmt.mant_bits), 47) : random.one_in(4) ? random.between(48, 62) : 48);
    if (op.fmt.acc_bits < 48 && random.one_in(2)) op.fmt.acc_bits = static_cast<uint8_t>(std::max(18, 2 * op.fmt.mant_bits));
    op.m = static_cast<size_t>(random.between(1, 16));
    op.n = static_cast<size_t>(random.between(1, 40));
    op.k = static_cast<size_t>(random.one_in(16) ? random.between(500, 530) : random.one_in(8) ? random.between(60, 300) : random.between(1, 70));
    op.trans_a = random.one_in(2);
    op.trans_b = random.one_in(2);
    const int32_t exp_max = flx_exp_max(op.fmt);
    op.exp_a = static_cast<int32_t>(random.between(0, exp_max));
    op.exp_b = static_cast<int32_t>(random.between(0, exp_max));
    const int64_t near = op.exp_a + op.exp_b - random.between(0, 24); // a shift that keeps most words
    op.exp_c = static_cast<int32_t>(near < 0 || near > exp_max || random.one_in(8) ? random.between(0, exp_max) : near);
    if (random.one_in(32)) op.exp_a = op.exp_b = 0, op.exp_c = exp_max;
    if (random.one_in(32)) op.exp_a = op.exp_b = exp_max, op.exp_c = 0;
    op.rounding = static_cast<flx_rounding_t>(random.between(0, 4));
    op.seed = static_cast<uint32_t>(random.word());
    op.chunk = random.one_in(3) ? 32 : 0;
    op.lanes = op.fmt.acc_bits >= 48 && random.one_in(2) ? static_cast<uint32_t>(random.between(0, 99)) : 1U << random.between(0, 5);
    op.dry_run = random.one_in(8);
    return op;
}

TEST(Oracle, Multiply)
{
    const uint64_t cases = cases::count();
    Random random(4);
    Met met("multiply (words; classes count products)", cases,
            {"neither transposed", "A transposed", "B transposed", "both transposed", "chunked", "chunked, accumulator saturated", "accumulator saturated", "narrow accumulator unsaturated", "clipped", "underflow",
             "overflow flag", "G = 2^(N-1)", "dry run", "lowest shift", "highest shift", "odd k", "k beyond a block", "all of it the smallest mantissa", "refused", "no lanes"});
    for (uint64_t words = 0; words < cases;) {
        flx_gemm_t op = any_product(random);
        std::vector<int16_t> a(op.m * op.k), b(op.k * op.n), at(a.size()), bt(b.size()), c(op.m * op.n, 77), want;
        const int64_t kind_a = random.between(0, 6), kind_b = random.between(0, 6);
        for (size_t i = 0; i < op.m; i++)
            for (size_t k = 0; k < op.k; k++) a[i * op.k + k] = at[k * op.m + i] = cases::mantissa(random, op.fmt, kind_a);
        for (size_t k = 0; k < op.k; k++)
            for (size_t j = 0; j < op.n; j++) b[k * op.n + j] = bt[j * op.k + k] = cases::mantissa(random, op.fmt, kind_b);
        const oracle::Gemm g = {op.fmt.mant_bits, op.fmt.acc_bits, op.fmt.acc_bits >= 48 ? 1 : static_cast<int>(op.lanes), op.m, op.n, op.k, op.exp_a + op.exp_b - op.exp_c,
                                static_cast<oracle::Mode>(op.rounding), op.seed, op.chunk != 0};
        const oracle::Stats s = oracle::gemm(g, a, b, want);
        for (int kernel = -1; kernel <= FLX_GEMM_VNNI; kernel++) {
            if (kernel >= 0 && strcmp(flx_gemm_kernel_name(static_cast<flx_gemm_kernel_t>(kernel)), "not on this machine") == 0) continue;
            flx_stats_t stats = {};
            std::fill(c.begin(), c.end(), static_cast<int16_t>(77));
            const int16_t *x = (op.trans_a ? at : a).data(), *y = (op.trans_b ? bt : b).data();
            const flx_err_t err = kernel < 0 ? flx_gemm_reference(&op, x, y, c.data(), &stats)
                                             : flx_gemm_run_with(static_cast<flx_gemm_kernel_t>(kernel), &op, x, y, c.data(), &stats, nullptr, 1);
            ASSERT_EQ(err, FLX_OK);
            ASSERT_TRUE(op.dry_run ? std::count(c.begin(), c.end(), 77) == static_cast<long>(c.size()) : c == want)
                << op.m << "x" << op.n << "x" << op.k << " kernel " << kernel << " N=" << int(op.fmt.mant_bits) << " ACC=" << int(op.fmt.acc_bits) << " lanes " << op.lanes << " chunk " << op.chunk
                << " e " << op.exp_a << " " << op.exp_b << " " << op.exp_c << " mode " << op.rounding << " operands " << kind_a << " " << kind_b;
            ASSERT_TRUE(stats.gamma == s.gamma && stats.overflow == s.overflow && stats.saturated == s.saturated && stats.half_range == s.half_range &&
                        stats.underflow == s.underflow && stats.acc_saturated == s.acc_saturated)
                << "statistics, kernel " << kernel;
        }
        const long shift = op.exp_a + op.exp_b - op.exp_c;
        const int32_t exp_max = flx_exp_max(op.fmt);
        const bool refusing = op.fmt.acc_bits == 48 && op.fmt.mant_bits == 16 && random.between(0, 15) == 0;
        flx_gemm_t deep = op;
        deep.m = deep.n = 1;
        deep.k = 131072; // one more than any operands allow: -32768 everywhere is refused, and one -32768 in each operand is enough
        static const std::vector<int16_t> lowest(131072, INT16_MIN);
        static std::vector<int16_t> one(131072, 0);
        int16_t &single = one[static_cast<size_t>(random.between(0, 131071))];
        single = INT16_MIN;
        flx_stats_t untouched = {};
        int16_t kept = 77;
        const bool refused = refusing && flx_gemm_reference(&deep, lowest.data(), one.data(), &kept, &untouched) == FLX_ERR_DEPTH &&
                             flx_gemm_run(&deep, one.data(), lowest.data(), &kept, &untouched, nullptr, 1) == FLX_ERR_DEPTH && kept == 77;
        single = 0;
        ASSERT_EQ(refused, refusing);
        met({!op.trans_a && !op.trans_b, op.trans_a && !op.trans_b, op.trans_b && !op.trans_a, op.trans_a && op.trans_b, op.chunk != 0, op.chunk != 0 && s.acc_saturated, s.acc_saturated,
             op.fmt.acc_bits < 48 && !s.acc_saturated, s.saturated != 0, s.underflow != 0, s.overflow, s.gamma == 1UL << (op.fmt.mant_bits - 1), op.dry_run, shift == -exp_max,
             shift == 2 * exp_max, op.k % 2 != 0, op.k > 512, kind_a == 0 && kind_b == 0, refused, op.lanes == 0});
        words += op.m * op.n;
    }
}

// A saturating accumulator asks for lanes that the core can have; an exact one never looks at them.
TEST(Gemm, LanesMatterOnlyWhereSumsSaturate)
{
    const int16_t a[] = {100, 200, 300}, b[] = {7, -8, 9};
    for (const uint8_t bits : {32, 47, 48, 62})
        for (const uint32_t chunk : {0, 32})
            for (const uint32_t lanes : {0U, 1U, 2U, 3U, 6U, 32U, 33U, 64U, 4294967295U}) {
                flx_gemm_t op = {};
                op.fmt = flx_format_default();
                op.fmt.acc_bits = bits;
                op.m = op.n = 1;
                op.k = 3;
                op.exp_a = op.exp_b = op.exp_c = 5;
                op.chunk = chunk;
                op.lanes = lanes;
                const bool legal = lanes == 1 || lanes == 2 || lanes == 32;
                const flx_err_t want = bits >= 48 || legal ? FLX_OK : FLX_ERR_MODE;
                for (const bool fast : {false, true}) {
                    int16_t c = 4711;
                    flx_stats_t stats = {};
                    ASSERT_EQ(fast ? flx_gemm_run(&op, a, b, &c, &stats, nullptr, 1) : flx_gemm_reference(&op, a, b, &c, &stats), want) << int(bits) << " bits, " << lanes << " lanes";
                    ASSERT_EQ(c, want == FLX_OK ? 56 : 4711) << int(bits) << " bits, " << lanes << " lanes"; // 1800 / 32
                }
            }
}

// Counters that stop at 2^32 - 1, and sums of statistics.
TEST(Oracle, Statistics)
{
    const uint64_t cases = cases::count();
    Random random(8);
    Met met("statistics", cases, {"counter stops", "overflow, largest", "overflow, its negative", "overflow, smallest", "no overflow, next to it", "half range", "below half range", "merged past the end"});
    const mpz_class last = 4294967295UL;
    const auto capped = [&](mpz_class x) { return x > last ? last : x; };
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = cases::any_format(random);
        const int32_t max = flx_mant_max(fmt);
        const auto counter = [&] { return random.one_in(2) ? UINT32_MAX - static_cast<uint32_t>(random.between(0, 1)) : static_cast<uint32_t>(random.word()); };
        const auto any = [&] { return flx_stats_t{.gamma = static_cast<uint32_t>(random.between(0, max + 1)), .overflow = random.one_in(2), .acc_saturated = random.one_in(2), .saturated = counter(), .half_range = counter(), .underflow = counter()}; };
        const flx_stats_t x = any(), y = any();
        const int32_t edges[] = {max, -max, -max - 1, max - 1, -max + 1, 0, 1 << (fmt.mant_bits - 2), (1 << (fmt.mant_bits - 2)) - 1, -(1 << (fmt.mant_bits - 2))};
        const int32_t m = random.one_in(2) ? edges[random.between(0, 8)] : static_cast<int32_t>(random.between(-max - 1, max));
        const bool clipped = random.one_in(2), nonzero = random.one_in(2);
        oracle::Stats one;
        one.add(fmt.mant_bits, {m, clipped}, nonzero);
        flx_stats_t got = x;
        flx_stats_add(&got, fmt, m, clipped, nonzero);
        ASSERT_TRUE(got.gamma == std::max<unsigned long>(x.gamma, one.gamma) && got.overflow == (x.overflow || one.overflow) && got.acc_saturated == x.acc_saturated &&
                    got.saturated == capped(mpz_class(x.saturated) + one.saturated) && got.half_range == capped(mpz_class(x.half_range) + one.half_range) &&
                    got.underflow == capped(mpz_class(x.underflow) + one.underflow))
            << "N=" << int(fmt.mant_bits) << " m=" << m;
        const flx_stats_t both = flx_stats_merge(x, y);
        ASSERT_TRUE(both.gamma == std::max(x.gamma, y.gamma) && both.overflow == (x.overflow || y.overflow) && both.acc_saturated == (x.acc_saturated || y.acc_saturated) &&
                    both.saturated == capped(mpz_class(x.saturated) + y.saturated) && both.half_range == capped(mpz_class(x.half_range) + y.half_range) &&
                    both.underflow == capped(mpz_class(x.underflow) + y.underflow));
        met({clipped && x.saturated == UINT32_MAX, m == max && one.overflow, m == -max && one.overflow, m == -max - 1 && one.overflow, std::abs(m) == max - 1 && !one.overflow,
             one.half_range == 1, std::abs(m) == (1 << (fmt.mant_bits - 2)) - 1, both.underflow == UINT32_MAX && x.underflow != UINT32_MAX && y.underflow != UINT32_MAX});
    }
}

} // namespace
