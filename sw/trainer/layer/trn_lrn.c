/* trn_lrn.c - local response normalisation across channels. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * With s_i = 2 + 1e-4 * (sum of x_j^2, j of i - 2 to i + 2):
 *   y_i  = x_i s_i^-0.75
 *   dx_i = dy_i s_i^-0.75 - 2 * 0.75 * 1e-4 * x_i * (sum of dy_j x_j s_j^-1.75, j of i - 2 to i + 2)
 * Inside the operation, and only there, all that is float32, of square roots and products: the same on every machine. Nothing of it outlives
 * a pass; the backward pass computes s again from x. */
#include <math.h>

#include "trn_layer.h"

enum { REACH = 2 };
static const float offset = 2.0F, alpha = 1e-4F, beta = 0.75F;

/* The channels beside c: first to last. */
static size_t first_channel(size_t c)
{
    return c < REACH ? 0 : c - REACH;
}

static size_t last_channel(size_t c, size_t channels)
{
    return c + REACH < channels ? c + REACH : channels - 1;
}

/* s of one channel; x[channels][each], s[each]. */
static void measure(const float *x, size_t channels, size_t each, size_t c, float *s)
{
    for (size_t i = 0; i < each; i++) s[i] = 0.0F;
    for (size_t j = first_channel(c); j <= last_channel(c, channels); j++)
        for (size_t i = 0; i < each; i++) s[i] += x[j * each + i] * x[j * each + i];
    for (size_t i = 0; i < each; i++) s[i] = offset + alpha * s[i];
}

/* s^-0.75 */
static float power(float s)
{
    const float root = sqrtf(s);
    return 1.0F / (root * sqrtf(root));
}

static void lrn_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const size_t channels = layer->in.c, each = x->count / channels;
    const float *value = trn_read(ctx, x, 0);
    float *y = trn_room(ctx, layer->y, 1), *s = trn_scratch(ctx, 2, each);
    for (size_t c = 0; c < channels; c++) {
        measure(value, channels, each, c, s);
        for (size_t i = 0; i < each; i++) y[c * each + i] = value[c * each + i] * power(s[i]);
    }
    trn_store(ctx, layer->y, y);
}

static void lrn_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    const size_t channels = layer->in.c, each = x->count / channels;
    const float *value = trn_read(ctx, x, 0), *gradient = trn_read(ctx, dy, 1);
    float *dx = trn_room(ctx, layer->dx, 2), *s = trn_scratch(ctx, 3, each), *pull = trn_scratch(ctx, 4, x->count); /* dy x s^-1.75 */
    for (size_t c = 0; c < channels; c++) {
        measure(value, channels, each, c, s);
        for (size_t i = 0; i < each; i++) {
            const float direct = gradient[c * each + i] * power(s[i]);
            dx[c * each + i] = direct;
            pull[c * each + i] = direct * value[c * each + i] / s[i];
        }
    }
    for (size_t c = 0; c < channels; c++) {
        for (size_t i = 0; i < each; i++) s[i] = 0.0F;
        for (size_t j = first_channel(c); j <= last_channel(c, channels); j++)
            for (size_t i = 0; i < each; i++) s[i] += pull[j * each + i];
        for (size_t i = 0; i < each; i++) dx[c * each + i] -= 2.0F * alpha * beta * value[c * each + i] * s[i];
    }
    trn_store(ctx, layer->dx, dx);
}

trn_layer_t *trn_lrn_create(trn_ctx_t *ctx, const char *name, trn_shape_t in)
{
    trn_layer_t *layer = trn_layer_create(ctx, name, in, in);
    layer->forward = lrn_forward;
    layer->backward = lrn_backward;
    return layer;
}
