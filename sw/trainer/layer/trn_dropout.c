/* trn_dropout.c - half of the values become 0 in training. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * A mask is a function of seed, iteration and place, so a run that goes on from a checkpoint drops what it would have dropped. */
#include <string.h>

#include "trn_layer.h"
#include "tensor/trn_random.h"

typedef struct trn_dropout {
    uint64_t seed;
} trn_dropout_t;

/* out = in with a half of it dropped, the rest doubled: exact, then rounded once at to's own exponent. */
static void drop(const trn_layer_t *layer, trn_ctx_t *ctx, trn_tensor_t *to, const trn_tensor_t *from)
{
    enum { BITS = 64 };
    const trn_dropout_t *d = layer->own;
    const uint64_t key = trn_bits(d->seed, (uint64_t)ctx->iteration);
    const float *in = trn_read(ctx, from, 0);
    float *out = trn_room(ctx, to, 1);
    for (size_t first = 0; first < to->count; first += BITS) {
        uint64_t keep = trn_bits(key, first / BITS);
        for (size_t i = first; i < to->count && i < first + BITS; i++, keep >>= 1) out[i] = (keep & 1) != 0 ? 2.0F * in[i] : 0.0F;
    }
    trn_store(ctx, to, out);
}

static void dropout_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_tensor_t *y = layer->y;
    if (!ctx->eval) {
        drop(layer, ctx, y, x);
        return;
    }
    if (trn_integer(ctx)) memcpy(y->mant, x->mant, y->count * sizeof *y->mant);
    else memcpy(y->value, x->value, y->count * sizeof *y->value);
    y->exp = x->exp;
    y->gamma = x->gamma;
}

static void dropout_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    (void)x;
    drop(layer, ctx, layer->dx, dy);
}

trn_layer_t *trn_dropout_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, uint64_t seed)
{
    trn_layer_t *layer = trn_layer_create(ctx, name, in, in);
    trn_dropout_t *d = trn_alloc(1, sizeof *d);
    d->seed = seed;
    layer->own = d;
    layer->forward = dropout_forward;
    layer->backward = dropout_backward;
    return layer;
}
