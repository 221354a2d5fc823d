/* trn_chain.c - layers in a row. Header: trn_chain.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_chain.h"

const trn_tensor_t *trn_chain_forward(trn_layer_t *const *layer, size_t count, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    for (size_t i = 0; i < count; i++) {
        layer[i]->forward(layer[i], ctx, x);
        x = layer[i]->y;
    }
    return x;
}

void trn_chain_backward(trn_layer_t *const *layer, size_t count, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    for (size_t i = count; i-- > 0;) {
        layer[i]->backward(layer[i], ctx, i == 0 ? x : layer[i - 1]->y, dy);
        dy = layer[i]->dx;
    }
}

void trn_chain_each(trn_layer_t *const *layer, size_t count, void (*visit)(trn_layer_t *layer, void *user), void *user)
{
    for (size_t i = 0; i < count; i++) {
        trn_layer_t *inner[5];
        const bool block = layer[i]->is_block;
        const size_t inside = block ? trn_block_inner(layer[i], inner) : 0;
        for (size_t j = 0; j < inside; j++) visit(inner[j], user);
        if (!block) visit(layer[i], user);
    }
}

static uint64_t mix(uint64_t digest, const void *bytes, size_t size)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < size; i++) digest = (digest ^ b[i]) * UINT64_C(0x100000001B3); /* FNV-1a */
    return digest;
}

static void digest_layer(trn_layer_t *layer, void *user)
{
    uint64_t *digest = user;
    for (size_t i = 0; i < layer->params + layer->states; i++) {
        const trn_tensor_t *t = i < layer->params ? layer->param[i].w : layer->state[i - layer->params];
        if (t->mant != NULL) *digest = mix(*digest, t->mant, t->count * sizeof *t->mant);
        else *digest = mix(*digest, t->value, t->count * sizeof *t->value);
        *digest = mix(*digest, &t->exp, sizeof t->exp);
    }
}

uint64_t trn_chain_digest(trn_layer_t *const *layer, size_t count, uint64_t digest)
{
    trn_chain_each(layer, count, digest_layer, &digest);
    return digest;
}

static void count_layer(trn_layer_t *layer, void *user)
{
    for (size_t i = 0; i < layer->params; i++) *(size_t *)user += layer->param[i].w->count;
}

size_t trn_chain_parameters(trn_layer_t *const *layer, size_t count)
{
    size_t total = 0;
    trn_chain_each(layer, count, count_layer, &total);
    return total;
}
