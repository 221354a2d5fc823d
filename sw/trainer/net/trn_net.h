/* trn_net.h - networks: a list of layers, the loss, one step of training. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_NET_H
#define TRN_NET_H

#include "data/trn_data.h"
#include "layer/trn_layer.h"

enum { TRN_NET_LAYERS_MAX = 64 };

typedef struct trn_net {
    const char *name;
    trn_shape_t in;
    size_t classes;
    trn_tensor_t *x;      /* the minibatch */
    trn_layer_t *layer[TRN_NET_LAYERS_MAX];
    size_t layers;
    trn_tensor_t *dlogits;
} trn_net_t;

/* A kind of network: "alexnet" (5 convolutions, 3 of them pooled, 3 fully connected layers), "alexnet2012" (trn_alexnet.c), "resnet" (3
 * stages of `blocks` residual blocks, 6 blocks + 2 weight layers), "lenet" (LeNet-5) or "mlp" (3 fully connected layers). */
typedef struct trn_recipe {
    const char *name;
    uint32_t width; /* usual channels of the first layer */
    uint32_t width_step;       /* width is a multiple of it */
    uint32_t batch;            /* usual images of a minibatch */
    uint32_t side, side_least; /* side of its images, 0 for any of side_least or more */
    double rate;    /* usual learning rate */
    void (*build)(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed);
} trn_recipe_t;

/* NULL for an unknown name. */
const trn_recipe_t *trn_net_recipe(const char *name);

/* For images of side x side, side as the recipe wants it. NULL for an unknown name. */
trn_net_t *trn_net_create(trn_ctx_t *ctx, const char *name, size_t images, size_t side, size_t classes, size_t width, size_t blocks, uint64_t seed);
void trn_net_free(trn_net_t *net);

/* Scores of a minibatch of images ([c][n][h][w]); the soft-max is computed in float32 inside the loss. Returns the sum of the
 * images' losses; *right counts the images whose largest score is the label's. */
double trn_net_forward(trn_net_t *net, trn_ctx_t *ctx, const float *images, const uint16_t *labels, size_t *right);

/* After a forward pass in training: gradients, then SGD with momentum:
 * v = momentum v + g + decay w; u = -rate v; w = w + u. Each of g, v, u, w is a tensor. */
void trn_net_backward(trn_net_t *net, trn_ctx_t *ctx, const uint16_t *labels, float rate, float momentum, float decay);

/* A 64-bit digest of every learned value. */
uint64_t trn_net_digest(const trn_net_t *net);
size_t trn_net_parameters(const trn_net_t *net);

/* For recipes: appends a layer, returns the shape of its output. */
trn_shape_t trn_net_add(trn_net_t *net, trn_layer_t *layer);

/* The recipe of trn_alexnet.c. */
void trn_alexnet2012_build(trn_net_t *net, trn_ctx_t *ctx, size_t width, size_t blocks, uint64_t seed);

#endif
