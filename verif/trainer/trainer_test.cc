// trainer_test.cc - layers against finite differences, flex against float32, conversions against the golden model. Twin: sw/trainer/
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "layer_check.h"

extern "C" {
#include "data/trn_data.h"
#include "net/trn_net.h"
#include "tensor/trn_quant.h"
}

namespace {

TEST(Layers, GradientsAreThoseOfFiniteDifferences)
{
    trn_ctx_t ctx = context(false);
    const trn_shape_t in = {3, 2, 6, 6};
    check_gradients(ctx, trn_conv_create(&ctx, "conv3x3", in, {4, 3, 1, 1, false, 1.0F, 1}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "conv5x5", in, {2, 5, 1, 2, false, 1.0F, 2}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "stride2", in, {4, 3, 2, 1, false, 1.0F, 3}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "odd stride2", {2, 2, 5, 7}, {3, 3, 2, 1, false, 1.0F, 3}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "1x1", in, {5, 1, 1, 0, false, 1.0F, 4}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "1x1 stride2", in, {5, 1, 2, 0, false, 1.0F, 5}), 0.02);
    check_gradients(ctx, trn_conv_create(&ctx, "whole plane", in, {5, 6, 1, 0, false, 1.0F, 6}), 0.03);
    check_gradients(ctx, trn_bias_create(&ctx, "bias", in, false, 1), 0.02);
    check_gradients(ctx, trn_bias_create(&ctx, "bias relu", in, true, 1), 0.02);
    check_gradients(ctx, trn_bias_create(&ctx, "bias relu pool", in, true, 2), 0.3); // a maximum may change hands
    check_gradients(ctx, trn_flatten_create(&ctx, "flatten", in), 0.02);
    check_gradients(ctx, trn_mean_create(&ctx, "mean", in), 0.02);
    release(ctx);
}

// relu has corners: the weights of batch normalisation are moved so that no input is near one.
TEST(Layers, NormalisationGradient)
{
    trn_ctx_t ctx = context(false);
    trn_layer_t *layer = trn_norm_create(&ctx, "norm", {3, 4, 3, 3}, false);
    for (size_t c = 0; c < 3; c++) layer->param[1].w->value[c] = 6.0F;
    check_gradients(ctx, layer, 0.05);
    release(ctx);
}

TEST(Layers, ConvolutionIsThatOfItsDefinition)
{
    trn_ctx_t ctx = context(false);
    trn_layer_t *layer = trn_conv_create(&ctx, "conv", {2, 3, 7, 5}, {4, 3, 2, 1, false, 1.0F, 9});
    trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x");
    const std::vector<float> value = normal(x->count, 3);
    memcpy(x->value, value.data(), x->count * sizeof(float));
    layer->forward(layer, &ctx, x);
    const trn_shape_t in = layer->in, out = layer->out;
    ASSERT_TRUE(out.h == 4 && out.w == 3);
    for (size_t co = 0; co < out.c; co++)
        for (size_t n = 0; n < out.n; n++)
            for (size_t oy = 0; oy < out.h; oy++)
                for (size_t ox = 0; ox < out.w; ox++) {
                    double sum = 0.0;
                    for (size_t ci = 0; ci < in.c; ci++)
                        for (size_t k = 0; k < 9; k++) {
                            const long iy = static_cast<long>(oy * 2 + k / 3) - 1, ix = static_cast<long>(ox * 2 + k % 3) - 1;
                            if (iy < 0 || ix < 0 || iy >= static_cast<long>(in.h) || ix >= static_cast<long>(in.w)) continue;
                            sum += static_cast<double>(layer->param[0].w->value[(co * in.c + ci) * 9 + k]) *
                                   static_cast<double>(value[((ci * in.n + n) * in.h + static_cast<size_t>(iy)) * in.w + static_cast<size_t>(ix)]);
                        }
                    EXPECT_NEAR(layer->y->value[((co * out.n + n) * out.h + oy) * out.w + ox], sum, 1e-4);
                }
    trn_tensor_free(x);
    trn_layer_free(layer);
    release(ctx);
}

TEST(Conversion, EqualsTheGoldenModel)
{
    for (int round = 0; round < 3000; round++) {
        const uint64_t key = trn_bits(5, static_cast<uint64_t>(round));
        const flx_format_t fmt = {static_cast<uint8_t>(8 + key % 9), static_cast<uint8_t>(4 + key / 16 % 5), 48};
        const auto exp = static_cast<int32_t>(trn_below(key, 1, static_cast<uint32_t>(flx_exp_max(fmt)) + 1));
        std::vector<float> x(1 + key % 300);
        for (size_t i = 0; i < x.size(); i++) {
            switch (trn_below(key, 10 + i, 8)) {
            case 0: { // any bit pattern
                const auto bits = static_cast<uint32_t>(trn_bits(key, 5000 + i));
                memcpy(&x[i], &bits, sizeof bits);
                break;
            }
            case 1: x[i] = std::ldexp(static_cast<float>(trn_below(key, 9000 + i, 70000)) - 35000.0F + 0.5F, -exp); break;
            case 2: x[i] = 0.0F; break;
            case 3: x[i] = trn_below(key, 7000 + i, 2) == 0 ? INFINITY : NAN; break;
            default: x[i] = std::ldexp(trn_normal(key, 3000 + i) * 12000.0F, -exp); break;
            }
        }
        std::vector<int16_t> got(x.size()), want(x.size());
        flx_stats_t s;
        flx_kernel_write(fmt, exp, x.data(), x.size(), want.data(), &s);
        const flx_stats_t g = trn_quantise(fmt, exp, x.data(), x.size(), got.data());
        ASSERT_EQ(got, want) << "N=" << int(fmt.mant_bits) << " e=" << exp;
        ASSERT_TRUE(g.gamma == s.gamma && g.overflow == s.overflow && g.saturated == s.saturated && g.half_range == s.half_range && g.underflow == s.underflow);
        flx_host_write(fmt, exp, x.data(), x.size(), want.data(), &s);
        const flx_stats_t h = trn_quantise_host(fmt, exp, x.data(), x.size(), got.data());
        ASSERT_EQ(got, want) << "truncated, N=" << int(fmt.mant_bits) << " e=" << exp;
        ASSERT_TRUE(h.gamma == s.gamma && h.overflow == s.overflow && h.saturated == s.saturated && h.half_range == s.half_range && h.underflow == s.underflow);
        float largest = 0.0F;
        for (const float v : x) largest = std::isnan(v) || std::fabs(v) < largest ? largest : std::fabs(v);
        ASSERT_EQ(trn_largest(x.data(), x.size()), largest);
        std::vector<float> back(x.size());
        trn_dequantise(want.data(), want.size(), exp, back.data());
        for (size_t i = 0; i < back.size(); i++) ASSERT_EQ(static_cast<double>(back[i]), static_cast<double>(static_cast<float>(flx_to_double(want[i], exp))));
    }
}

struct Outcome {
    uint64_t digest;
    double loss;
};

Outcome train(bool flex, const char *network, unsigned threads, int steps)
{
    trn_ctx_t ctx = context(flex, threads);
    const size_t batch = 16;
    trn_data_t data;
    trn_data_generate(false, 256, TRN_SIDE_USUAL, 10, 1, &data);
    trn_net_t *net = trn_net_create(&ctx, network, batch, TRN_SIDE_USUAL, 10, 8, 1, 1);
    std::vector<float> images(batch * trn_data_floats(&data));
    std::vector<uint16_t> labels(batch);
    double loss = 0.0;
    for (int step = 0; step < steps; step++) {
        for (size_t n = 0; n < batch; n++) {
            const size_t index = (static_cast<size_t>(step) * batch + n) % data.count;
            trn_data_load(&data, index, true, trn_bits(7, index), images.data(), batch, n);
            labels[n] = data.label[index];
        }
        size_t right;
        loss = 0.9 * loss + 0.1 * trn_net_forward(net, &ctx, images.data(), labels.data(), &right) / batch;
        trn_net_backward(net, &ctx, labels.data(), 0.02F, 0.9F, 0.0005F);
    }
    const Outcome out = {trn_net_digest(net), loss / (1.0 - std::pow(0.9, steps))};
    trn_net_free(net);
    trn_data_free(&data);
    release(ctx);
    return out;
}

TEST(Training, TheSameSeedGivesTheSameWeightsForAnyNumberOfThreads)
{
    for (const char *network : {"alexnet", "resnet"}) {
        const Outcome one = train(true, network, 1, 4), again = train(true, network, 1, 4), two = train(true, network, 2, 4), more = train(true, network, 3, 4);
        EXPECT_EQ(one.digest, again.digest) << network;
        EXPECT_EQ(one.digest, two.digest) << network;
        EXPECT_EQ(one.digest, more.digest) << network;
        EXPECT_NE(one.digest, train(true, network, 1, 5).digest) << network;
    }
}

TEST(Training, FlexFollowsFloat32)
{
    for (const char *network : {"alexnet", "resnet"}) {
        const Outcome first = train(false, network, 1, 4), real = train(false, network, 1, 60), flex = train(true, network, 1, 60);
        printf("%s: loss %.4f at first; after 60 steps %.4f in float32, %.4f in flex16+5\n", network, first.loss, real.loss, flex.loss);
        EXPECT_LT(flex.loss, first.loss);
        EXPECT_NEAR(flex.loss, real.loss, 0.12) << network;
    }
}

} // namespace
