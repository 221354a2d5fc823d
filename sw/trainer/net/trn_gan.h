/* trn_gan.h - a DCGAN trained as a Wasserstein GAN: generator, critic, one step of each. Twin: docs/gan.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * Radford et al. 2016, Arjovsky et al. 2017 (their topology for 32 x 32 images, w = width):
 *   generator  noise - fc to 4w x 4 x 4 - norm relu - deconv 2w x 8 x 8 - norm relu - deconv w x 16 x 16 - norm relu - deconv 3 x 32 x 32 - tanh
 *   critic     conv w x 16 x 16 - leaky relu - conv 2w x 8 x 8 - norm leaky - conv 4w x 4 x 4 - norm leaky - conv 1 x 1 x 1
 * All (transposed) convolutions 4 x 4, stride 2, pad 1, the critic's last one 4 x 4 of a whole plane; none has a bias. */
#ifndef TRN_GAN_H
#define TRN_GAN_H

#include "trn_optim.h"

enum { TRN_GAN_NOISE = 100, TRN_GAN_LAYERS_MAX = 16, TRN_GAN_SIDE = 32, TRN_GAN_IMAGE_BYTES = 3 * TRN_GAN_SIDE * TRN_GAN_SIDE };

/* The kinds of passes, each with exponents of its own in every tensor. */
enum { TRN_GAN_REAL = TRN_TRAINING, TRN_GAN_FAKE = TRN_PASS_2, TRN_GAN_GENERATOR = TRN_PASS_3 };

typedef struct trn_gan {
    size_t batch;
    trn_tensor_t *noise;   /* [TRN_GAN_NOISE][batch] */
    trn_tensor_t *images;  /* [3][batch][32][32] */
    trn_tensor_t *dscore;  /* [batch] gradient of the critic's scores */
    trn_layer_t *generator[TRN_GAN_LAYERS_MAX], *critic[TRN_GAN_LAYERS_MAX];
    size_t generator_layers, critic_layers;
    trn_tensor_t *critic_dx; /* of the critic's first layer, which has it only in the generator's step */
    trn_tensor_t *real_g[TRN_GAN_LAYERS_MAX][TRN_LAYER_PARAMS]; /* the critic's gradients of real images, until those of generated ones are added */
    trn_tensor_t *sum_g[TRN_GAN_LAYERS_MAX][TRN_LAYER_PARAMS];
} trn_gan_t;

trn_gan_t *trn_gan_create(trn_ctx_t *ctx, size_t batch, size_t width, uint64_t seed);
void trn_gan_free(trn_gan_t *gan);

/* The critic learns from images[3][batch][32][32] in -1 .. 1 and noise[TRN_GAN_NOISE][batch]. Returns its estimate of the Wasserstein distance,
 * mean score of the images - mean score of generated ones, before the step; the loss is minus that. */
double trn_gan_train_critic(trn_gan_t *gan, trn_ctx_t *ctx, const float *images, const float *noise, const trn_optim_t *optim);

/* The generator learns. Returns its loss, minus the mean score of what it generates, before the step. */
double trn_gan_train_generator(trn_gan_t *gan, trn_ctx_t *ctx, const float *noise, const trn_optim_t *optim);

/* Images from noise in evaluation, with running averages: out[3][batch][32][32]. */
void trn_gan_sample(trn_gan_t *gan, trn_ctx_t *ctx, const float *noise, float *out);

/* A 64-bit digest of every learned value. */
uint64_t trn_gan_digest(const trn_gan_t *gan);
size_t trn_gan_parameters(const trn_gan_t *gan);

#endif
