// layer_check.h - contexts, random values, gradients against finite differences, for the tests of layers. Twins: trainer_test.cc, alexnet_test.cc
// SPDX-License-Identifier: Apache-2.0
#ifndef LAYER_CHECK_H
#define LAYER_CHECK_H

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

extern "C" {
#include "layer/trn_layer.h"
#include "tensor/trn_random.h"
}

inline trn_ctx_t context(bool flex, unsigned threads = 1)
{
    trn_ctx_t ctx = {};
    ctx.format.kind = flex ? TRN_FLEX : TRN_FLOAT32;
    ctx.format.fmt = flx_format_default();
    ctx.autoflex = flx_autoflex_defaults(FLX_PROFILE_PAPER);
    ctx.threads = threads;
    return ctx;
}

inline void release(trn_ctx_t &ctx)
{
    for (float *scratch : ctx.scratch) free(scratch);
}

inline std::vector<float> normal(size_t count, uint64_t seed)
{
    std::vector<float> out(count);
    for (size_t i = 0; i < count; i++) out[i] = trn_normal(seed, i);
    return out;
}

inline double dot(const trn_tensor_t *t, const std::vector<float> &weight)
{
    double sum = 0.0;
    for (size_t i = 0; i < t->count; i++) sum += static_cast<double>(t->value[i]) * static_cast<double>(weight[i]);
    return sum;
}

// d(sum of weight * y) / dx and / d parameters, by the layer and by differences, at the given x or a random one. Frees the layer.
inline void check_gradients(trn_ctx_t &ctx, trn_layer_t *layer, double tolerance, std::vector<float> value = {})
{
    trn_tensor_t *x = trn_tensor_create(&ctx, trn_shape_count(layer->in), "x");
    trn_tensor_t *dy = trn_tensor_create(&ctx, trn_shape_count(layer->out), "dy");
    const std::vector<float> weight = normal(dy->count, 12);
    if (value.empty()) {
        value = normal(x->count, 11);
        for (float &v : value) v += v > 0 ? 0.05F : -0.05F; // away from relu's corner
    }
    memcpy(x->value, value.data(), x->count * sizeof(float));
    memcpy(dy->value, weight.data(), dy->count * sizeof(float));
    layer->forward(layer, &ctx, x);
    layer->backward(layer, &ctx, x, dy);
    const auto difference = [&](float *at) {
        const float kept = *at, step = 1e-2F;
        *at = kept + step;
        layer->forward(layer, &ctx, x);
        const double high = dot(layer->y, weight);
        *at = kept - step;
        layer->forward(layer, &ctx, x);
        const double low = dot(layer->y, weight);
        *at = kept;
        return (high - low) / (2.0 * static_cast<double>(step));
    };
    const std::vector<float> dx(layer->dx->value, layer->dx->value + x->count);
    std::vector<std::vector<float>> g;
    for (size_t p = 0; p < layer->params; p++) g.emplace_back(layer->param[p].g->value, layer->param[p].g->value + layer->param[p].g->count);
    for (size_t i = 0; i < x->count; i += 1 + x->count / 40) EXPECT_NEAR(dx[i], difference(&x->value[i]), tolerance) << layer->name << " dx[" << i << "]";
    for (size_t p = 0; p < layer->params; p++)
        for (size_t i = 0; i < g[p].size(); i += 1 + g[p].size() / 20)
            EXPECT_NEAR(g[p][i], difference(&layer->param[p].w->value[i]), tolerance) << layer->name << " parameter " << p << "[" << i << "]";
    trn_tensor_free(x);
    trn_tensor_free(dy);
    trn_layer_free(layer);
}

#endif
