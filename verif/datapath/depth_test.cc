// depth_test.cc - flx_depth against K G_a G_b in 128 bits, most cases next to the bound, and its cycles. Twin: rtl/core/flx_depth.v
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES cases per accumulator (20,000 of 1,000,000).
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "Vdepth48.h"
#include "Vdepth53.h"
#include "flx/flx_format.h"

namespace {

template <class V> struct Depth {
    explicit Depth(uint8_t acc) : bits(acc)
    {
        top.rst_ni = 0;
        clock();
        top.rst_ni = 1;
        top.start_i = 0;
        clock();
    }
    void clock()
    {
        top.clk_i = 1;
        top.eval();
        top.clk_i = 0;
        top.eval();
    }
    void compare(uint32_t k, uint32_t a, uint32_t b)
    {
        top.k_i = k;
        top.gamma_a_i = static_cast<uint16_t>(a);
        top.gamma_b_i = static_cast<uint16_t>(b);
        top.start_i = 1;
        clock();
        top.start_i = 0;
        top.gamma_b_i = 0x5555; // taken at the start
        for (int cycle = 1; cycle < 41; cycle++) {
            ASSERT_FALSE(top.done_o) << "cycle " << cycle;
            clock();
        }
        ASSERT_TRUE(top.done_o);
        const bool fits = static_cast<unsigned __int128>(k) * a * b < static_cast<unsigned __int128>(1) << (bits - 1);
        ASSERT_EQ(top.fits_o, fits) << "acc=" << +bits << " s=0 case 0: K " << k << " G_a " << a << " G_b " << b;
        ASSERT_EQ(flx_depth_fits({16, 5, bits}, k, a, b), fits);
        clock();
    }
    V top;
    const uint8_t bits;
};

template <class V> void campaign(uint8_t acc)
{
    Depth<V> depth(acc);
    std::mt19937_64 random(acc);
    const char *text = getenv("FLX_CASES");
    const uint64_t cases = (text == nullptr ? 1000000 : strtoull(text, nullptr, 10)) / 50;
    const uint64_t end = UINT64_C(1) << (acc - 1);
    uint64_t near = 0;
    depth.compare(13264529, 2351, 4513);
    depth.compare(131072, 32768, 32768);
    depth.compare(131071, 32768, 32768);
    depth.compare((1 << 24) - 1, 0, 32768);
    for (uint64_t i = 0; i < cases && !testing::Test::HasFatalFailure(); i++) {
        const uint32_t a = static_cast<uint32_t>(random() % 8 == 0 ? 1U << random() % 16 : 1 + random() % 32768), b = static_cast<uint32_t>(1 + random() % 32768);
        uint64_t k = random() % (1U << 24);
        if (random() % 4 != 0) { // K at the bound, one less or one more
            k = end / (static_cast<uint64_t>(a) * b) + random() % 3 - 1;
            if (k >= 1U << 24) continue;
            near++;
        }
        depth.compare(static_cast<uint32_t>(k), a, b);
    }
    EXPECT_GT(near, cases / 8);
    printf("depth in %d bits: %llu cases at the bound\n", acc, static_cast<unsigned long long>(near));
}

TEST(DatapathDepth, FitsIn48Bits) { campaign<Vdepth48>(48); }
TEST(DatapathDepth, FitsIn53Bits) { campaign<Vdepth53>(53); }

} // namespace
