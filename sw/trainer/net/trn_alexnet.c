/* trn_alexnet.c - the network of Krizhevsky, Sutskever and Hinton 2012. Header: trn_net.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Images of 227 x 227. With width 96: 96, 256, 384, 384, 256 channels, 4096, 4096 and the classes. Convolutions 2, 4 and 5 are in 2 groups,
 * response normalisation and overlapping pooling follow convolutions 1 and 2, pooling 5, dropout the fully connected layers 6 and 7. Initial
 * values differ from the paper: deviations of He et al. 2015 instead of 0.01, and biases of 0. */
#include <stdio.h>

#include "trn_net.h"

static trn_shape_t add_bias(trn_net_t *net, trn_ctx_t *ctx, const char *name, trn_shape_t in, bool relu)
{
    char part[TRN_NAME_BYTES];
    snprintf(part, sizeof part, "%.20s.bias", name);
    return trn_net_add(net, trn_bias_create(ctx, part, in, relu, 1));
}

static trn_shape_t add_normalised_pool(trn_net_t *net, trn_ctx_t *ctx, const char *lrn, const char *pool, trn_shape_t in)
{
    const trn_shape_t s = trn_net_add(net, trn_lrn_create(ctx, lrn, in));
    return trn_net_add(net, trn_pool_create(ctx, pool, s, 3, 2));
}

static trn_shape_t add_grouped(trn_net_t *net, trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t kernel, uint64_t seed)
{
    const trn_shape_t s = trn_net_add(net, trn_group_create(ctx, name, in, channels, kernel, kernel / 2, 2, seed));
    return add_bias(net, ctx, name, s, true);
}

/* A fully connected layer is a 1x1 convolution of a 1x1 plane. */
static trn_shape_t add_full(trn_net_t *net, trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, bool relu, float gain, uint64_t seed)
{
    const trn_shape_t s = trn_net_add(net, trn_conv_create(ctx, name, in, (trn_kernel_t){.channels = channels, .kernel = 1, .stride = 1, .spread = gain, .seed = seed}));
    return add_bias(net, ctx, name, s, relu);
}

void trn_alexnet2012_build(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed)
{
    (void)blocks;
    const size_t middle = 8 * width / 3, wide = 4 * width, full = 128 * width / 3;
    trn_shape_t s = trn_net_add(net, trn_conv_create(ctx, "conv1", net->in, (trn_kernel_t){.channels = width, .kernel = 11, .stride = 4, .first = true, .spread = 1.0F, .seed = seed}));
    s = add_bias(net, ctx, "conv1", s, true);
    s = add_normalised_pool(net, ctx, "lrn1", "pool1", s);
    s = add_grouped(net, ctx, "conv2", s, middle, 5, seed + 1);
    s = add_normalised_pool(net, ctx, "lrn2", "pool2", s);
    s = trn_net_add(net, trn_conv_create(ctx, "conv3", s, (trn_kernel_t){.channels = wide, .kernel = 3, .stride = 1, .pad = 1, .spread = 1.0F, .seed = seed + 2}));
    s = add_bias(net, ctx, "conv3", s, true);
    s = add_grouped(net, ctx, "conv4", s, wide, 3, seed + 3);
    s = add_grouped(net, ctx, "conv5", s, middle, 3, seed + 4);
    s = trn_net_add(net, trn_pool_create(ctx, "pool5", s, 3, 2));
    s = trn_net_add(net, trn_flatten_create(ctx, "flatten", s));
    s = add_full(net, ctx, "fc6", s, full, true, 1.0F, seed + 5);
    s = trn_net_add(net, trn_dropout_create(ctx, "drop6", s, seed + 8));
    s = add_full(net, ctx, "fc7", s, full, true, 1.0F, seed + 6);
    s = trn_net_add(net, trn_dropout_create(ctx, "drop7", s, seed + 9));
    add_full(net, ctx, "fc8", s, net->classes, false, 0.1F, seed + 7); /* scores start near 0: no violent first steps */
}
