// depth_test.cc - sums deeper than any operands allow: what the operands hold decides, in every kernel. Twin: flx_depth_fits of cmodel/golden/flx_format.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "flx/flx_gemm_run.h"

namespace {

void expect_same(const flx_gemm_t &op, const std::vector<int16_t> &a, const std::vector<int16_t> &b)
{
    flx_stats_t want = {}, got = {};
    int16_t c = 0;
    ASSERT_EQ(flx_gemm_reference(&op, a.data(), b.data(), &c, &want), FLX_OK);
    for (int kernel = FLX_GEMM_AUTO; kernel <= FLX_GEMM_VNNI; kernel++) {
        if (strcmp(flx_gemm_kernel_name(static_cast<flx_gemm_kernel_t>(kernel)), "not on this machine") == 0) continue;
        for (const unsigned threads : {1U, 2U}) {
            int16_t fast = 0;
            ASSERT_EQ(flx_gemm_run_with(static_cast<flx_gemm_kernel_t>(kernel), &op, a.data(), b.data(), &fast, &got, nullptr, threads), FLX_OK);
            EXPECT_EQ(fast, c) << "k " << op.k << " kernel " << kernel;
            EXPECT_EQ(got.gamma, want.gamma);
        }
    }
}

// Deeper: what the operands hold decides. K G_a G_b at 2^47 - 1 and at 2^47; the sums are the largest that there are.
TEST(Depth, ByOperands)
{
    const struct { size_t k; int16_t a, b; flx_err_t err; } at[] = {
        {131072, INT16_MIN, INT16_MIN, FLX_ERR_DEPTH}, // 2^47
        {131072, INT16_MIN, INT16_MAX, FLX_OK},        {262144, -16384, INT16_MIN, FLX_ERR_DEPTH}, {262144, -16384, INT16_MAX, FLX_OK},
        {13264529, -2351, 4513, FLX_OK},               // 2^47 - 1
        {13264529, 2351, -4514, FLX_ERR_DEPTH},
    };
    for (const auto &x : at) {
        flx_gemm_t op = {};
        op.fmt = flx_format_default();
        op.m = op.n = 1;
        op.k = x.k;
        op.exp_a = op.exp_b = 31;
        op.exp_c = 20;
        const std::vector<int16_t> a(op.k, x.a), b(op.k, x.b), opposite(op.k, static_cast<int16_t>(x.b == INT16_MIN ? INT16_MAX : -x.b));
        if (x.err == FLX_OK) {
            expect_same(op, a, b);
            if (op.k < 1000000) expect_same(op, a, opposite);
        }
        for (const bool hinted : {false, true}) { // told, the same; a looser bound is believed
            flx_stats_t stats = {};
            int16_t c = 77;
            flx_gemm_hints_t hints = {};
            hints.max_a = static_cast<uint32_t>(std::abs(x.a));
            hints.max_b = static_cast<uint32_t>(std::abs(x.b));
            EXPECT_EQ(flx_gemm_run(&op, a.data(), b.data(), &c, &stats, hinted ? &hints : nullptr, 1), x.err) << x.k << " " << x.a << " " << x.b;
            EXPECT_EQ(flx_gemm_reference(&op, a.data(), b.data(), &c, &stats), x.err);
            EXPECT_EQ(c == 77, x.err != FLX_OK);
            hints.max_a = hints.max_b = 32768;
            EXPECT_EQ(flx_gemm_run(&op, a.data(), b.data(), &c, &stats, &hints, 1), FLX_ERR_DEPTH);
        }
    }
}

// The rule itself, at the end of each accumulator.
TEST(Depth, Rule)
{
    const flx_format_t fmt = flx_format_default();
    EXPECT_TRUE(flx_depth_fits(fmt, 13264529, 2351, 4513));
    EXPECT_FALSE(flx_depth_fits(fmt, 131072, 32768, 32768));
    EXPECT_TRUE(flx_depth_fits(fmt, 131071, 32768, 32768));
    EXPECT_TRUE(flx_depth_fits(fmt, UINT64_MAX, 32768, 0));
    EXPECT_TRUE(flx_depth_fits({16, 5, 47}, UINT64_MAX, 32768, 32768)); // saturates
    EXPECT_TRUE(flx_depth_fits({16, 5, 62}, INT32_MAX, 32768, 32768));
    EXPECT_FALSE(flx_depth_fits({16, 5, 62}, UINT64_C(2147483648), 32768, 32768));
}

} // namespace
