// cluster_test.cc - clusters of every size see the same multiply-accumulates, each with its sums. Twin: synth/netsim/ns_make_pe.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "fixture.h"
#include "ns_make.h"

namespace {

// 16 x 24 x 9, mantissas 256 row + k + 1 and 256 column + k + 1, so that a word tells its place; 6 tiles of 5 beats of 2 lanes.
struct Product {
    Product()
    {
        trace.op = {};
        trace.op.fmt = flx_format_default();
        trace.op.m = m;
        trace.op.n = n;
        trace.op.k = k;
        for (size_t row = 0; row < m; row++)
            for (size_t i = 0; i < k; i++) a[row * k + i] = static_cast<int16_t>(256 * row + i + 1);
        for (size_t i = 0; i < k; i++)
            for (size_t col = 0; col < n; col++) b[i * n + col] = static_cast<int16_t>(256 * col + i + 1);
        trace.a = a;
        trace.b = b;
    }
    static constexpr size_t m = 16, n = 24, k = 9;
    int16_t a[m * k], b[k * n];
    flx_trace_t trace = {};
};

class Stream {
  public:
    Stream(const Product &product, uint32_t cluster, uint32_t pipe)
    {
        ns_pe_t pe = {};
        pe.cluster = cluster;
        pe.lanes = 2;
        pe.acc_bits = 48;
        pe.pipe = pipe;
        ns_make_pe(&s, &product.trace, &pe, 1024);
    }
    ~Stream() { ns_stimulus_free(&s); }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    // Bits of a port in a cycle and a lane.
    int64_t get(const char *port, uint64_t cycle, int lane, int at, int width) const
    {
        const ns_signal_t *signal = s.signal;
        while (strcmp(signal->name, port) != 0) signal++;
        const uint64_t *bits = signal->output ? s.out + cycle * static_cast<size_t>(s.outputs) : s.in + cycle * static_cast<size_t>(s.inputs);
        uint64_t word = 0;
        for (int i = 0; i < width; i++) word |= (bits[signal->first + at + i] >> lane & 1) << i;
        return static_cast<int64_t>(word);
    }
    bool compared(const char *port, uint64_t cycle, int lane) const
    {
        int signal = 0;
        while (strcmp(s.signal[signal].name, port) != 0) signal++;
        return (s.care[cycle * static_cast<size_t>(s.signals) + static_cast<size_t>(signal)] >> lane & 1) != 0;
    }
    ns_stimulus_t s = {};
};

TEST(Cluster, SameWorkInEverySize)
{
    const Product product;
    for (const int t : {1, 2, 4, 8}) {
        const uint32_t pipe = t == 2 ? 1 : 0;
        const Stream x(product, static_cast<uint32_t>(t), pipe);
        const int tiles = t == 1 ? 1 : t == 2 ? 3 : 6; // side by side: 6 of them are run
        EXPECT_EQ(x.s.lanes, 64 / (t * t) * tiles);
        EXPECT_EQ(x.s.cycles - x.s.count_from, 5U * 6U / static_cast<unsigned>(tiles));
        EXPECT_DOUBLE_EQ(x.s.operations, product.m * product.n * product.k);
        std::map<std::tuple<int64_t, int64_t, int>, int> seen; // by words of a, of b, lane of the dot product
        std::map<std::pair<int, int>, int64_t> sum;            // by stimulus lane and PE
        uint64_t results = 0;
        for (uint64_t cycle = NS_RESET_CYCLES; cycle < x.s.cycles; cycle++)
            for (int lane = 0; lane < x.s.lanes; lane++) {
                ASSERT_EQ(x.get("rst_ni", cycle, lane, 0, 1), 1);
                for (int r = 0; r < t; r++)
                    for (int c = 0; c < t; c++) {
                        if (x.get("first_i", cycle, lane, 0, 1) != 0) sum[{lane, r * t + c}] = 0;
                        for (int l = 0; l < 2; l++) {
                            const int64_t a = x.get("a_i", cycle, lane, 16 * (2 * r + l), 16), b = x.get("b_i", cycle, lane, 16 * (2 * c + l), 16);
                            sum[{lane, r * t + c}] += a * b;
                            if (a != 0 && cycle >= x.s.count_from) seen[{a, b, l}]++;
                            if (a == 0) continue;
                            ASSERT_EQ(a - x.get("a_i", cycle, lane, 16 * l, 16), 256 * r * 8 / t) << "neighbours' rows";
                            ASSERT_EQ(b - x.get("b_i", cycle, lane, 16 * l, 16), 256 * c) << "neighbours' columns";
                        }
                        const uint64_t later = cycle + 2 + pipe;
                        if (later >= x.s.cycles) continue;
                        ASSERT_TRUE(x.compared("acc_o", later, lane) && x.compared("done_o", later, lane) && x.compared("sat_o", later, lane));
                        ASSERT_EQ(x.get("acc_o", later, lane, 48 * (r * t + c), 48), (sum[{lane, r * t + c}])) << "cycle " << cycle << " lane " << lane;
                        ASSERT_EQ(x.get("done_o", later, lane, r, 1), x.get("last_i", cycle, lane, r, 1));
                        results += x.get("last_i", cycle, lane, r, 1) != 0;
                    }
            }
        EXPECT_GT(results, 64U);
        EXPECT_EQ(seen.size(), product.m * product.n * product.k) << "every multiply-accumulate";
        for (const auto &[what, times] : seen) ASSERT_EQ(times, 1);
    }
}

// The cycles before the counted ones offer what the last ones do.
TEST(Cluster, FirstCountedCycleFollowsTheLast)
{
    const Product product;
    for (const uint32_t t : {1U, 4U}) {
        const Stream x(product, t, 0);
        ASSERT_EQ(x.s.count_from, NS_RESET_CYCLES + 3U);
        const size_t row = static_cast<size_t>(x.s.inputs) * sizeof *x.s.in;
        const int a = x.s.signal[3].first; // rst_ni, first_i and last_i are before it
        ASSERT_STREQ(x.s.signal[3].name, "a_i");
        for (uint64_t back = 1; back <= 3; back++)
            EXPECT_EQ(memcmp(x.s.in + (x.s.count_from - back) * static_cast<size_t>(x.s.inputs) + a, x.s.in + (x.s.cycles - back) * static_cast<size_t>(x.s.inputs) + a,
                             row - static_cast<size_t>(a) * sizeof *x.s.in), 0) << back;
    }
}

} // namespace
