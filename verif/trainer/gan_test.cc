// gan_test.cc - layers, optimiser and steps of the GAN. Twin: sw/trainer/net/trn_gan.c
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "layer_check.h"

extern "C" {
#include "data/trn_data.h"
#include "net/trn_gan.h"
}

namespace {

void fill(trn_ctx_t &ctx, trn_tensor_t *t, uint64_t seed, float scale = 1.0F)
{
    std::vector<float> value = normal(t->count, seed);
    for (float &v : value) v *= scale;
    trn_store(&ctx, t, value.data());
}

std::vector<float> values(trn_ctx_t &ctx, const trn_tensor_t *t)
{
    const float *from = trn_read(&ctx, t, 0);
    return {from, from + t->count};
}

TEST(Gan, GradientsAreThoseOfFiniteDifferences)
{
    trn_ctx_t ctx = context(false);
    const trn_shape_t in = {3, 2, 4, 6};
    check_gradients(ctx, trn_deconv_create(&ctx, "deconv 4x4", in, {2, 4, 2, 1, false, 0.5F, 1}), 0.02);
    check_gradients(ctx, trn_deconv_create(&ctx, "deconv 2x2", in, {4, 2, 2, 0, false, 0.5F, 2}), 0.02);
    check_gradients(ctx, trn_deconv_create(&ctx, "deconv 9x9", {2, 2, 3, 2}, {2, 9, 3, 3, false, 0.3F, 3}), 0.03);
    check_gradients(ctx, trn_conv_create(&ctx, "conv by parts", {2, 3, 6, 8}, {3, 4, 2, 1, false, 1.0F, 4}), 0.02);
    check_gradients(ctx, trn_leaky_create(&ctx, "leaky", in, 0.2F), 0.02);
    check_gradients(ctx, trn_tanh_create(&ctx, "tanh", in), 0.02);
    check_gradients(ctx, trn_unflatten_create(&ctx, "plane", {24, 2, 1, 1}, 2, 3), 0.02);
    for (const float beta : {6.0F, -6.0F}) { // far from the corner, on either side
        trn_layer_t *layer = trn_norm_create(&ctx, "leaky norm", {3, 4, 3, 3}, false);
        trn_norm_set_slope(layer, 0.2F);
        for (size_t c = 0; c < 3; c++) layer->param[1].w->value[c] = beta;
        check_gradients(ctx, layer, 0.05);
    }
    release(ctx);
}

TEST(Gan, NormalisationWithoutSlopeIsThatOfRelu)
{
    trn_ctx_t ctx = context(false);
    trn_layer_t *relu = trn_norm_create(&ctx, "relu", {3, 4, 5, 5}, false), *leaky = trn_norm_create(&ctx, "leaky", {3, 4, 5, 5}, false);
    trn_norm_set_slope(leaky, 0.2F);
    trn_tensor_t *x = trn_tensor_create(&ctx, 300, "x");
    fill(ctx, x, 5);
    relu->forward(relu, &ctx, x);
    leaky->forward(leaky, &ctx, x);
    size_t negative = 0;
    for (size_t i = 0; i < x->count; i++) {
        const float y = leaky->y->value[i];
        negative += y < 0.0F;
        ASSERT_EQ(relu->y->value[i], y > 0.0F ? y : 0.0F);
        ASSERT_FALSE(std::signbit(relu->y->value[i]));
    }
    EXPECT_GT(negative, 100U);
    trn_tensor_free(x);
    trn_layer_free(relu);
    trn_layer_free(leaky);
    release(ctx);
}

// Exact sums of mantissas, element by element from the definition, rounded once: y[co][n][s iy + ky - p][..] += w[ci][co][ky][kx] x[ci][n][iy][ix].
TEST(Gan, TransposedConvolutionIsThatOfItsDefinition)
{
    struct Case {
        trn_shape_t in;
        size_t channels, kernel, stride, pad;
    };
    for (const Case &k : {Case{{3, 2, 4, 5}, 4, 4, 2, 1}, Case{{2, 3, 1, 1}, 3, 4, 2, 1}, Case{{2, 2, 3, 4}, 2, 2, 2, 0}, Case{{2, 1, 3, 2}, 3, 9, 3, 3},
                          Case{{2, 2, 2, 3}, 1, 8, 4, 2}, Case{{5, 2, 4, 4}, 1, 6, 2, 2}}) {
        trn_ctx_t ctx = context(true);
        trn_layer_t *layer = trn_deconv_create(&ctx, "deconv", k.in, {k.channels, k.kernel, k.stride, k.pad, true, 0.5F, 7});
        trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(k.in), "x");
        fill(ctx, x, 8);
        layer->forward(layer, &ctx, x);
        const trn_shape_t in = k.in, out = layer->out;
        ASSERT_TRUE(out.h == k.stride * in.h && out.w == k.stride * in.w);
        std::vector<int64_t> sum(layer->y->count);
        for (size_t ci = 0; ci < in.c; ci++)
            for (size_t co = 0; co < out.c; co++)
                for (size_t tap = 0; tap < k.kernel * k.kernel; tap++)
                    for (size_t i = 0; i < in.n * in.h * in.w; i++) {
                        const size_t n = i / (in.h * in.w), y = i / in.w % in.h * k.stride + tap / k.kernel - k.pad, at = i % in.w * k.stride + tap % k.kernel - k.pad;
                        if (y >= out.h || at >= out.w) continue;
                        sum[((co * out.n + n) * out.h + y) * out.w + at] += static_cast<int64_t>(layer->param[0].w->mant[(ci * out.c + co) * k.kernel * k.kernel + tap]) *
                                                                            x->mant[(ci * in.n * in.h * in.w) + i];
                    }
        for (size_t i = 0; i < sum.size(); i++) {
            const double exact = std::ldexp(static_cast<double>(sum[i]), layer->y->exp - layer->param[0].w->exp - x->exp);
            ASSERT_EQ(layer->y->mant[i], static_cast<int16_t>(std::fmin(std::fmax(std::nearbyint(exact), -32768.0), 32767.0))) << "stride " << k.stride << " [" << i << "]";
        }
        trn_tensor_free(x);
        trn_layer_free(layer);
        release(ctx);
    }
}

// <conv x, y> = <x, conv' y>: the backward pass by parts beside the one with a spread plane (odd kernels take that).
TEST(Gan, PartsApplyOnlyWhereTheyAreWhole)
{
    trn_ctx_t ctx = context(true);
    for (const size_t kernel : {size_t{4}, size_t{3}}) {
        trn_layer_t *layer = trn_conv_create(&ctx, "conv", {3, 2, 8, 6}, {4, kernel, 2, 1, false, 1.0F, 3});
        trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x"), *dy = trn_tensor_create(&ctx, trn_shape_count(layer->out), "dy");
        fill(ctx, x, 1);
        fill(ctx, dy, 2);
        layer->forward(layer, &ctx, x);
        layer->frozen = kernel == 4;
        layer->backward(layer, &ctx, x, dy);
        double left = 0.0, right = 0.0;
        const std::vector<float> y = values(ctx, layer->y), d = values(ctx, dy), xs = values(ctx, x), dx = values(ctx, layer->dx);
        for (size_t i = 0; i < y.size(); i++) left += static_cast<double>(y[i]) * static_cast<double>(d[i]);
        for (size_t i = 0; i < xs.size(); i++) right += static_cast<double>(xs[i]) * static_cast<double>(dx[i]);
        EXPECT_NEAR(left, right, 0.02) << kernel;
        EXPECT_EQ(layer->param[0].g->usage[TRN_TRAINING].begun, !layer->frozen); // a frozen layer computes no gradient of its weights
        trn_tensor_free(x);
        trn_tensor_free(dy);
        trn_layer_free(layer);
    }
    release(ctx);
}

// Each of v, u and w is the formula's value in float64 from what the tensors held before, rounded once.
TEST(Optimiser, RmspropIsThatOfItsFormula)
{
    for (const bool flex : {false, true}) {
        trn_ctx_t ctx = context(flex);
        trn_layer_t *layer = trn_bias_create(&ctx, "bias", {50, 1, 1, 1}, false, 1);
        trn_param_t *p = &layer->param[0];
        const trn_optim_t optim = {TRN_RMSPROP, 1e-3F, 0.99F, 0.0F, 0.0F};
        const double keep = static_cast<double>(optim.momentum);
        const auto near = [&](const trn_tensor_t *t, size_t i, double want) {
            const double room = std::fabs(want) * 1e-6 + (flex ? std::ldexp(0.5, -t->exp) : 1e-12);
            return std::fabs(static_cast<double>(values(ctx, t)[i]) - want) <= room;
        };
        for (uint64_t step = 0; step < 40; step++) {
            fill(ctx, p->g, step, 0.1F);
            const std::vector<float> g = values(ctx, p->g), old_v = values(ctx, p->v), old_w = values(ctx, p->w);
            trn_optim_step(&ctx, &optim, p, p->g);
            const std::vector<float> v = values(ctx, p->v), u = values(ctx, p->u);
            for (size_t i = 0; i < g.size(); i++) {
                const double gi = static_cast<double>(g[i]);
                ASSERT_TRUE(near(p->v, i, keep * static_cast<double>(old_v[i]) + (1.0 - keep) * gi * gi)) << step << " " << i;
                ASSERT_TRUE(near(p->u, i, -1e-3 * gi / (std::sqrt(static_cast<double>(v[i]) + 1e-8) + 1e-8))) << step << " " << i;
                ASSERT_TRUE(near(p->w, i, static_cast<double>(old_w[i]) + static_cast<double>(u[i]))) << step << " " << i;
            }
        }
        EXPECT_GT(std::fabs(values(ctx, p->w)[0]), 1e-3);
        trn_layer_free(layer);
        release(ctx);
    }
}

TEST(Optimiser, ClippingIsExact)
{
    for (const float clip : {0.01F, 0.5F, 2.0F, 100.0F}) {
        for (const char *name : {"float32", "float16", "flex16+5", "flex8+4", "dfp12", "fixed4.12"}) {
            trn_ctx_t ctx = context(false);
            ASSERT_TRUE(trn_format_parse(name, &ctx.format));
            trn_tensor_t *t = trn_tensor_create(&ctx, 1000, "w");
            fill(ctx, t, 21);
            const std::vector<float> before = values(ctx, t);
            const int32_t exp = t->exp;
            const trn_usage_t usage = t->usage[TRN_TRAINING];
            trn_clip(&ctx, t, clip);
            const std::vector<float> after = values(ctx, t);
            float bound = clip, largest = 0.0F;
            if (trn_integer(&ctx)) bound = std::ldexp(std::floor(std::ldexp(clip, exp)), -exp);
            trn_round_float(ctx.format.kind, &bound, 1);
            for (size_t i = 0; i < before.size(); i++) {
                ASSERT_EQ(after[i], std::fmin(std::fmax(before[i], -bound), bound)) << name << " " << clip;
                largest = std::fmax(largest, std::fabs(after[i]));
            }
            EXPECT_EQ(t->exp, exp);
            EXPECT_EQ(t->usage[TRN_TRAINING].exp_next, usage.exp_next);
            if (trn_integer(&ctx)) {
                EXPECT_LE(largest, clip);
                EXPECT_EQ(std::ldexp(static_cast<float>(t->gamma), -exp), largest) << name << " " << clip;
            }
            trn_tensor_free(t);
            release(ctx);
        }
    }
    trn_ctx_t ctx = context(false);
    trn_tensor_t *t = trn_tensor_create(&ctx, 3, "w");
    t->value[0] = NAN;
    t->value[1] = -std::numeric_limits<float>::infinity();
    t->value[2] = 0.25F;
    trn_clip(&ctx, t, 0.5F);
    EXPECT_TRUE(std::isnan(t->value[0]));
    EXPECT_EQ(t->value[1], -0.5F);
    EXPECT_EQ(t->value[2], 0.25F);
    trn_tensor_free(t);
    release(ctx);
}

struct Step {
    uint64_t digest;
    std::vector<double> estimate, loss; // of each critic and generator step
};

// `critic` steps, then `generator` steps, of a small GAN on generated images.
Step train(const char *format, unsigned threads, uint64_t seed, int critic, int generator)
{
    trn_ctx_t ctx = context(true, threads);
    EXPECT_TRUE(trn_format_parse(format, &ctx.format));
    const size_t batch = 16;
    trn_data_t data;
    trn_data_generate(false, 64, TRN_GAN_SIDE, 10, 1, &data);
    data.mean = data.deviation = 127.5F;
    trn_gan_t *gan = trn_gan_create(&ctx, batch, 4, seed);
    std::vector<float> images(batch * TRN_GAN_IMAGE_BYTES);
    const trn_optim_t optim = {TRN_RMSPROP, 1e-3F, 0.99F, 0.0F, 0.05F};
    trn_optim_t free = optim;
    free.clip = 0.0F;
    Step out = {0, {}, {}};
    for (int i = 0; i < critic; i++) {
        for (size_t n = 0; n < batch; n++) trn_data_load(&data, (static_cast<size_t>(i) * batch + n) % data.count, false, 0, images.data(), batch, n);
        out.estimate.push_back(trn_gan_train_critic(gan, &ctx, images.data(), normal(TRN_GAN_NOISE * batch, static_cast<uint64_t>(i)).data(), &optim));
    }
    for (size_t i = 0; critic > 0 && i < gan->critic_layers; i++)
        for (size_t p = 0; p < gan->critic[i]->params; p++)
            for (const float w : values(ctx, gan->critic[i]->param[p].w)) EXPECT_LE(std::fabs(w), 0.05001F);
    const std::vector<float> weights = values(ctx, gan->critic[0]->param[0].w);
    for (int i = 0; i < generator; i++)
        out.loss.push_back(trn_gan_train_generator(gan, &ctx, normal(TRN_GAN_NOISE * batch, 100U + static_cast<uint64_t>(i)).data(), &free));
    EXPECT_EQ(weights, values(ctx, gan->critic[0]->param[0].w)); // the generator's steps leave the critic alone
    out.digest = trn_gan_digest(gan);
    trn_gan_free(gan);
    trn_data_free(&data);
    release(ctx);
    return out;
}

TEST(Gan, TheSameSeedGivesTheSameWeightsForAnyNumberOfThreads)
{
    const Step one = train("flex16+5", 1, 1, 2, 2), again = train("flex16+5", 1, 1, 2, 2), two = train("flex16+5", 2, 1, 2, 2);
    EXPECT_EQ(one.digest, again.digest);
    EXPECT_EQ(one.digest, two.digest);
    EXPECT_NE(one.digest, train("flex16+5", 1, 2, 2, 2).digest);
    EXPECT_NE(one.digest, train("flex16+5", 1, 1, 3, 2).digest);
    EXPECT_NE(one.digest, train("flex16+5", 1, 1, 2, 3).digest);
}

// The critic tells images from noise; against a critic that stands still the generator gains.
TEST(Gan, BothLearn)
{
    for (const char *format : {"float32", "flex16+5"}) {
        const Step run = train(format, 1, 1, 30, 20);
        printf("%s: Wasserstein estimate %.4f at first, %.4f after 30 steps; generator loss %.4f at first, %.4f after 20 steps\n", format, run.estimate.front(),
               run.estimate.back(), run.loss.front(), run.loss.back());
        EXPECT_LT(std::fabs(run.estimate.front()), 0.2);
        EXPECT_GT(run.estimate.back(), 0.5);
        EXPECT_LT(run.loss.back(), run.loss.front() - 0.2);
    }
}

} // namespace
