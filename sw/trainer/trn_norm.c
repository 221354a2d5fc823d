/* trn_norm.c - y = relu(batch_norm(x) + skip). Header: trn_layer.h
 *
 * Ioffe and Szegedy 2015. Inside the operation, and only there, mean, variance and 1 / sqrt(variance + epsilon) are float32 with
 * float64 sums; its inputs, outputs, parameters and running averages are tensors like all others. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "trn_layer.h"

static const float epsilon = 1e-5F;
static const float momentum = 0.9F; /* of the running averages */

typedef struct trn_norm {
    const trn_tensor_t *skip;
    trn_tensor_t *ds;    /* gradient of y before relu, for the shortcut */
    float slope;         /* of y where it is negative: 0, or that of a leaky relu */
    float *mean, *scale; /* [c] of this minibatch: scale = 1 / sqrt(variance + epsilon) */
} trn_norm_t;

static void measure(const float *x, size_t channels, size_t each, float *mean, float *variance)
{
    for (size_t c = 0; c < channels; c++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = c * each; i < (c + 1) * each; i++) sum += (double)x[i];
        const float m = (float)(sum / (double)each);
        for (size_t i = c * each; i < (c + 1) * each; i++) squares += (double)((x[i] - m) * (x[i] - m));
        mean[c] = m;
        variance[c] = (float)(squares / (double)each);
    }
}

static void average(trn_ctx_t *ctx, trn_tensor_t *running, const float *value)
{
    const float *old = trn_read(ctx, running, 4);
    float *out = trn_room(ctx, running, 5);
    for (size_t c = 0; c < running->count; c++) out[c] = momentum * old[c] + (1.0F - momentum) * value[c];
    trn_store(ctx, running, out);
}

static void norm_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_norm_t *n = layer->own;
    const size_t channels = layer->in.c, each = x->count / channels;
    const float *value = trn_read(ctx, x, 0);
    if (ctx->eval) {
        const float *mean = trn_read(ctx, layer->state[0], 4), *variance = trn_read(ctx, layer->state[1], 5);
        for (size_t c = 0; c < channels; c++) {
            n->mean[c] = mean[c];
            n->scale[c] = 1.0F / sqrtf((variance[c] > 0.0F ? variance[c] : 0.0F) + epsilon);
        }
    } else {
        float *variance = trn_scratch(ctx, 1, channels);
        measure(value, channels, each, n->mean, variance);
        for (size_t c = 0; c < channels; c++) n->scale[c] = 1.0F / sqrtf(variance[c] + epsilon);
        average(ctx, layer->state[0], n->mean);
        average(ctx, layer->state[1], variance);
    }
    const float *gamma = trn_read(ctx, layer->param[0].w, 4), *beta = trn_read(ctx, layer->param[1].w, 5);
    const float *skip = n->skip != NULL ? trn_read(ctx, n->skip, 1) : NULL;
    float *y = trn_room(ctx, layer->y, 2);
    const float slope = n->slope;
    for (size_t c = 0; c < channels; c++) {
        const float a = gamma[c] * n->scale[c], b = beta[c] - n->mean[c] * a;
        for (size_t i = c * each; i < (c + 1) * each; i++) {
            const float sum = a * value[i] + b + (skip != NULL ? skip[i] : 0.0F);
            y[i] = sum > 0.0F ? sum : slope != 0.0F ? slope * sum : 0.0F;
        }
    }
    trn_store(ctx, layer->y, y);
}

static void norm_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_norm_t *n = layer->own;
    const size_t channels = layer->in.c, each = x->count / channels;
    const float *gradient = trn_read(ctx, dy, 0), *y = trn_read(ctx, layer->y, 1);
    float *masked = n->ds != NULL ? trn_room(ctx, n->ds, 2) : trn_scratch(ctx, 2, x->count);
    const float slope = n->slope;
    for (size_t i = 0; i < x->count; i++) masked[i] = y[i] > 0.0F ? gradient[i] : slope != 0.0F ? slope * gradient[i] : 0.0F;
    if (n->ds != NULL) {
        trn_store(ctx, n->ds, masked);
        masked = trn_scratch(ctx, 1, x->count); /* what goes on is what was stored */
        const float *stored = trn_read(ctx, n->ds, 2);
        for (size_t i = 0; i < x->count; i++) masked[i] = stored[i];
    }
    const float *value = trn_read(ctx, x, 0), *gamma = trn_read(ctx, layer->param[0].w, 3);
    float *dgamma = trn_room(ctx, layer->param[0].g, 4), *dbeta = trn_room(ctx, layer->param[1].g, 5);
    float *dx = trn_integer(ctx) ? masked : layer->dx->value;
    for (size_t c = 0; c < channels; c++) {
        const float mean = n->mean[c], scale = n->scale[c];
        double sum = 0.0, product = 0.0;
        for (size_t i = c * each; i < (c + 1) * each; i++) {
            sum += (double)masked[i];
            product += (double)(masked[i] * (value[i] - mean));
        }
        dbeta[c] = (float)sum;
        dgamma[c] = (float)product * scale;
        const float a = gamma[c] * scale, b = (float)(sum / (double)each), d = scale * scale * (float)(product / (double)each);
        for (size_t i = c * each; i < (c + 1) * each; i++) dx[i] = a * (masked[i] - b - (value[i] - mean) * d);
    }
    trn_store(ctx, layer->dx, dx);
    trn_store(ctx, layer->param[0].g, dgamma);
    trn_store(ctx, layer->param[1].g, dbeta);
}

static void norm_free(trn_layer_t *layer)
{
    trn_norm_t *n = layer->own;
    trn_tensor_free(n->ds);
    free(n->mean);
    free(n->scale);
}

void trn_norm_set_skip(trn_layer_t *layer, const trn_tensor_t *skip)
{
    ((trn_norm_t *)layer->own)->skip = skip;
}

void trn_norm_set_slope(trn_layer_t *layer, float slope)
{
    ((trn_norm_t *)layer->own)->slope = slope;
}

const trn_tensor_t *trn_norm_skip_gradient(const trn_layer_t *layer)
{
    return ((const trn_norm_t *)layer->own)->ds;
}

trn_layer_t *trn_norm_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, bool has_skip)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_norm_t *n = trn_alloc(1, sizeof *n);
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->in = layer->out = in;
    layer->own = n;
    layer->y = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.y", name);
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    if (has_skip) n->ds = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.ds", name);
    n->mean = trn_alloc(in.c, sizeof *n->mean);
    n->scale = trn_alloc(in.c, sizeof *n->scale);
    layer->forward = norm_forward;
    layer->backward = norm_backward;
    layer->free_own = norm_free;
    float *value = trn_alloc(2 * in.c, sizeof *value); /* zeros, ones */
    for (size_t c = 0; c < in.c; c++) value[in.c + c] = 1.0F;
    trn_layer_add_param(layer, ctx, "gamma", in.c, value + in.c, false);
    trn_layer_add_param(layer, ctx, "beta", in.c, value, false);
    layer->state[0] = trn_tensor_create(ctx, in.c, "%.20s.mean", name);
    layer->state[1] = trn_tensor_create(ctx, in.c, "%.20s.var", name);
    layer->state[0]->learned = layer->state[1]->learned = true;
    layer->states = 2;
    trn_store(ctx, layer->state[0], value);
    trn_store(ctx, layer->state[1], value + in.c);
    free(value);
    return layer;
}
