// onednn_test.cc - convolutions by oneDNN against those by im2col and OpenBLAS. Twin: sw/trainer/layer/trn_conv_onednn.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

extern "C" {
#include "layer/trn_layer.h"
#include "tensor/trn_random.h"
}

namespace {

struct Shape {
    const char *name;
    trn_shape_t in;
    size_t channels, kernel, stride, pad;
};

const Shape shapes[] = {
    {"3x3", {16, 4, 12, 12}, 16, 3, 1, 1},
    {"3x3 stride 2", {16, 3, 16, 16}, 32, 3, 2, 1},
    {"3x3 of 3 channels", {3, 4, 32, 32}, 16, 3, 1, 1},
    {"5x5 of 3 channels", {3, 2, 32, 32}, 32, 5, 1, 2},
    {"5x5 without a border", {6, 2, 14, 14}, 16, 5, 1, 0},
    {"1x1", {24, 3, 8, 8}, 40, 1, 1, 0},
    {"1x1 stride 2", {16, 3, 16, 16}, 32, 1, 2, 0},
    {"odd sizes, stride 2", {5, 3, 7, 9}, 11, 3, 2, 1},
    {"one image", {8, 1, 6, 6}, 8, 3, 1, 1},
    {"fully connected", {48, 7, 1, 1}, 10, 1, 1, 0},
};

// What a convolution writes: output, gradient of the kernel, gradient of the input.
using Result = std::vector<std::vector<float>>;

std::vector<float> values(const trn_tensor_t *t)
{
    return {t->value, t->value + t->count};
}

void fill(trn_tensor_t *t, uint64_t seed)
{
    for (size_t i = 0; i < t->count; i++) t->value[i] = trn_normal(seed, i);
}

Result convolve(const Shape &s, trn_products_t products, trn_kind_t kind, bool first, unsigned threads)
{
    trn_ctx_t ctx = {};
    ctx.format.kind = kind;
    ctx.products = products;
    ctx.threads = threads;
    trn_layer_t *layer = trn_conv_create(&ctx, s.name, s.in, {s.channels, s.kernel, s.stride, s.pad, first, 1.0F, 3});
    trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x"), *dy = trn_tensor_create(&ctx, trn_shape_count(layer->out), "dy");
    for (uint64_t step = 0; step < 2; step++) { // what is kept must not outlive its step
        fill(x, 10 + step);
        fill(dy, 20 + step);
        fill(layer->param[0].w, 30 + step);
        layer->forward(layer, &ctx, x);
        layer->backward(layer, &ctx, x, dy);
    }
    Result out = {values(layer->y), values(layer->param[0].g)};
    if (!first) out.push_back(values(layer->dx));
    trn_tensor_free(x);
    trn_tensor_free(dy);
    trn_layer_free(layer);
    for (float *scratch : ctx.scratch) free(scratch);
    return out;
}

// Largest difference over the largest value.
double distance(const std::vector<float> &got, const std::vector<float> &want)
{
    double worst = 0.0, largest = 0.0;
    EXPECT_EQ(got.size(), want.size());
    for (size_t i = 0; i < want.size(); i++) {
        largest = std::fmax(largest, std::fabs(static_cast<double>(want[i])));
        const double difference = std::fabs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
        worst = std::isnan(worst) || difference <= worst ? worst : difference; // NaN stays
    }
    EXPECT_GT(largest, 0.0);
    return worst / largest;
}

const char *const pass[] = {"fprop", "update", "bprop"};

TEST(OneDnn, ConvolutionsAreThoseOfOpenBlas)
{
    double worst = 0.0;
    for (const Shape &s : shapes)
        for (bool first : {false, true})
            for (unsigned threads : {1U, 2U}) {
                const Result want = convolve(s, TRN_OPENBLAS, TRN_FLOAT32, first, threads), got = convolve(s, TRN_ONEDNN, TRN_FLOAT32, first, threads);
                ASSERT_EQ(got.size(), first ? 2U : 3U);
                for (size_t i = 0; i < got.size(); i++) {
                    const double far = distance(got[i], want[i]);
                    EXPECT_LE(far, 1e-4) << s.name << ", " << pass[i] << ", " << threads << " threads";
                    worst = std::fmax(worst, far);
                }
            }
    printf("oneDNN beside OpenBLAS, %zu shapes: at most %.1e of the largest value apart\n", sizeof shapes / sizeof shapes[0], worst);
}

// Results are rounded once, after the sum: a second rounding changes nothing, and they are within a last place of the other library's.
TEST(OneDnn, NarrowFloatsAreRounded)
{
    const struct { trn_kind_t kind; double place; } kinds[] = {{TRN_FLOAT16, 0x1p-10}, {TRN_BFLOAT16, 0x1p-7}};
    for (const auto &k : kinds)
        for (const Shape &s : shapes) {
            const Result want = convolve(s, TRN_OPENBLAS, k.kind, false, 1), got = convolve(s, TRN_ONEDNN, k.kind, false, 1);
            for (size_t i = 0; i < got.size(); i++) {
                std::vector<float> again = got[i];
                trn_round_float(k.kind, again.data(), again.size());
                EXPECT_EQ(again, got[i]) << s.name << ", " << pass[i];
                EXPECT_LE(distance(got[i], want[i]), k.place) << s.name << ", " << pass[i];
            }
        }
}

} // namespace
