/* trn_gan.c - a DCGAN trained as a Wasserstein GAN. Header: trn_gan.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_gan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer/trn_chain.h"
#include "ops/trn_record.h"

static const float deviation = 0.02F; /* of initial weights: Radford et al. 2016 */
static const float slope = 0.2F;      /* of leaky relu */

static trn_shape_t add_norm(trn_layer_t **list, size_t *count, trn_ctx_t *ctx, const char *name, trn_shape_t in, float leak)
{
    trn_layer_t *layer = trn_norm_create(ctx, name, in, false);
    trn_norm_set_slope(layer, leak);
    list[(*count)++] = layer;
    return layer->out;
}

static void build_generator(trn_gan_t *gan, trn_ctx_t *ctx, size_t width, uint64_t seed)
{
    trn_layer_t **list = gan->generator;
    size_t *count = &gan->generator_layers;
    trn_shape_t s = {.c = TRN_GAN_NOISE, .n = gan->batch, .h = 1, .w = 1};
    const float gain = deviation / sqrtf(2.0F / (float)s.c);
    trn_layer_t *layer = list[(*count)++] = trn_conv_create(ctx, "gen1", s, (trn_kernel_t){.channels = 4 * width * 16, .kernel = 1, .stride = 1, .first = true, .spread = gain, .seed = seed});
    layer = list[(*count)++] = trn_unflatten_create(ctx, "gen1.plane", layer->out, 4, 4);
    s = add_norm(list, count, ctx, "gen1.norm", layer->out, 0.0F);
    layer = list[(*count)++] = trn_deconv_create(ctx, "gen2", s, (trn_kernel_t){.channels = 2 * width, .kernel = 4, .stride = 2, .pad = 1, .spread = deviation, .seed = seed + 1});
    s = add_norm(list, count, ctx, "gen2.norm", layer->out, 0.0F);
    layer = list[(*count)++] = trn_deconv_create(ctx, "gen3", s, (trn_kernel_t){.channels = width, .kernel = 4, .stride = 2, .pad = 1, .spread = deviation, .seed = seed + 2});
    s = add_norm(list, count, ctx, "gen3.norm", layer->out, 0.0F);
    layer = list[(*count)++] = trn_deconv_create(ctx, "gen4", s, (trn_kernel_t){.channels = 3, .kernel = 4, .stride = 2, .pad = 1, .spread = deviation, .seed = seed + 3});
    list[(*count)++] = trn_tanh_create(ctx, "gen4.tanh", layer->out);
}

static trn_layer_t *critic_conv(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t stride, size_t pad, uint64_t seed)
{
    return trn_conv_create(ctx, name, in, (trn_kernel_t){.channels = channels, .kernel = 4, .stride = stride, .pad = pad, .spread = deviation / sqrtf(2.0F / (float)(16 * in.c)), .seed = seed});
}

static void build_critic(trn_gan_t *gan, trn_ctx_t *ctx, size_t width, uint64_t seed)
{
    trn_layer_t **list = gan->critic;
    size_t *count = &gan->critic_layers;
    trn_shape_t s = {.c = 3, .n = gan->batch, .h = TRN_GAN_SIDE, .w = TRN_GAN_SIDE};
    trn_layer_t *layer = list[(*count)++] = critic_conv(ctx, "critic1", s, width, 2, 1, seed);
    layer = list[(*count)++] = trn_leaky_create(ctx, "critic1.leaky", layer->out, slope);
    layer = list[(*count)++] = critic_conv(ctx, "critic2", layer->out, 2 * width, 2, 1, seed + 1);
    s = add_norm(list, count, ctx, "critic2.norm", layer->out, slope);
    layer = list[(*count)++] = critic_conv(ctx, "critic3", s, 4 * width, 2, 1, seed + 2);
    s = add_norm(list, count, ctx, "critic3.norm", layer->out, slope);
    list[(*count)++] = critic_conv(ctx, "critic4", s, 1, 1, 0, seed + 3);
}

trn_gan_t *trn_gan_create(trn_ctx_t *ctx, size_t batch, size_t width, uint64_t seed)
{
    trn_gan_t *gan = trn_alloc(1, sizeof *gan);
    gan->batch = batch;
    gan->noise = trn_tensor_create(ctx, TRN_GAN_NOISE * batch, "noise");
    gan->images = trn_tensor_create(ctx, 3 * batch * TRN_GAN_SIDE * TRN_GAN_SIDE, "images");
    gan->dscore = trn_tensor_create(ctx, batch, "dscore");
    build_generator(gan, ctx, width, seed * 1024);
    build_critic(gan, ctx, width, seed * 1024 + 512);
    for (size_t i = 0; i < gan->critic_layers; i++)
        for (size_t p = 0; p < gan->critic[i]->params; p++) {
            const trn_tensor_t *w = gan->critic[i]->param[p].w;
            gan->real_g[i][p] = trn_tensor_create(ctx, w->count, "%.20s.real", w->name);
            gan->sum_g[i][p] = trn_tensor_create(ctx, w->count, "%.20s.sum", w->name);
        }
    gan->critic_dx = gan->critic[0]->dx;
    gan->critic[0]->dx = NULL;
    return gan;
}

void trn_gan_free(trn_gan_t *gan)
{
    if (gan == NULL) return;
    for (size_t i = 0; i < gan->critic_layers; i++)
        for (size_t p = 0; p < gan->critic[i]->params; p++) {
            trn_tensor_free(gan->real_g[i][p]);
            trn_tensor_free(gan->sum_g[i][p]);
        }
    for (size_t i = 0; i < gan->generator_layers; i++) trn_layer_free(gan->generator[i]);
    for (size_t i = 0; i < gan->critic_layers; i++) trn_layer_free(gan->critic[i]);
    trn_tensor_free(gan->critic_dx);
    trn_tensor_free(gan->noise);
    trn_tensor_free(gan->images);
    trn_tensor_free(gan->dscore);
    free(gan);
}

static void begin_pass(trn_ctx_t *ctx, unsigned pass, const char *name)
{
    ctx->pass = pass;
    if (ctx->record != NULL) ctx->record->network = name;
}

static const trn_tensor_t *generate(trn_gan_t *gan, trn_ctx_t *ctx, const float *noise)
{
    trn_store_host(ctx, gan->noise, noise);
    return trn_chain_forward(gan->generator, gan->generator_layers, ctx, gan->noise);
}

/* Mean score of the images x; then backward from `sign` as every score's gradient: what follows are sums over the minibatch, as in neon. RMSProp
 * does not depend on their scale. */
static double criticise(trn_gan_t *gan, trn_ctx_t *ctx, const trn_tensor_t *x, float sign)
{
    const float *score = trn_read(ctx, trn_chain_forward(gan->critic, gan->critic_layers, ctx, x), 0);
    double sum = 0.0;
    for (size_t n = 0; n < gan->batch; n++) sum += (double)score[n];
    float *gradient = trn_room(ctx, gan->dscore, 1);
    for (size_t n = 0; n < gan->batch; n++) gradient[n] = sign;
    trn_store(ctx, gan->dscore, gradient);
    trn_chain_backward(gan->critic, gan->critic_layers, ctx, x, gan->dscore);
    return sum / (double)gan->batch;
}

/* The critic's parameters write their gradients into the other tensors. */
static void swap_gradients(trn_gan_t *gan)
{
    for (size_t i = 0; i < gan->critic_layers; i++)
        for (size_t p = 0; p < gan->critic[i]->params; p++) {
            trn_tensor_t *kept = gan->critic[i]->param[p].g;
            gan->critic[i]->param[p].g = gan->real_g[i][p];
            gan->real_g[i][p] = kept;
        }
}

double trn_gan_train_critic(trn_gan_t *gan, trn_ctx_t *ctx, const float *images, const float *noise, const trn_optim_t *optim)
{
    begin_pass(ctx, TRN_GAN_REAL, "wgan-real");
    trn_store_host(ctx, gan->images, images);
    swap_gradients(gan);
    const double real = criticise(gan, ctx, gan->images, -1.0F);
    swap_gradients(gan);
    begin_pass(ctx, TRN_GAN_FAKE, "wgan-fake");
    const double fake = criticise(gan, ctx, generate(gan, ctx, noise), 1.0F);
    ctx->pass = TRN_GAN_REAL;
    for (size_t i = 0; i < gan->critic_layers; i++)
        for (size_t p = 0; p < gan->critic[i]->params; p++) {
            trn_param_t *param = &gan->critic[i]->param[p];
            trn_add(ctx, gan->sum_g[i][p], gan->real_g[i][p], param->g, false);
            trn_optim_step(ctx, optim, param, gan->sum_g[i][p]);
        }
    return real - fake;
}

double trn_gan_train_generator(trn_gan_t *gan, trn_ctx_t *ctx, const float *noise, const trn_optim_t *optim)
{
    begin_pass(ctx, TRN_GAN_GENERATOR, "wgan-generator");
    gan->critic[0]->dx = gan->critic_dx;
    for (size_t i = 0; i < gan->critic_layers; i++) gan->critic[i]->frozen = true;
    const double fake = criticise(gan, ctx, generate(gan, ctx, noise), -1.0F);
    trn_chain_backward(gan->generator, gan->generator_layers, ctx, gan->noise, gan->critic_dx);
    for (size_t i = 0; i < gan->critic_layers; i++) gan->critic[i]->frozen = false;
    gan->critic[0]->dx = NULL;
    ctx->pass = TRN_GAN_REAL;
    for (size_t i = 0; i < gan->generator_layers; i++)
        for (size_t p = 0; p < gan->generator[i]->params; p++) trn_optim_step(ctx, optim, &gan->generator[i]->param[p], gan->generator[i]->param[p].g);
    return -fake;
}

void trn_gan_sample(trn_gan_t *gan, trn_ctx_t *ctx, const float *noise, float *out)
{
    ctx->eval = true;
    const trn_tensor_t *y = generate(gan, ctx, noise);
    memcpy(out, trn_read(ctx, y, 0), y->count * sizeof *out);
    ctx->eval = false;
}

uint64_t trn_gan_digest(const trn_gan_t *gan)
{
    return trn_chain_digest(gan->critic, gan->critic_layers, trn_chain_digest(gan->generator, gan->generator_layers, TRN_DIGEST_START));
}

size_t trn_gan_parameters(const trn_gan_t *gan)
{
    return trn_chain_parameters(gan->generator, gan->generator_layers) + trn_chain_parameters(gan->critic, gan->critic_layers);
}
