// gemm_norm_test.cc - blocks that go in one segment by their norms: the bound, and sums as close to int32's ends as it allows. Twin: cmodel/fast/flx_gemm_norm.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cases.h"

extern "C" {
#include "fast/flx_gemm_kernel.h"
}

namespace {

using cases::Random;

// The largest sum of squares of a line, exact.
uint64_t exact_squares(const std::vector<flx_pair_t> &pairs, size_t lines)
{
    std::vector<uint64_t> sum(lines, 0);
    for (size_t i = 0; i < pairs.size(); i++) sum[i % lines] += static_cast<uint64_t>(int64_t{pairs[i].even} * pairs[i].even + int64_t{pairs[i].odd} * pairs[i].odd);
    return *std::max_element(sum.begin(), sum.end());
}

TEST(GemmNorm, SquaresAreBounded)
{
    Random random(31);
    for (int round = 0; round < 2000; round++) {
        const size_t lines = random.one_in(2) ? FLX_TILE_ROWS : FLX_TILE_COLS, count = static_cast<size_t>(random.between(1, FLX_BLOCK_PAIRS));
        const int64_t most = random.one_in(8) ? 32768 : int64_t{1} << random.between(0, 15);
        std::vector<flx_pair_t> pairs(count * lines);
        for (flx_pair_t &pair : pairs) pair = {static_cast<int16_t>(random.between(-most, most - 1)), static_cast<int16_t>(random.between(-most, most - 1))};
        if (random.one_in(8)) std::fill(pairs.begin(), pairs.end(), flx_pair_t{-32768, -32768});
        const uint64_t exact = exact_squares(pairs, lines), bound = uint64_t{flx_gemm_squares(pairs.data(), count, lines)} << FLX_SQUARES_SHIFT;
        ASSERT_GE(bound, exact);
        ASSERT_LE(bound, exact + (count << FLX_SQUARES_SHIFT));
    }
}

TEST(GemmNorm, FitsMeansFits)
{
    const auto limit = static_cast<unsigned __int128>(FLX_SEGMENT_SUM_MAX) * FLX_SEGMENT_SUM_MAX;
    Random random(32);
    uint64_t fit = 0, all = 100000;
    for (uint64_t i = 0; i < all; i++) {
        const auto a = static_cast<uint32_t>(random.between(0, int64_t{1} << random.between(1, 31)));
        const auto b = static_cast<uint32_t>(a == 0 ? 5 : std::min<uint64_t>(UINT32_MAX, static_cast<uint64_t>(limit >> (2 * FLX_SQUARES_SHIFT)) / a + static_cast<uint64_t>(random.between(0, 2))));
        const bool fits = flx_gemm_sum_fits(a, b), exact = static_cast<unsigned __int128>(a) * b << (2 * FLX_SQUARES_SHIFT) <= limit;
        ASSERT_TRUE(!fits || exact) << a << ", " << b;
        fit += fits;
    }
    EXPECT_GT(fit, all / 10);
    EXPECT_LT(fit, all - all / 10);
}

// Rows and columns of one direction: the sum is the product of the norms, in either sign, just below and just above what one segment may
// hold. A large element, or none, that forbids long segments to those who look at maxima alone.
TEST(GemmNorm, SumsAtTheLimit)
{
    Random random(33);
    uint64_t whole = 0, cut = 0;
    for (const size_t k : {2U, 4U, 17U, 64U, 143U, 144U, 145U, 288U, 575U, 576U, 577U, 1152U, 1300U})
        for (const int32_t s : {15, 16, 17, 30, 31})
            for (int near = -3; near <= 3; near++)
                for (const int spike : {0, 20000, -32768}) {
                    const auto block = static_cast<double>(std::min<size_t>(k, 2 * size_t{FLX_BLOCK_PAIRS}));
                    double room = static_cast<double>(FLX_SEGMENT_SUM_MAX);
                    if (spike != 0) room = std::max(4.0 * block, room - 32768.0 * 2000.0);
                    const int value = std::min(32767, static_cast<int>(std::sqrt(room / block)) + near);
                    flx_gemm_t op = {};
                    op.fmt = flx_format_default();
                    op.m = FLX_TILE_ROWS;
                    op.n = FLX_TILE_COLS;
                    op.k = k;
                    op.exp_a = op.exp_b = 16;
                    op.exp_c = 32 - s;
                    op.lanes = FLX_LANES_DEFAULT;
                    std::vector<int16_t> a(op.m * k), b(k * op.n);
                    std::vector<int> sign(k);
                    for (int &x : sign) x = random.one_in(2) ? 1 : -1;
                    for (size_t i = 0; i < a.size(); i++) a[i] = static_cast<int16_t>((i / k % 2 != 0 ? -value : value) * sign[i % k]);
                    for (size_t i = 0; i < b.size(); i++) b[i] = static_cast<int16_t>(value * sign[i / op.n]);
                    for (size_t row = 0; spike != 0 && row < op.m; row++) a[row * k + k / 2] = static_cast<int16_t>(spike);
                    std::vector<int16_t> want(op.m * op.n), got(want.size());
                    flx_stats_t stats = {}, seen = {};
                    ASSERT_EQ(flx_gemm_reference(&op, a.data(), b.data(), want.data(), &stats), FLX_OK);
                    for (const flx_gemm_kernel_t kernel : {FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI}) {
                        if (strcmp(flx_gemm_kernel_name(kernel), "not on this machine") == 0) continue;
                        ASSERT_EQ(flx_gemm_run_with(kernel, &op, a.data(), b.data(), got.data(), &seen, nullptr, 1), FLX_OK);
                        ASSERT_EQ(got, want) << flx_gemm_kernel_name(kernel) << ", " << k << " products of " << value << ", shift " << s << ", large element " << spike;
                        ASSERT_TRUE(seen.gamma == stats.gamma && seen.saturated == stats.saturated && seen.half_range == stats.half_range && seen.underflow == stats.underflow);
                    }
                    const size_t pairs = std::min<size_t>((k + 1) / 2, FLX_BLOCK_PAIRS);
                    std::vector<flx_pair_t> row(FLX_TILE_ROWS * pairs, flx_pair_t{0, 0}), column(row);
                    for (size_t i = 0; i < 2 * pairs && i < k; i++) {
                        int16_t &x = i % 2 == 0 ? row[i / 2 * FLX_TILE_ROWS].even : row[i / 2 * FLX_TILE_ROWS].odd, &y = i % 2 == 0 ? column[i / 2 * FLX_TILE_ROWS].even : column[i / 2 * FLX_TILE_ROWS].odd;
                        x = a[i];
                        y = b[i * op.n];
                    }
                    (flx_gemm_sum_fits(flx_gemm_squares(row.data(), pairs, FLX_TILE_ROWS), flx_gemm_squares(column.data(), pairs, FLX_TILE_ROWS)) ? whole : cut)++;
                }
    printf("sums at the limit: %llu whole, %llu cut\n", static_cast<unsigned long long>(whole), static_cast<unsigned long long>(cut));
    EXPECT_GT(whole, 100U);
    EXPECT_GT(cut, 100U);
}

} // namespace
