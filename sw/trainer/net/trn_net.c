/* trn_net.c - networks: forward, loss, backward, update. Header: trn_net.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer/trn_chain.h"
#include "trn_optim.h"

trn_shape_t trn_net_add(trn_net_t *net, trn_layer_t *layer)
{
    net->layer[net->layers++] = layer;
    return layer->out;
}

/* Convolution and bias, relu, pooling; a fully connected layer is a 1x1 convolution of a 1x1 plane. The net's first layer needs no gradient. */
static trn_shape_t add_conv(trn_net_t *net, trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_kernel_t kernel, bool relu, size_t pool)
{
    char part[TRN_NAME_BYTES];
    kernel.first = net->layers == 0;
    const trn_shape_t out = trn_net_add(net, trn_conv_create(ctx, name, in, kernel));
    snprintf(part, sizeof part, "%.20s.bias", name);
    return trn_net_add(net, trn_bias_create(ctx, part, out, relu, pool));
}

/* Of stride 1. */
static trn_kernel_t kernel_of(size_t channels, size_t kernel, size_t pad, float spread, uint64_t seed)
{
    return (trn_kernel_t){.channels = channels, .kernel = kernel, .stride = 1, .pad = pad, .spread = spread, .seed = seed};
}

static void build_alexnet(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed)
{
    (void)blocks;
    trn_shape_t s = add_conv(net, ctx, "conv1", net->in, kernel_of(width, 5, 2, 1.0F, seed), true, 2);
    s = add_conv(net, ctx, "conv2", s, kernel_of(2 * width, 3, 1, 1.0F, seed + 1), true, 2);
    s = add_conv(net, ctx, "conv3", s, kernel_of(3 * width, 3, 1, 1.0F, seed + 2), true, 1);
    s = add_conv(net, ctx, "conv4", s, kernel_of(2 * width, 3, 1, 1.0F, seed + 3), true, 1);
    s = add_conv(net, ctx, "conv5", s, kernel_of(2 * width, 3, 1, 1.0F, seed + 4), true, 2);
    s = trn_net_add(net, trn_flatten_create(ctx, "flatten", s));
    s = add_conv(net, ctx, "fc6", s, kernel_of(4 * width, 1, 0, 1.0F, seed + 5), true, 1);
    s = add_conv(net, ctx, "fc7", s, kernel_of(4 * width, 1, 0, 1.0F, seed + 6), true, 1);
    add_conv(net, ctx, "fc8", s, kernel_of(net->classes, 1, 0, 0.1F, seed + 7), false, 1); /* scores start near 0: no violent first steps */
}

static void build_resnet(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed)
{
    trn_shape_t s = trn_net_add(net, trn_conv_create(ctx, "conv0", net->in, (trn_kernel_t){.channels = width, .kernel = 3, .stride = 1, .pad = 1, .first = true, .spread = 1.0F, .seed = seed}));
    s = trn_net_add(net, trn_norm_create(ctx, "norm0", s, false));
    for (size_t stage = 0; stage < 3; stage++)
        for (size_t block = 0; block < blocks; block++) {
            char name[TRN_NAME_BYTES];
            snprintf(name, sizeof name, "s%zub%zu", stage + 1, block + 1);
            s = trn_net_add(net, trn_block_create(ctx, name, s, width << stage, stage > 0 && block == 0 ? 2 : 1, seed + 16 * (stage * blocks + block + 1)));
        }
    s = trn_net_add(net, trn_mean_create(ctx, "mean", s));
    add_conv(net, ctx, "fc", s, kernel_of(net->classes, 1, 0, 1.0F, seed + 1), false, 1);
}

/* LeCun et al. 1998, with ReLU and the largest of a pool. */
static void build_lenet(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed)
{
    (void)blocks;
    trn_shape_t s = add_conv(net, ctx, "conv1", net->in, kernel_of(width, 5, 0, 1.0F, seed), true, 2);
    s = add_conv(net, ctx, "conv2", s, kernel_of(8 * width / 3, 5, 0, 1.0F, seed + 1), true, 2);
    s = trn_net_add(net, trn_flatten_create(ctx, "flatten", s));
    s = add_conv(net, ctx, "fc3", s, kernel_of(20 * width, 1, 0, 1.0F, seed + 2), true, 1);
    s = add_conv(net, ctx, "fc4", s, kernel_of(14 * width, 1, 0, 1.0F, seed + 3), true, 1);
    add_conv(net, ctx, "fc5", s, kernel_of(net->classes, 1, 0, 1.0F, seed + 4), false, 1);
}

static void build_mlp(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed)
{
    (void)blocks;
    trn_shape_t s = trn_net_add(net, trn_flatten_create(ctx, "flatten", net->in));
    s = add_conv(net, ctx, "fc1", s, kernel_of(width, 1, 0, 1.0F, seed), true, 1);
    s = add_conv(net, ctx, "fc2", s, kernel_of(width, 1, 0, 1.0F, seed + 1), true, 1);
    add_conv(net, ctx, "fc3", s, kernel_of(net->classes, 1, 0, 1.0F, seed + 2), false, 1);
}

static const trn_recipe_t recipes[] = {
    {.name = "alexnet", .width = 32, .width_step = 1, .batch = 64, .side_least = 8, .rate = 0.02, .build = build_alexnet},
    {.name = "alexnet2012", .width = 96, .width_step = 6, .batch = 32, .side = 227, .rate = 0.01, .build = trn_alexnet2012_build},
    {.name = "resnet", .width = 16, .width_step = 1, .batch = 64, .side_least = 8, .rate = 0.1, .build = build_resnet},
    {.name = "lenet", .width = 6, .width_step = 1, .batch = 64, .side_least = 16, .rate = 0.02, .build = build_lenet},
    {.name = "mlp", .width = 256, .width_step = 1, .batch = 64, .side_least = 8, .rate = 0.02, .build = build_mlp}};

const trn_recipe_t *trn_net_recipe(const char *name)
{
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        if (strcmp(name, recipes[i].name) == 0) return &recipes[i];
    return NULL;
}

trn_net_t *trn_net_create(trn_ctx_t *ctx, const char *name, size_t images, size_t side, size_t classes, size_t width, size_t blocks, uint64_t seed)
{
    const trn_recipe_t *recipe = trn_net_recipe(name);
    if (recipe == NULL || 3 * blocks + 8 > TRN_NET_LAYERS_MAX) return NULL;
    trn_net_t *net = trn_alloc(1, sizeof *net);
    net->name = recipe->name;
    net->in = (trn_shape_t){.c = TRN_CHANNELS, .n = images, .h = side, .w = side};
    net->classes = classes;
    net->x = trn_tensor_create(ctx, trn_shape_count(net->in), "images");
    recipe->build(net, ctx, width, blocks, seed * 1024);
    net->dlogits = trn_tensor_create(ctx, classes * images, "dlogits");
    return net;
}

void trn_net_free(trn_net_t *net)
{
    if (net == NULL) return;
    for (size_t i = 0; i < net->layers; i++) trn_layer_free(net->layer[i]);
    trn_tensor_free(net->x);
    trn_tensor_free(net->dlogits);
    free(net);
}

/* Soft-max of image i's scores; logits are [class][image]. */
static double softmax(const float *logits, size_t classes, size_t images, size_t i, float p[TRN_CLASSES_MAX])
{
    float largest = logits[i];
    double sum = 0.0;
    for (size_t c = 1; c < classes; c++) largest = fmaxf(largest, logits[c * images + i]);
    for (size_t c = 0; c < classes; c++) {
        p[c] = expf(logits[c * images + i] - largest);
        sum += (double)p[c];
    }
    for (size_t c = 0; c < classes; c++) p[c] = (float)((double)p[c] / sum);
    return log(sum) + (double)largest;
}

double trn_net_forward(trn_net_t *net, trn_ctx_t *ctx, const float *images, const uint16_t *labels, size_t *right)
{
    trn_store_host(ctx, net->x, images);
    const float *logits = trn_read(ctx, trn_chain_forward(net->layer, net->layers, ctx, net->x), 0);
    double loss = 0.0;
    *right = 0;
    for (size_t i = 0; i < net->in.n; i++) {
        float p[TRN_CLASSES_MAX];
        size_t best = 0;
        loss += softmax(logits, net->classes, net->in.n, i, p) - (double)logits[labels[i] * net->in.n + i];
        for (size_t c = 1; c < net->classes; c++)
            if (logits[c * net->in.n + i] > logits[best * net->in.n + i]) best = c;
        *right += best == labels[i];
    }
    return loss;
}

typedef struct trn_step {
    trn_ctx_t *ctx;
    trn_optim_t optim;
} trn_step_t;

static void update_layer(trn_layer_t *layer, void *user)
{
    const trn_step_t *step = user;
    for (size_t i = 0; i < layer->params; i++) trn_optim_step(step->ctx, &step->optim, &layer->param[i], layer->param[i].g);
}

void trn_net_backward(trn_net_t *net, trn_ctx_t *ctx, const uint16_t *labels, float rate, float momentum, float decay)
{
    const size_t images = net->in.n;
    const float *logits = trn_read(ctx, net->layer[net->layers - 1]->y, 0);
    float *gradient = trn_room(ctx, net->dlogits, 1);
    for (size_t i = 0; i < images; i++) {
        float p[TRN_CLASSES_MAX];
        softmax(logits, net->classes, images, i, p);
        for (size_t c = 0; c < net->classes; c++) gradient[c * images + i] = (p[c] - (c == labels[i] ? 1.0F : 0.0F)) / (float)images;
    }
    trn_store(ctx, net->dlogits, gradient);
    trn_chain_backward(net->layer, net->layers, ctx, net->x, net->dlogits);
    trn_step_t step = {.ctx = ctx, .optim = {.rule = TRN_SGD, .rate = rate, .momentum = momentum, .decay = decay}};
    trn_chain_each(net->layer, net->layers, update_layer, &step);
}

uint64_t trn_net_digest(const trn_net_t *net)
{
    return trn_chain_digest(net->layer, net->layers, TRN_DIGEST_START);
}

size_t trn_net_parameters(const trn_net_t *net)
{
    return trn_chain_parameters(net->layer, net->layers);
}
