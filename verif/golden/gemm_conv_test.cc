// gemm_conv_test.cc - products that read im2col's matrix from its tensor equal the reference on the matrix itself. Twin: cmodel/fast/flx_gemm_conv.c
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES counts output words per test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "cases.h"
extern "C" {
#include "fast/flx_gemm_parts.h"
}

namespace {

using cases::Met;
using cases::Random;

// The definition: row (c, ky, kx), column (n, oy, ox).
std::vector<int16_t> im2col(const flx_gemm_conv_t &v)
{
    std::vector<int16_t> out;
    for (size_t c = 0; c < v.channels; c++)
        for (size_t ky = 0; ky < v.kernel_h; ky++)
            for (size_t kx = 0; kx < v.kernel_w; kx++)
                for (size_t n = 0; n < v.images; n++)
                    for (size_t oy = 0; oy < v.out_h; oy++)
                        for (size_t ox = 0; ox < v.out_w; ox++) {
                            const int64_t y = static_cast<int64_t>(oy * v.stride + ky) - static_cast<int64_t>(v.pad_h), x = static_cast<int64_t>(ox * v.stride + kx) - static_cast<int64_t>(v.pad_w);
                            const auto step = static_cast<int64_t>(v.dilate);
                            const bool inside = y >= 0 && x >= 0 && y % step == 0 && x % step == 0 && y / step < static_cast<int64_t>(v.height) && x / step < static_cast<int64_t>(v.width);
                            out.push_back(inside ? v.x[((c * v.images + n) * v.height + static_cast<size_t>(y / step)) * v.width + static_cast<size_t>(x / step)] : static_cast<int16_t>(0));
                        }
    return out;
}

// The stored matrix and the length of its rows.
struct Matrix {
    std::vector<int16_t> values;
    size_t each;
};

void fill(const void *user, size_t row, size_t first, size_t count, int16_t *out)
{
    const auto *matrix = static_cast<const Matrix *>(user);
    std::copy_n(matrix->values.begin() + static_cast<ptrdiff_t>(row * matrix->each + first), count, out);
}

// max |exact sum|, from the definition.
uint64_t largest_sum(const flx_gemm_t &op, const std::vector<int16_t> &a, const std::vector<int16_t> &b)
{
    uint64_t largest = 0;
    for (size_t row = 0; row < op.m; row++)
        for (size_t col = 0; col < op.n; col++) {
            int64_t sum = 0;
            for (size_t k = 0; k < op.k; k++) sum += int64_t{a[op.trans_a ? k * op.m + row : row * op.k + k]} * b[op.trans_b ? col * op.k + k : k * op.n + col];
            largest = std::max(largest, static_cast<uint64_t>(std::abs(sum)));
        }
    return largest;
}

// All kernels, on 1 to 3 threads, against the reference. The word behind C has to survive.
void compare(flx_gemm_t op, const std::vector<int16_t> &a, const flx_gemm_conv_t &conv)
{
    const Matrix matrix = {im2col(conv), conv.images * conv.out_h * conv.out_w};
    std::vector<int16_t> want(op.m * op.n + 1, 4711), got(op.m * op.n + 1);
    flx_stats_t stats = {};
    ASSERT_EQ(flx_gemm_reference(&op, a.data(), matrix.values.data(), want.data(), &stats), FLX_OK);
    flx_gemm_hints_t hints = {};
    hints.fill = fill;
    hints.fill_user = &matrix;
    hints.conv = &conv;
    const uint64_t want_largest = largest_sum(op, a, matrix.values);
    flx_gemm_t dry = op;
    flx_gemm_hints_t asks = hints;
    uint64_t largest = 0;
    dry.dry_run = true;
    asks.largest = &largest;
    const bool wide = op.chunk == 0 && op.fmt.acc_bits >= 48;
    for (const flx_gemm_kernel_t kernel : {FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI}) {
        if (strcmp(flx_gemm_kernel_name(kernel), "not on this machine") == 0) continue;
        for (const unsigned threads : {1U, 2U, 3U}) {
            flx_stats_t s = {};
            std::fill(got.begin(), got.end(), static_cast<int16_t>(4711));
            ASSERT_EQ(flx_gemm_run_with(kernel, &op, a.data(), nullptr, op.dry_run ? nullptr : got.data(), &s, &hints, threads), FLX_OK);
            const std::string what = std::string(flx_gemm_kernel_name(kernel)) + " on " + std::to_string(threads) + " threads: " + std::to_string(conv.channels) + " channels, " + std::to_string(conv.images) + " images " +
                                     std::to_string(conv.height) + "x" + std::to_string(conv.width) + " to " + std::to_string(conv.out_h) + "x" + std::to_string(conv.out_w) + ", kernel " + std::to_string(conv.kernel_h) + "x" +
                                     std::to_string(conv.kernel_w) + ", stride " + std::to_string(conv.stride) + ", dilate " + std::to_string(conv.dilate) + (op.trans_b ? ", transposed" : "");
            const auto at = std::mismatch(got.begin(), got.end(), want.begin());
            ASSERT_TRUE(at.first == got.end()) << what << ": word " << at.first - got.begin() << " is " << *at.first << " instead of " << *at.second;
            ASSERT_TRUE(s.gamma == stats.gamma && s.overflow == stats.overflow && s.acc_saturated == stats.acc_saturated && s.saturated == stats.saturated && s.half_range == stats.half_range && s.underflow == stats.underflow) << "statistics: " << what;
            const flx_err_t err = flx_gemm_run_with(kernel, &dry, a.data(), nullptr, nullptr, &s, &asks, threads);
            ASSERT_TRUE(err == FLX_OK || (!wide && err == FLX_ERR_MODE)) << what;
            ASSERT_TRUE(err != FLX_OK || largest == want_largest) << "largest sum: " << what << " is " << largest << " instead of " << want_largest;
        }
    }
}

size_t any(Random &random, int64_t low, int64_t high)
{
    return static_cast<size_t>(random.between(low, high));
}

// A window whose outputs are `out_w` wide (or another width, some of those that are dilated), if its kernel, stride and padding allow that.
flx_gemm_conv_t window(Random &random, size_t channels, size_t images, size_t out_w)
{
    flx_gemm_conv_t v = {};
    v.channels = channels;
    v.images = images;
    v.stride = random.one_in(3) ? any(random, 2, 3) : 1;
    v.kernel_h = random.one_in(2) ? 3 : any(random, 1, 5);
    v.kernel_w = random.one_in(2) ? v.kernel_h : any(random, 1, 5);
    v.pad_h = any(random, 0, static_cast<int64_t>(v.kernel_h) - 1);
    v.pad_w = any(random, 0, static_cast<int64_t>(v.kernel_w) - 1);
    v.out_w = out_w;
    v.out_h = any(random, 1, 9);
    v.dilate = v.stride == 1 && random.one_in(2) ? any(random, 2, 3) : 1;
    if (v.dilate > 1 && random.one_in(2)) v.out_h = v.dilate * any(random, 1, 3), v.out_w = 8 * v.dilate * any(random, 1, 2); // by parts
    const size_t reach_h = (v.out_h - 1) * v.stride + v.kernel_h + any(random, 0, static_cast<int64_t>(v.stride) - 1), reach_w = (v.out_w - 1) * v.stride + v.kernel_w + any(random, 0, static_cast<int64_t>(v.stride) - 1);
    v.height = reach_h > 2 * v.pad_h ? (reach_h - 2 * v.pad_h - 1) / v.dilate + 1 : 1;
    v.width = reach_w > 2 * v.pad_w ? (reach_w - 2 * v.pad_w - 1) / v.dilate + 1 : 1;
    return v;
}

flx_gemm_t product_of(const flx_gemm_conv_t &v, size_t m, bool trans)
{
    const size_t rows = v.channels * v.kernel_h * v.kernel_w, columns = v.images * v.out_h * v.out_w;
    flx_gemm_t op = {};
    op.fmt = flx_format_default();
    op.m = m;
    op.n = trans ? rows : columns;
    op.k = trans ? columns : rows;
    op.trans_b = trans;
    op.exp_a = op.exp_b = 12;
    op.exp_c = 6;
    op.lanes = FLX_LANES_DEFAULT;
    return op;
}

TEST(GemmConv, RandomShapes)
{
    const uint64_t cases = cases::count();
    Random random(30);
    Met met("products from a tensor (words; classes count products)", cases, {"as it is", "transposed", "odd channels", "several images", "stride", "dilated", "by parts", "no padding", "out 8", "out 16", "out 24", "out 32", "other widths", "limits", "stochastic", "dry run", "narrow accumulator", "several blocks of steps", "A transposed", "chunked"});
    for (uint64_t words = 0; words < cases;) {
        const size_t widths[] = {8, 16, 24, 32}, w = random.one_in(8) ? any(random, 1, 40) : widths[random.word() % 4];
        flx_gemm_conv_t v = window(random, random.one_in(2) ? 8 * any(random, 1, 5) : any(random, 1, random.one_in(4) ? 150 : 20), any(random, 1, 6), w);
        flx_gemm_t op = product_of(v, any(random, 1, random.one_in(2) ? 26 : 4), random.one_in(2));
        op.exp_c = static_cast<int32_t>(random.between(0, 12));
        op.rounding = random.one_in(4) ? static_cast<flx_rounding_t>(random.between(0, 4)) : FLX_ROUND_NEAREST_EVEN;
        op.seed = static_cast<uint32_t>(random.word());
        op.dry_run = random.one_in(16);
        op.trans_a = random.one_in(16);
        op.chunk = random.one_in(32) ? 32 : 0;
        if (random.one_in(16)) op.fmt.acc_bits = 40;
        const int64_t kind = random.one_in(4) ? random.between(0, 1) : random.between(0, 9);
        std::vector<int16_t> x(v.channels * v.images * v.height * v.width), a(op.m * op.k);
        for (auto &value : x) value = cases::mantissa(random, op.fmt, kind);
        for (auto &value : a) value = cases::mantissa(random, op.fmt, kind);
        v.x = x.data();
        compare(op, a, v);
        if (HasFatalFailure()) return;
        met({!op.trans_b, op.trans_b, v.channels % 2 != 0, v.images > 1, v.stride > 1, v.dilate > 1, flx_gemm_takes_parts(&op, &v), v.pad_h == 0 && v.pad_w == 0, v.out_w == 8, v.out_w == 16, v.out_w == 24, v.out_w == 32, v.out_w % 8 != 0, kind <= 1, op.rounding == FLX_ROUND_STOCHASTIC, op.dry_run,
             op.fmt.acc_bits < 48, op.k > 1152, op.trans_a, op.chunk != 0});
        words += op.m * op.n;
    }
}

// Every sum as large as it gets, in each direction: full segments, and blocks that images share.
TEST(GemmConv, Extremes)
{
    Random random(31);
    const int16_t low = INT16_MIN, high = INT16_MAX;
    for (const int16_t of_a : {low, high})
        for (const int16_t of_x : {low, high})
            for (const size_t w : {8, 16, 32})
                for (const bool trans : {false, true})
                    for (const bool alternate : {false, true}) {
                        flx_gemm_conv_t v = window(random, 16, 3, w);
                        flx_gemm_t op = product_of(v, 9, trans);
                        std::vector<int16_t> x(v.channels * v.images * v.height * v.width, of_x), a(op.m * op.k, of_a);
                        for (size_t i = 0; alternate && i < a.size(); i += 2) a[i] = static_cast<int16_t>(-1 - a[i]);
                        v.x = x.data();
                        compare(op, a, v);
                        if (HasFatalFailure()) FAIL() << of_a << " times " << of_x;
                    }
}

// Enough work that all three threads get some, in the middle of an image too.
TEST(GemmConv, Threads)
{
    Random random(32);
    for (const bool trans : {false, true})
        for (const size_t w : {8, 16, 24, 32}) {
            flx_gemm_conv_t v = {};
            v.channels = 24;
            v.images = 2048 / w / w + 1;
            v.height = v.width = v.out_h = v.out_w = w;
            v.kernel_h = v.kernel_w = 3;
            v.stride = v.dilate = v.pad_h = v.pad_w = 1;
            flx_gemm_t op = product_of(v, 32, trans);
            ASSERT_GE(op.m * op.n * op.k, size_t{3} << 22);
            std::vector<int16_t> x(v.channels * v.images * w * w), a(op.m * op.k);
            for (auto &value : x) value = cases::mantissa(random, op.fmt, 9);
            for (auto &value : a) value = cases::mantissa(random, op.fmt, 3);
            v.x = x.data();
            compare(op, a, v);
            if (HasFatalFailure()) return;
        }
}

} // namespace
