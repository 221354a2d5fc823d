/* trn_block.c - residual block: relu(norm(conv(relu(norm(conv x)))) + shortcut). Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * He et al. 2016. The shortcut is the input itself, or a 1x1 convolution where channels or resolution change. */
#include <stdio.h>
#include <stdlib.h>

#include "trn_layer.h"

typedef struct trn_block {
    trn_layer_t *conv1, *norm1, *conv2, *norm2, *project; /* project may be NULL */
} trn_block_t;

static void block_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_block_t *b = layer->own;
    b->conv1->forward(b->conv1, ctx, x);
    b->norm1->forward(b->norm1, ctx, b->conv1->y);
    b->conv2->forward(b->conv2, ctx, b->norm1->y);
    if (b->project != NULL) b->project->forward(b->project, ctx, x);
    trn_norm_set_skip(b->norm2, b->project != NULL ? b->project->y : x);
    b->norm2->forward(b->norm2, ctx, b->conv2->y);
}

static void block_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_block_t *b = layer->own;
    b->norm2->backward(b->norm2, ctx, b->conv2->y, dy);
    b->conv2->backward(b->conv2, ctx, b->norm1->y, b->norm2->dx);
    b->norm1->backward(b->norm1, ctx, b->conv1->y, b->conv2->dx);
    b->conv1->backward(b->conv1, ctx, x, b->norm1->dx);
    const trn_tensor_t *shortcut = trn_norm_skip_gradient(b->norm2);
    if (b->project != NULL) {
        b->project->backward(b->project, ctx, x, shortcut);
        shortcut = b->project->dx;
    }
    trn_add(ctx, layer->dx, b->conv1->dx, shortcut, false);
}

size_t trn_block_inner(const trn_layer_t *layer, trn_layer_t *inner[5])
{
    const trn_block_t *b = layer->own;
    size_t count = 0;
    inner[count++] = b->conv1;
    inner[count++] = b->norm1;
    inner[count++] = b->conv2;
    inner[count++] = b->norm2;
    if (b->project != NULL) inner[count++] = b->project;
    return count;
}

static void block_free(trn_layer_t *layer)
{
    trn_layer_t *inner[5];
    const size_t count = trn_block_inner(layer, inner);
    layer->y = NULL; /* norm2's */
    for (size_t i = 0; i < count; i++) trn_layer_free(inner[i]);
}

trn_layer_t *trn_block_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t stride, uint64_t seed)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_block_t *b = trn_alloc(1, sizeof *b);
    char part[TRN_NAME_BYTES];
    snprintf(layer->name, sizeof layer->name, "%s", name);
    snprintf(part, sizeof part, "%.20sconv1", name);
    b->conv1 = trn_conv_create(ctx, part, in, (trn_kernel_t){.channels = channels, .kernel = 3, .stride = stride, .pad = 1, .spread = 1.0F, .seed = seed});
    snprintf(part, sizeof part, "%.20snorm1", name);
    b->norm1 = trn_norm_create(ctx, part, b->conv1->out, false);
    snprintf(part, sizeof part, "%.20sconv2", name);
    b->conv2 = trn_conv_create(ctx, part, b->norm1->out, (trn_kernel_t){.channels = channels, .kernel = 3, .stride = 1, .pad = 1, .spread = 1.0F, .seed = seed + 1});
    snprintf(part, sizeof part, "%.20snorm2", name);
    b->norm2 = trn_norm_create(ctx, part, b->conv2->out, true);
    snprintf(part, sizeof part, "%.20sproject", name);
    if (stride != 1 || channels != in.c) b->project = trn_conv_create(ctx, part, in, (trn_kernel_t){.channels = channels, .kernel = 1, .stride = stride, .spread = 1.0F, .seed = seed + 2});
    layer->own = b;
    layer->in = in;
    layer->out = b->norm2->out;
    layer->y = b->norm2->y;
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    layer->forward = block_forward;
    layer->backward = block_backward;
    layer->free_own = block_free;
    layer->is_block = true;
    return layer;
}
