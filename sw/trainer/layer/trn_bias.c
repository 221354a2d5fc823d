/* trn_bias.c - y = max_pool(relu(x + bias)). Header: trn_layer.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "tensor/trn_clones.h"
#include "trn_layer.h"

typedef struct trn_bias {
    bool relu;
    size_t pool;
    uint32_t *from; /* [y->count] the element of x that y was taken from; UINT32_MAX when relu gave 0 */
} trn_bias_t;

/* Planes of x and y: lines of x have `width` elements, those of y `count`. */
typedef struct trn_planes {
    const float *x;
    uint32_t width, count;
    float bias;
} trn_planes_t;

/* One line of y: windows of pool x pool elements, the first of them element `at` of x. pool and relu: constants, so that the common ones have
 * loops of their own; choices are written as masks, which gcc makes vectors of. */
static inline __attribute__((always_inline)) void pool_line(uint32_t pool, bool relu, const trn_planes_t *planes, uint32_t at, float *restrict y, uint32_t *restrict from)
{
    const float *line = planes->x + at;
    const uint32_t width = planes->width, count = planes->count;
    const float bias = planes->bias;
    for (uint32_t i = 0; i < count; i++) {
        float best = line[i * pool];
        uint32_t where = 0;
#pragma GCC unroll 4
        for (uint32_t p = 1; p < pool * pool; p++) {
            const uint32_t to = p / pool * width + p % pool;
            const float other = line[i * pool + to];
            const uint32_t larger = -(uint32_t)(other > best);
            where = (larger & to) | (~larger & where);
            best = other > best ? other : best;
        }
        const float sum = best + bias;
        const uint32_t dead = -(uint32_t)(relu & !(sum > 0.0F));
        y[i] = relu ? (sum > 0.0F ? sum : 0.0F) : sum;
        from[i] = dead | (at + i * pool + where);
    }
}

TRN_CLONES static void pool_lines(uint32_t pool, bool relu, const trn_planes_t *planes, uint32_t at, uint32_t lines, float *y, uint32_t *from)
{
    for (uint32_t i = 0; i < lines; i++, at += pool * planes->width, y += planes->count, from += planes->count) {
        if (pool == 1 && relu) pool_line(1, true, planes, at, y, from);
        else if (pool == 2 && relu) pool_line(2, true, planes, at, y, from);
        else pool_line(pool, relu, planes, at, y, from);
    }
}

static void bias_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const trn_bias_t *b = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const float *value = trn_read(ctx, x, 0), *bias = trn_read(ctx, layer->param[0].w, 1);
    float *y = trn_room(ctx, layer->y, 2);
    const size_t plane = in.h * in.w, out_plane = out.h * out.w;
    for (size_t c = 0; c < in.c; c++)
        for (size_t n = 0; n < in.n; n++) {
            const size_t i = c * in.n + n;
            const trn_planes_t planes = {.x = value, .width = (uint32_t)in.w, .count = (uint32_t)out.w, .bias = bias[c]};
            pool_lines((uint32_t)b->pool, b->relu, &planes, (uint32_t)(i * plane), (uint32_t)out.h, y + i * out_plane, b->from + i * out_plane);
        }
    trn_store(ctx, layer->y, y);
}

static void bias_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    const trn_bias_t *b = layer->own;
    const size_t channels = layer->in.c, each = layer->out.n * layer->out.h * layer->out.w;
    const float *gradient = trn_read(ctx, dy, 0);
    float *dx = trn_room(ctx, layer->dx, 1), *g = trn_room(ctx, layer->param[0].g, 2);
    for (size_t i = 0; i < layer->dx->count; i++) dx[i] = 0.0F;
    for (size_t c = 0; c < channels; c++) {
        double sum = 0.0;
        for (size_t i = c * each; i < (c + 1) * each; i++) {
            if (b->from[i] == UINT32_MAX) continue;
            dx[b->from[i]] = gradient[i];
            sum += (double)gradient[i];
        }
        g[c] = (float)sum;
    }
    trn_store(ctx, layer->dx, dx);
    trn_store(ctx, layer->param[0].g, g);
}

static void bias_free(trn_layer_t *layer)
{
    free(((trn_bias_t *)layer->own)->from);
}

trn_layer_t *trn_bias_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, bool relu, size_t pool)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_bias_t *b = trn_alloc(1, sizeof *b);
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->in = in;
    layer->out = (trn_shape_t){.c = in.c, .n = in.n, .h = in.h / pool, .w = in.w / pool};
    layer->y = trn_tensor_create(ctx, trn_shape_count(layer->out), "%.20s.y", name);
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    *b = (trn_bias_t){.relu = relu, .pool = pool, .from = trn_alloc(trn_shape_count(layer->out), sizeof *b->from)};
    layer->own = b;
    layer->forward = bias_forward;
    layer->backward = bias_backward;
    layer->free_own = bias_free;
    float *zero = trn_alloc(in.c, sizeof *zero);
    trn_layer_add_param(layer, ctx, "b", in.c, zero, false);
    free(zero);
    return layer;
}
