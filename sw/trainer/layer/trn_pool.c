/* trn_pool.c - the largest of windows that may overlap. Header: trn_layer.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "trn_layer.h"

typedef struct trn_pool {
    size_t window, stride;
    uint32_t *from; /* [y->count] the element of x that y is */
} trn_pool_t;

/* For mantissas and floats alike: the first of the largest. */
#define FIND_LARGEST(x)                                                                         \
    for (size_t row = 0; row < p->window; row++)                                                \
        for (size_t at = corner + row * in.w; at < corner + row * in.w + p->window; at++)       \
            if ((x)[at] > (x)[best]) best = at;

static void pool_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const trn_pool_t *p = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    trn_tensor_t *y = layer->y;
    size_t i = 0;
    for (size_t plane = 0; plane < in.c * in.n; plane++)
        for (size_t oy = 0; oy < out.h; oy++)
            for (size_t ox = 0; ox < out.w; ox++, i++) {
                const size_t corner = (plane * in.h + oy * p->stride) * in.w + ox * p->stride;
                size_t best = corner;
                if (trn_integer(ctx)) {
                    FIND_LARGEST(x->mant)
                    y->mant[i] = x->mant[best];
                } else {
                    FIND_LARGEST(x->value)
                    y->value[i] = x->value[best];
                }
                p->from[i] = (uint32_t)best;
            }
    y->exp = x->exp;
    y->gamma = x->gamma; /* no |mant| of y is larger */
}

static void pool_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    const trn_pool_t *p = layer->own;
    const float *gradient = trn_read(ctx, dy, 0);
    float *dx = trn_room(ctx, layer->dx, 1);
    memset(dx, 0, layer->dx->count * sizeof *dx);
    for (size_t i = 0; i < dy->count; i++) dx[p->from[i]] += gradient[i];
    trn_store(ctx, layer->dx, dx);
}

static void pool_free(trn_layer_t *layer)
{
    free(((trn_pool_t *)layer->own)->from);
}

trn_layer_t *trn_pool_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t window, size_t stride)
{
    const trn_shape_t out = {.c = in.c, .n = in.n, .h = (in.h - window) / stride + 1, .w = (in.w - window) / stride + 1};
    trn_layer_t *layer = trn_layer_create(ctx, name, in, out);
    trn_pool_t *p = trn_alloc(1, sizeof *p);
    *p = (trn_pool_t){.window = window, .stride = stride, .from = trn_alloc(trn_shape_count(out), sizeof *p->from)};
    layer->own = p;
    layer->forward = pool_forward;
    layer->backward = pool_backward;
    layer->free_own = pool_free;
    return layer;
}
