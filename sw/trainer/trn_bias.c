/* trn_bias.c - y = max_pool(relu(x + bias)). Header: trn_layer.h */
#include <stdio.h>
#include <stdlib.h>

#include "trn_layer.h"

typedef struct trn_bias {
    bool relu;
    size_t pool;
    uint32_t *from; /* [y->count] the element of x that y was taken from; UINT32_MAX when relu gave 0 */
} trn_bias_t;

static void bias_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const trn_bias_t *b = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const float *value = trn_read(ctx, x, 0), *bias = trn_read(ctx, layer->param[0].w, 1);
    float *y = trn_room(ctx, layer->y, 2);
    size_t i = 0;
    for (size_t c = 0; c < in.c; c++)
        for (size_t n = 0; n < in.n; n++) {
            const size_t plane = (c * in.n + n) * in.h * in.w;
            for (size_t oy = 0; oy < out.h; oy++)
                for (size_t ox = 0; ox < out.w; ox++, i++) {
                    size_t best = plane + oy * b->pool * in.w + ox * b->pool;
                    for (size_t py = 0; py < b->pool; py++)
                        for (size_t px = 0; px < b->pool; px++) {
                            const size_t at = plane + (oy * b->pool + py) * in.w + ox * b->pool + px;
                            if (value[at] > value[best]) best = at;
                        }
                    const float sum = value[best] + bias[c];
                    const bool dead = b->relu && !(sum > 0.0F);
                    y[i] = dead ? 0.0F : sum;
                    b->from[i] = dead ? UINT32_MAX : (uint32_t)best;
                }
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
