/* trn_layer.c - what all layers share, and the layers that only move values. Header: trn_layer.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trn_layer_free(trn_layer_t *layer)
{
    if (layer == NULL) return;
    if (layer->free_own != NULL) layer->free_own(layer);
    for (size_t i = 0; i < layer->params; i++) {
        trn_tensor_free(layer->param[i].w);
        trn_tensor_free(layer->param[i].g);
        trn_tensor_free(layer->param[i].v);
        trn_tensor_free(layer->param[i].u);
    }
    for (size_t i = 0; i < layer->states; i++) trn_tensor_free(layer->state[i]);
    trn_tensor_free(layer->y);
    trn_tensor_free(layer->dx);
    free(layer->own);
    free(layer);
}

void trn_layer_add_param(trn_layer_t *layer, trn_ctx_t *ctx, const char *what, size_t count, const float *value, bool decay)
{
    trn_param_t *p = &layer->param[layer->params++];
    p->w = trn_tensor_create(ctx, count, "%.20s.%s", layer->name, what);
    p->g = trn_tensor_create(ctx, count, "%.20s.%s.g", layer->name, what);
    p->v = trn_tensor_create(ctx, count, "%.20s.%s.v", layer->name, what);
    p->u = trn_tensor_create(ctx, count, "%.20s.%s.u", layer->name, what);
    p->w->learned = p->v->learned = true;
    p->decay = decay;
    trn_store(ctx, p->w, value);
}

trn_layer_t *trn_layer_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_shape_t out)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->in = in;
    layer->out = out;
    layer->y = trn_tensor_create(ctx, trn_shape_count(out), "%.20s.y", name);
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    return layer;
}

/* ---- flatten ---- */

/* Between [c][n][s] and [c][s][n]. */
static void swap_inner(const trn_ctx_t *ctx, trn_tensor_t *to, const trn_tensor_t *from, size_t c, size_t rows, size_t cols)
{
    for (size_t i = 0; i < c; i++)
        for (size_t r = 0; r < rows; r++)
            for (size_t col = 0; col < cols; col++) {
                const size_t source = (i * rows + r) * cols + col, target = (i * cols + col) * rows + r;
                if (trn_integer(ctx)) to->mant[target] = from->mant[source];
                else to->value[target] = from->value[source];
            }
    to->exp = from->exp;
    to->gamma = from->gamma;
}

static void flatten_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    swap_inner(ctx, layer->y, x, layer->in.c, layer->in.n, layer->in.h * layer->in.w);
}

static void flatten_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    swap_inner(ctx, layer->dx, dy, layer->in.c, layer->in.h * layer->in.w, layer->in.n);
}

trn_layer_t *trn_flatten_create(trn_ctx_t *ctx, const char *name, trn_shape_t in)
{
    trn_layer_t *layer = trn_layer_create(ctx, name, in, (trn_shape_t){.c = in.c * in.h * in.w, .n = in.n, .h = 1, .w = 1});
    layer->forward = flatten_forward;
    layer->backward = flatten_backward;
    return layer;
}

static void unflatten_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    swap_inner(ctx, layer->y, x, layer->out.c, layer->out.h * layer->out.w, layer->out.n);
}

static void unflatten_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    swap_inner(ctx, layer->dx, dy, layer->out.c, layer->out.n, layer->out.h * layer->out.w);
}

trn_layer_t *trn_unflatten_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t h, size_t w)
{
    trn_layer_t *layer = trn_layer_create(ctx, name, in, (trn_shape_t){.c = in.c / (h * w), .n = in.n, .h = h, .w = w});
    layer->forward = unflatten_forward;
    layer->backward = unflatten_backward;
    return layer;
}

/* ---- mean over the plane ---- */

static void mean_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const size_t plane = layer->in.h * layer->in.w;
    const float *in = trn_read(ctx, x, 0);
    float *out = trn_room(ctx, layer->y, 1);
    for (size_t i = 0; i < layer->y->count; i++) {
        float sum = 0.0F;
        for (size_t p = 0; p < plane; p++) sum += in[i * plane + p];
        out[i] = sum / (float)plane;
    }
    trn_store(ctx, layer->y, out);
}

static void mean_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    const size_t plane = layer->in.h * layer->in.w;
    const float *in = trn_read(ctx, dy, 0);
    float *out = trn_room(ctx, layer->dx, 1);
    for (size_t i = 0; i < dy->count; i++)
        for (size_t p = 0; p < plane; p++) out[i * plane + p] = in[i] / (float)plane;
    trn_store(ctx, layer->dx, out);
}

trn_layer_t *trn_mean_create(trn_ctx_t *ctx, const char *name, trn_shape_t in)
{
    trn_layer_t *layer = trn_layer_create(ctx, name, in, (trn_shape_t){.c = in.c, .n = in.n, .h = 1, .w = 1});
    layer->forward = mean_forward;
    layer->backward = mean_backward;
    return layer;
}
