// format_test.cc - roundings of the formats against the compiler's own arithmetic, and their rules of the exponent. Twin: sw/trainer/tensor/trn_format.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

extern "C" {
#include "tensor/trn_quant.h"
#include "tensor/trn_random.h"
#include "tensor/trn_tensor.h"
}

namespace {

float from_bits(uint32_t bits)
{
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

// Any float32, near the limits of float16 more often than by chance.
float sample(uint64_t i)
{
    const uint64_t r = trn_bits(7, i);
    const uint32_t exponent = i % 4 == 0 ? (r >> 40) & 255 : 127 - 30 + (r >> 40) % 50;
    const uint32_t fraction = (r >> 60) == 0 ? (uint32_t)(r & 7) << 12 : (uint32_t)r & 0x7FFFFF; // ties
    return from_bits((uint32_t)(r >> 63) << 31 | exponent << 23 | fraction);
}

void expect_same(float got, float want, float x)
{
    if (std::isnan(want)) EXPECT_TRUE(std::isnan(got)) << x;
    else EXPECT_EQ(got, want) << x;
}

trn_format_t parsed(const char *text)
{
    trn_format_t format;
    EXPECT_TRUE(trn_format_parse(text, &format)) << text;
    return format;
}

TEST(Format, names)
{
    EXPECT_EQ(parsed("float32").kind, TRN_FLOAT32);
    EXPECT_EQ(parsed("flex12+6").fmt.mant_bits, 12);
    EXPECT_EQ(parsed("flex12+6").fmt.exp_bits, 6);
    EXPECT_EQ(parsed("dfp10").kind, TRN_DYNAMIC);
    EXPECT_EQ(parsed("fixed4.12").fl, 12);
    EXPECT_EQ(parsed("fixed4.12").fmt.mant_bits, 16);
    EXPECT_EQ(parsed("hbfp12").fmt.mant_bits, 12);
    trn_format_t format;
    for (const char *bad : {"", "flex", "flex7+5", "flex17+5", "flex16+3", "flex16+5x", "dfp", "dfp17", "fixed9.9", "fixed0.16", "hbfp4", "mxint4", "float64"})
        EXPECT_FALSE(trn_format_parse(bad, &format)) << bad;
}

TEST(Format, float16_is_the_compilers)
{
    for (uint64_t i = 0; i < 1000000; i++) {
        const float x = sample(i);
        float got = x;
        trn_round_float(TRN_FLOAT16, &got, 1);
        expect_same(got, (float)(_Float16)x, x);
    }
    for (float x : {65504.0F, 65519.99F, 65520.0F, 0x1p-24F, 0x1p-25F, 0x1.8p-25F, -0x1p-14F, INFINITY, NAN}) {
        float got = x;
        trn_round_float(TRN_FLOAT16, &got, 1);
        expect_same(got, (float)(_Float16)x, x);
    }
}

TEST(Format, bfloat16_is_the_nearest_even)
{
    for (uint64_t i = 0; i < 1000000; i++) {
        const float x = sample(i);
        uint32_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        const float low = from_bits(bits & 0xFFFF0000), high = from_bits((bits & 0xFFFF0000) + 0x10000);
        if (!std::isfinite(x) || std::isinf(high)) continue;
        const double down = std::fabs((double)x - (double)low), up = std::fabs((double)high - (double)x);
        const float want = down < up || (down == up && (bits >> 16 & 1) == 0) ? low : high;
        float got = x;
        trn_round_float(TRN_BFLOAT16, &got, 1);
        EXPECT_EQ(got, want) << x;
    }
}

TEST(Format, block_has_one_exponent_and_mantissas_in_range)
{
    for (const char *name : {"hbfp8", "hbfp12", "mxint8"}) {
        const trn_format_t format = parsed(name);
        const size_t block = format.kind == TRN_MX ? 32 : 576, count = 3 * block + 5;
        std::vector<float> x(count), out(count);
        for (size_t i = 0; i < count; i++) x[i] = trn_normal(3, i) * (i / block == 1 ? 1e-6F : 1.0F);
        x[2 * block] = 0.9999F * 4; // fills its mantissa
        trn_round_block(format, x.data(), count, out.data());
        for (size_t first = 0; first < count; first += block) {
            const size_t end = std::min(first + block, count);
            double largest = 0;
            for (size_t i = first; i < end; i++) largest = std::max(largest, std::fabs((double)x[i]));
            const double unit = std::exp2(std::floor(std::log2(largest)) + 2 - format.fmt.mant_bits);
            const double top = (std::exp2(format.fmt.mant_bits - 1) - 1) * unit;
            for (size_t i = first; i < end; i++) {
                const double want = std::min(std::max(std::nearbyint((double)x[i] / unit) * unit, -top), top);
                EXPECT_EQ((double)out[i], want) << name << " element " << i;
            }
        }
    }
}

TEST(Format, stochastic_rounding_has_no_bias)
{
    const std::vector<float> x(200000, 3.3F);
    std::vector<int16_t> mant(x.size());
    const flx_stats_t stats = trn_quantise_stochastic(flx_format_default(), 0, x.data(), 0, x.size(), 5, mant.data());
    double sum = 0;
    for (int16_t m : mant) {
        EXPECT_TRUE(m == 3 || m == 4);
        sum += m;
    }
    EXPECT_NEAR(sum / (double)x.size(), 3.3, 0.005); // five standard deviations
    EXPECT_EQ(stats.gamma, 4U);
}

// A tensor's maximum grows 4,096 times in 2,400 writes: Autoflex is ahead of it, dynamic fixed point clips until it looks again,
// and fixed point, whose range ends at 8, clips from write 600 on.
TEST(Format, how_each_follows_a_growing_tensor)
{
    const struct { const char *name; uint64_t least, most; } cases[] = {{"flex16+5", 0, 0}, {"dfp16", 100, 1300}, {"fixed4.12", 1799, 1800}};
    for (const auto &c : cases) {
        trn_ctx_t ctx = {};
        ctx.format = parsed(c.name);
        ctx.autoflex = flx_autoflex_defaults(FLX_PROFILE_PAPER);
        trn_tensor_t *t = trn_tensor_create(&ctx, 4, "t");
        for (int step = 0; step < 2400; step++) {
            const float value[4] = {std::exp2((float)step / 200.0F), 0.1F, -0.2F, 0.0F};
            trn_store(&ctx, t, value);
        }
        EXPECT_GE(ctx.totals.saturated, c.least) << c.name;
        EXPECT_LE(ctx.totals.saturated, c.most) << c.name;
        printf("%s: %llu of 2400 maxima clipped\n", c.name, (unsigned long long)ctx.totals.saturated);
        trn_tensor_free(t);
        for (float *scratch : ctx.scratch) free(scratch);
    }
}

} // namespace
