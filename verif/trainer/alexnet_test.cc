// alexnet_test.cc - grouped convolution, overlapping pooling, response normalisation, dropout, and the network of them. Twin: sw/trainer/net/trn_alexnet.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

#include "layer_check.h"

extern "C" {
#include "data/trn_data.h"
#include "net/trn_net.h"
}

namespace {

// 0, 0.1, 0.2 .. in random order: a step of a finite difference changes no maximum.
std::vector<float> spaced(size_t count)
{
    std::vector<float> out(count);
    for (size_t i = 0; i < count; i++) out[i] = 0.1F * static_cast<float>(i);
    for (size_t i = count; i-- > 1;) std::swap(out[i], out[trn_below(21, i, static_cast<uint32_t>(i) + 1)]);
    return out;
}

TEST(AlexNetLayers, GradientsAreThoseOfFiniteDifferences)
{
    trn_ctx_t ctx = context(false);
    check_gradients(ctx, trn_group_create(&ctx, "3x3 in 2", {4, 2, 6, 6}, 6, 3, 1, 2, 1), 0.02);
    check_gradients(ctx, trn_group_create(&ctx, "5x5 in 2", {4, 2, 5, 7}, 2, 5, 2, 2, 2), 0.02);
    check_gradients(ctx, trn_group_create(&ctx, "3x3 in 3, no frame", {6, 1, 6, 5}, 3, 3, 0, 3, 3), 0.02);
    const trn_shape_t plane = {2, 2, 7, 9};
    check_gradients(ctx, trn_pool_create(&ctx, "3x3 every 2", plane, 3, 2), 0.002, spaced(trn_shape_count(plane)));
    check_gradients(ctx, trn_pool_create(&ctx, "3x3 every 1", plane, 3, 1), 0.002, spaced(trn_shape_count(plane)));
    const trn_shape_t even = {2, 2, 6, 8}; // the last row and column are in no window
    check_gradients(ctx, trn_pool_create(&ctx, "3x3 every 2, even", even, 3, 2), 0.002, spaced(trn_shape_count(even)));
    for (size_t channels : {1, 3, 8}) {
        const trn_shape_t in = {channels, 2, 3, 4};
        std::vector<float> large = normal(trn_shape_count(in), 31);
        for (float &v : large) v *= 60.0F; // the neighbours' share of a gradient is then some 0.05
        check_gradients(ctx, trn_lrn_create(&ctx, "lrn", in), 0.005, large);
    }
    ctx.iteration = 5;
    check_gradients(ctx, trn_dropout_create(&ctx, "dropout", {10, 4, 1, 1}, 7), 0.002);
    release(ctx);
}

TEST(AlexNetLayers, ResponseNormalisationIsThatOfItsDefinition)
{
    trn_ctx_t ctx = context(false);
    trn_layer_t *layer = trn_lrn_create(&ctx, "lrn", {7, 2, 2, 3});
    trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x");
    for (size_t i = 0; i < x->count; i++) x->value[i] = 80.0F * trn_normal(5, i);
    layer->forward(layer, &ctx, x);
    const size_t each = 12;
    for (size_t c = 0; c < 7; c++)
        for (size_t i = 0; i < each; i++) {
            double sum = 0.0;
            for (size_t j = 0; j < 7; j++)
                if (std::abs(static_cast<int>(j) - static_cast<int>(c)) <= 2) sum += std::pow(static_cast<double>(x->value[j * each + i]), 2);
            const double want = static_cast<double>(x->value[c * each + i]) / std::pow(2.0 + 1e-4 * sum, 0.75);
            EXPECT_NEAR(static_cast<double>(layer->y->value[c * each + i]), want, 1e-5 * std::fabs(want));
        }
    trn_tensor_free(x);
    trn_layer_free(layer);
    release(ctx);
}

// Every word of a pass of `groups` groups, by integers: the exact sum of the group's channels, rounded once at the one exponent of y.
void check_words(const trn_layer_t *layer, const trn_tensor_t *x, size_t kernel, size_t pad, size_t groups)
{
    const trn_shape_t in = layer->in, out = layer->out;
    const trn_tensor_t *w = layer->param[0].w, *y = layer->y;
    const size_t ci_count = in.c / groups, co_count = out.c / groups;
    int32_t largest = 0;
    for (size_t i = 0; i < y->count; i++) {
        const size_t co = i / (out.n * out.h * out.w), n = i / (out.h * out.w) % out.n, oy = i / out.w % out.h, ox = i % out.w;
        int64_t sum = 0;
        for (size_t ci = 0; ci < ci_count; ci++)
            for (size_t k = 0; k < kernel * kernel; k++) {
                const size_t iy = oy + k / kernel - pad, ix = ox + k % kernel - pad, c = co / co_count * ci_count + ci;
                if (iy < in.h && ix < in.w)
                    sum += static_cast<int64_t>(w->mant[(co * ci_count + ci) * kernel * kernel + k]) * x->mant[((c * in.n + n) * in.h + iy) * in.w + ix];
            }
        const double exact = std::ldexp(static_cast<double>(sum), y->exp - w->exp - x->exp); // to nearest even, as the processor rounds
        const auto want = static_cast<int32_t>(std::min(std::max(std::nearbyint(exact), -32768.0), 32767.0));
        ASSERT_EQ(y->mant[i], want) << layer->name << " word " << i;
        largest = std::max(largest, std::abs(want));
    }
    EXPECT_EQ(y->gamma, static_cast<uint32_t>(largest));
}

// Group 2's weights are 64 times group 1's: only an initialisation that sees both groups gives an exponent that holds them.
TEST(AlexNetLayers, GroupsWriteOneTensorWithOneExponent)
{
    trn_ctx_t ctx = context(true, 2);
    trn_layer_t *layer = trn_group_create(&ctx, "conv", {4, 2, 6, 5}, 6, 3, 1, 2, 1);
    trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x"), *dy = trn_tensor_create(&ctx, trn_shape_count(layer->out), "dy");
    std::vector<float> w = normal(layer->param[0].w->count, 4);
    for (size_t i = w.size() / 2; i < w.size(); i++) w[i] *= 64.0F;
    trn_tensor_t *weights = trn_tensor_create(&ctx, w.size(), "w");
    trn_store(&ctx, weights, w.data());
    std::swap(layer->param[0].w, weights);
    for (int step = 0; step < 3; step++) {
        trn_store(&ctx, x, normal(x->count, 40 + static_cast<uint64_t>(step)).data());
        trn_store(&ctx, dy, normal(dy->count, 50 + static_cast<uint64_t>(step)).data());
        const trn_totals_t before = ctx.totals;
        layer->forward(layer, &ctx, x);
        EXPECT_EQ(ctx.totals.writes, before.writes + 1);
        EXPECT_EQ(ctx.totals.elements, before.elements + layer->y->count);
        EXPECT_EQ(ctx.totals.saturated, before.saturated);
        check_words(layer, x, 3, 1, 2);
        layer->backward(layer, &ctx, x, dy);
        EXPECT_EQ(ctx.totals.writes, before.writes + 3); // y, g, dx
    }
    trn_tensor_free(weights);
    trn_tensor_free(x);
    trn_tensor_free(dy);
    trn_layer_free(layer);
    release(ctx);
}

// Pooling and the dropout of an evaluation move mantissas: values come out as they are.
TEST(AlexNetLayers, PoolingAndEvaluationRoundNothing)
{
    trn_ctx_t ctx = context(true);
    trn_layer_t *pool = trn_pool_create(&ctx, "pool", {2, 1, 5, 5}, 3, 2), *dropout = trn_dropout_create(&ctx, "dropout", {2, 1, 5, 5}, 3);
    trn_tensor_t *x = trn_tensor_create(&ctx, 50, "x");
    trn_store(&ctx, x, normal(50, 6).data());
    pool->forward(pool, &ctx, x);
    EXPECT_EQ(pool->y->exp, x->exp);
    for (size_t i = 0; i < 8; i++) {
        int16_t want = INT16_MIN;
        for (size_t k = 0; k < 9; k++) want = std::max(want, x->mant[i / 4 * 25 + (i / 2 % 2 * 2 + k / 3) * 5 + i % 2 * 2 + k % 3]);
        EXPECT_EQ(pool->y->mant[i], want) << i;
    }
    ctx.eval = true;
    dropout->forward(dropout, &ctx, x);
    EXPECT_EQ(dropout->y->exp, x->exp);
    EXPECT_EQ(memcmp(dropout->y->mant, x->mant, 50 * sizeof *x->mant), 0);
    trn_tensor_free(x);
    trn_layer_free(pool);
    trn_layer_free(dropout);
    release(ctx);
}

TEST(AlexNetLayers, DropoutKeepsHalfByIterationAndSeed)
{
    trn_ctx_t ctx = context(false);
    const size_t count = 100 * 64 + 7;
    trn_layer_t *one = trn_dropout_create(&ctx, "one", {count, 1, 1, 1}, 3), *other = trn_dropout_create(&ctx, "other", {count, 1, 1, 1}, 4);
    trn_tensor_t *x = trn_tensor_create(&ctx, count, "x");
    std::fill(x->value, x->value + count, 1.5F);
    const auto mask = [&](trn_layer_t *layer, int64_t iteration) {
        ctx.iteration = iteration;
        layer->forward(layer, &ctx, x);
        return std::vector<float>(layer->y->value, layer->y->value + count);
    };
    const std::vector<float> first = mask(one, 0);
    for (float v : first) EXPECT_TRUE(v == 0.0F || v == 3.0F) << v;
    EXPECT_NEAR(std::accumulate(first.begin(), first.end(), 0.0) / static_cast<double>(count), 1.5, 0.1); // five standard deviations
    for (const std::vector<float> &different : {mask(one, 1), mask(other, 0)}) {
        size_t same = 0;
        for (size_t i = 0; i < count; i++) same += different[i] == first[i];
        EXPECT_NEAR(static_cast<double>(same) / static_cast<double>(count), 0.5, 0.035);
    }
    EXPECT_EQ(mask(one, 0), first);
    trn_tensor_free(x);
    trn_layer_free(one);
    trn_layer_free(other);
    release(ctx);
}

struct Outcome {
    uint64_t digest;
    double first, last; // loss
};

// The same four images of two classes again and again, width 6.
Outcome train(bool flex, unsigned threads, int steps)
{
    trn_ctx_t ctx = context(flex, threads);
    const size_t batch = 4;
    trn_data_t data;
    trn_data_generate(false, batch, 64, 2, 1, &data);
    data.load_side = 227;
    trn_net_t *net = trn_net_create(&ctx, "alexnet2012", batch, data.load_side, data.classes, 6, 1, 1);
    std::vector<float> images(batch * trn_data_floats(&data));
    for (size_t n = 0; n < batch; n++) trn_data_load(&data, n, false, 0, images.data(), batch, n);
    Outcome out = {};
    for (int step = 0; step < steps; step++) {
        size_t right;
        ctx.iteration = step;
        out.last = trn_net_forward(net, &ctx, images.data(), data.label, &right) / batch;
        if (step == 0) out.first = out.last;
        trn_net_backward(net, &ctx, data.label, 0.02F, 0.9F, 0.0005F);
    }
    out.digest = trn_net_digest(net);
    trn_net_free(net);
    trn_data_free(&data);
    release(ctx);
    return out;
}

TEST(AlexNet2012, TheSameSeedGivesTheSameWeightsForAnyNumberOfThreads)
{
    const Outcome one = train(true, 1, 3), again = train(true, 1, 3), two = train(true, 2, 3);
    EXPECT_EQ(one.digest, again.digest);
    EXPECT_EQ(one.digest, two.digest);
    EXPECT_NE(one.digest, train(true, 1, 4).digest);
}

TEST(AlexNet2012, FlexFollowsFloat32)
{
    const Outcome real = train(false, 1, 40), flex = train(true, 1, 40);
    printf("alexnet2012: loss %.4f at first; after 40 steps %.4f in float32, %.4f in flex16+5\n", real.first, real.last, flex.last);
    EXPECT_LT(real.last, 0.5 * real.first);
    EXPECT_LT(flex.last, 0.5 * flex.first);
    EXPECT_NEAR(flex.first, real.first, 0.01);
}

// Weights and biases at a width; the paper's 96 gives 61 million.
size_t parameters(size_t width, size_t classes)
{
    const size_t c1 = width, c2 = 8 * width / 3, c3 = 4 * width, full = 128 * width / 3;
    const size_t weights = c1 * 363 + c2 * c1 / 2 * 25 + c3 * c2 * 9 + c3 * c3 / 2 * 9 + c2 * c3 / 2 * 9 + full * c2 * 36 + full * full + classes * full;
    return weights + c1 + c2 + c3 + c3 + c2 + full + full + classes;
}

TEST(AlexNet2012, ItsParametersAreThoseOfThePaper)
{
    EXPECT_EQ(parameters(96, 1000), 60965224U);
    trn_ctx_t ctx = context(true);
    trn_net_t *net = trn_net_create(&ctx, "alexnet2012", 1, 227, 1000, 24, 1, 1);
    EXPECT_EQ(trn_net_parameters(net), parameters(24, 1000));
    trn_net_free(net);
    release(ctx);
}

} // namespace
