/* trn_layer.h - layers: forward, backward, parameters. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_LAYER_H
#define TRN_LAYER_H

#include "ops/trn_gemm.h"
#include "tensor/trn_shape.h"

/* A learned tensor: weight, gradient, momentum (velocity), update. */
typedef struct trn_param {
    trn_tensor_t *w, *g, *v, *u;
    bool decay;
} trn_param_t;

enum { TRN_LAYER_PARAMS = 2, TRN_STATE_TENSORS = 2 };

typedef struct trn_layer trn_layer_t;
struct trn_layer {
    char name[TRN_NAME_BYTES];
    trn_shape_t in, out;
    trn_tensor_t *y;  /* output */
    trn_tensor_t *dx; /* gradient of the input; NULL for the first layer */
    trn_param_t param[TRN_LAYER_PARAMS];
    size_t params;
    trn_tensor_t *state[TRN_STATE_TENSORS]; /* learned by averaging: running mean and variance */
    size_t states;
    void (*forward)(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x);
    /* x and y are the forward pass's; dy is the gradient of y. Fills dx and the parameters' g. */
    void (*backward)(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy);
    void (*free_own)(trn_layer_t *layer);
    bool frozen;   /* backward need not give the parameters' g, only dx */
    bool is_block; /* its parameters are those of trn_block_inner */
    void *own;
};

/* A layer with y and dx, for the functions below to complete. */
trn_layer_t *trn_layer_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_shape_t out);
void trn_layer_free(trn_layer_t *layer);

/* Adds a parameter of `count` values with a zero momentum; its initial values are value[count]. */
void trn_layer_add_param(trn_layer_t *layer, trn_ctx_t *ctx, const char *what, size_t count, const float *value, bool decay);

/* What a convolution, either way, is made of: kernel x kernel windows. */
typedef struct trn_kernel {
    size_t channels, kernel, stride, pad; /* channels of the output */
    bool first;                           /* the input needs no gradient */
    float spread;                         /* of the normal initial values, see below */
    uint64_t seed;
} trn_kernel_t;

/* Convolution without bias. Initial values have `spread` times the deviation of He et al. 2015. */
trn_layer_t *trn_conv_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_kernel_t kernel);

/* The same in `groups` parts that share nothing (Krizhevsky et al. 2012), stride 1: output channels of part g see the input channels of
 * part g alone; w[channels][in.c / groups][kernel][kernel]. Each of y, dx and w's gradient is one tensor with one exponent. Channels of both
 * sides are multiples of groups; kernel >= 2, pad < kernel. Products are recorded as those of NAMEg1, NAMEg2 .. */
trn_layer_t *trn_group_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t kernel, size_t pad, size_t groups, uint64_t seed);

/* y = max_pool(relu(x + bias)); pool 1 for none, relu optional. */
trn_layer_t *trn_bias_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, bool relu, size_t pool);

/* y = relu(batch_norm(x) + skip). ds is the gradient that goes to skip; without skip it is NULL. */
trn_layer_t *trn_norm_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, bool has_skip);
void trn_norm_set_skip(trn_layer_t *layer, const trn_tensor_t *skip);
const trn_tensor_t *trn_norm_skip_gradient(const trn_layer_t *layer);

/* From now on y = leaky_relu(..): slope where the sum is negative. */
void trn_norm_set_slope(trn_layer_t *layer, float slope);

/* y = x > 0 ? x : slope x. */
trn_layer_t *trn_leaky_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, float slope);
trn_layer_t *trn_tanh_create(trn_ctx_t *ctx, const char *name, trn_shape_t in);

/* Transposed convolution without bias, the backward pass of a convolution from `channels` to in.c: from h, w to stride h, stride w. kernel is
 * a multiple of stride, and kernel - 2 pad = stride. Initial values have the deviation `spread`. */
trn_layer_t *trn_deconv_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_kernel_t kernel);

/* The largest of each window x window at every stride, windows may overlap; mantissas move, nothing is rounded. A gradient is the sum over the
 * windows whose largest the element is. Sides are (side - window) / stride + 1. */
trn_layer_t *trn_pool_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t window, size_t stride);

/* Response normalisation across 5 channels (Krizhevsky et al. 2012, section 3.3): y_i = x_i / (2 + 1e-4 sum x_j^2)^0.75, j of i - 2 to i + 2. */
trn_layer_t *trn_lrn_create(trn_ctx_t *ctx, const char *name, trn_shape_t in);

/* In training half of the values, by seed and ctx->iteration, become 0 and the others double (Srivastava et al. 2014); y = x in evaluation. */
trn_layer_t *trn_dropout_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, uint64_t seed);

/* [c][n][h][w] -> [c h w][n][1][1]: mantissas change places, nothing is rounded. */
trn_layer_t *trn_flatten_create(trn_ctx_t *ctx, const char *name, trn_shape_t in);

/* The way back: [c h w][n][1][1] -> [c][n][h][w]. */
trn_layer_t *trn_unflatten_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t h, size_t w);

/* Mean over h, w. */
trn_layer_t *trn_mean_create(trn_ctx_t *ctx, const char *name, trn_shape_t in);

/* Two 3x3 convolutions with batch normalisation and an identity or 1x1-projected shortcut. */
trn_layer_t *trn_block_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t stride, uint64_t seed);
/* The layers inside a block, for whoever needs each parameter; returns how many. */
size_t trn_block_inner(const trn_layer_t *layer, trn_layer_t *inner[5]);

#endif
