// im2col_test.cc - rows of im2col made on demand equal those of the whole matrix, and so do products with them. Twin: sw/trainer/ops/trn_im2col.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

extern "C" {
#include "flx/flx_gemm_run.h"
#include "ops/trn_im2col.h"
}

namespace {

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    size_t between(size_t low, size_t high) { return std::uniform_int_distribution<size_t>(low, high)(engine_); }
    bool one_in(size_t n) { return between(1, n) == 1; }
    std::vector<int16_t> mantissas(size_t count)
    {
        std::vector<int16_t> out(count);
        for (auto &value : out) value = static_cast<int16_t>(between(0, 65535) - 32768);
        return out;
    }

private:
    std::mt19937 engine_;
};

// A convolution's window, or that of its gradient, which reads between zeros.
trn_window_t any_window(Random &random)
{
    const size_t kernel = random.between(1, 5), stride = random.between(1, 3), pad = random.between(0, kernel - 1), dilate = random.one_in(2) ? random.between(2, 3) : 1;
    trn_shape_t in = {};
    in.c = random.between(1, 9);
    in.n = random.between(1, 4);
    in.h = random.between(1, 12) + kernel;
    in.w = (random.one_in(2) ? 8 * random.between(1, 4) : random.between(1, 20)) + kernel;
    if (dilate > 1) { // as far as the last element that is read, and up to dilate - 1 outputs more
        const size_t more = random.between(0, dilate - 1);
        return trn_window(in, kernel, 1, pad, dilate, (in.h - 1) * dilate + 1 + 2 * pad - kernel + 1 + more, (in.w - 1) * dilate + 1 + 2 * pad - kernel + 1 + more);
    }
    return trn_window(in, kernel, stride, pad, 1, (in.h + 2 * pad - kernel) / stride + 1, (in.w + 2 * pad - kernel) / stride + 1);
}

struct Lowered {
    trn_window_t window;
    std::vector<int16_t> x, matrix;
    size_t rows, columns;

    explicit Lowered(Random &random) : window(any_window(random))
    {
        x = random.mantissas(window.in.c * window.in.n * window.in.h * window.in.w);
        window.x = window.conv.x = x.data();
        rows = window.in.c * window.kernel * window.kernel;
        columns = window.in.n * window.out_h * window.out_w;
        matrix.resize(rows * columns);
        trn_im2col(&window, x.data(), sizeof(int16_t), matrix.data());
    }
};

TEST(Im2col, PartsOfRows)
{
    Random random(1);
    for (int i = 0; i < 300; i++) {
        const Lowered l(random);
        std::vector<int16_t> out(l.columns + 1);
        for (int j = 0; j < 40; j++) {
            const size_t row = random.between(0, l.rows - 1), first = random.between(0, l.columns - 1), count = random.one_in(4) ? l.columns - first : random.between(1, l.columns - first);
            std::fill(out.begin(), out.end(), static_cast<int16_t>(4711));
            trn_im2col_fill(&l.window, row, first, count, out.data());
            ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<ptrdiff_t>(count), l.matrix.begin() + static_cast<ptrdiff_t>(row * l.columns + first)))
                << "row " << row << ", columns " << first << " + " << count << " of " << l.columns << ", kernel " << l.window.kernel;
            ASSERT_TRUE(std::all_of(out.begin() + static_cast<ptrdiff_t>(count), out.end(), [](int16_t v) { return v == 4711; })) << "written beyond the part";
        }
    }
}

TEST(Im2col, Products)
{
    Random random(2);
    for (int i = 0; i < 200; i++) {
        const Lowered l(random);
        flx_gemm_t op = {};
        op.fmt = flx_format_default();
        op.m = random.between(1, 20);
        op.trans_b = random.one_in(2);
        op.n = op.trans_b ? l.rows : l.columns;
        op.k = op.trans_b ? l.columns : l.rows;
        op.exp_a = op.exp_b = 12;
        op.exp_c = static_cast<int32_t>(random.between(0, 6));
        op.lanes = FLX_LANES_DEFAULT;
        const std::vector<int16_t> a = random.mantissas(op.m * op.k);
        std::vector<int16_t> want(op.m * op.n), got(op.m * op.n);
        flx_stats_t stats = {}, s = {};
        const unsigned threads = static_cast<unsigned>(random.between(1, 3));
        ASSERT_EQ(flx_gemm_run(&op, a.data(), l.matrix.data(), want.data(), &stats, nullptr, threads), FLX_OK);
        flx_gemm_hints_t hints = {};
        hints.fill = trn_im2col_fill;
        hints.fill_user = &l.window;
        for (const bool tensor : {false, true}) {
            hints.conv = tensor ? &l.window.conv : nullptr;
            std::fill(got.begin(), got.end(), static_cast<int16_t>(4711));
            ASSERT_EQ(flx_gemm_run(&op, a.data(), nullptr, got.data(), &s, &hints, threads), FLX_OK);
            ASSERT_EQ(got, want) << (tensor ? "from the tensor" : "by rows") << ", kernel " << l.window.kernel << (op.trans_b ? ", transposed" : "");
            ASSERT_TRUE(s.gamma == stats.gamma && s.overflow == stats.overflow && s.saturated == stats.saturated && s.half_range == stats.half_range && s.underflow == stats.underflow);
        }
    }
}

} // namespace
