/* trn_act.c - activations that are layers of their own: leaky relu, tanh. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Computed in float32 on the exact values, the result rounded once. Backward they need y alone: y > 0 where x > 0,
 * unless it was rounded to 0, and tanh' = 1 - y^2. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "trn_layer.h"

typedef struct trn_act {
    float slope;
} trn_act_t;

static void leaky_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const float slope = ((const trn_act_t *)layer->own)->slope;
    const float *value = trn_read(ctx, x, 0);
    float *y = trn_room(ctx, layer->y, 1);
    for (size_t i = 0; i < x->count; i++) y[i] = value[i] > 0.0F ? value[i] : slope * value[i];
    trn_store(ctx, layer->y, y);
}

static void leaky_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    const float slope = ((const trn_act_t *)layer->own)->slope;
    const float *y = trn_read(ctx, layer->y, 0), *gradient = trn_read(ctx, dy, 1);
    float *dx = trn_room(ctx, layer->dx, 2);
    for (size_t i = 0; i < dy->count; i++) dx[i] = y[i] > 0.0F ? gradient[i] : slope * gradient[i];
    trn_store(ctx, layer->dx, dx);
}

static void tanh_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const float *value = trn_read(ctx, x, 0);
    float *y = trn_room(ctx, layer->y, 1);
    for (size_t i = 0; i < x->count; i++) y[i] = tanhf(value[i]);
    trn_store(ctx, layer->y, y);
}

static void tanh_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    const float *y = trn_read(ctx, layer->y, 0), *gradient = trn_read(ctx, dy, 1);
    float *dx = trn_room(ctx, layer->dx, 2);
    for (size_t i = 0; i < dy->count; i++) dx[i] = gradient[i] * (1.0F - y[i] * y[i]);
    trn_store(ctx, layer->dx, dx);
}

static trn_layer_t *create(trn_ctx_t *ctx, const char *name, trn_shape_t in, float slope)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_act_t *own = trn_alloc(1, sizeof *own);
    own->slope = slope;
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->in = layer->out = in;
    layer->own = own;
    layer->y = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.y", name);
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    return layer;
}

trn_layer_t *trn_leaky_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, float slope)
{
    trn_layer_t *layer = create(ctx, name, in, slope);
    layer->forward = leaky_forward;
    layer->backward = leaky_backward;
    return layer;
}

trn_layer_t *trn_tanh_create(trn_ctx_t *ctx, const char *name, trn_shape_t in)
{
    trn_layer_t *layer = create(ctx, name, in, 0.0F);
    layer->forward = tanh_forward;
    layer->backward = tanh_backward;
    return layer;
}
