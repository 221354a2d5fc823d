/* trn_gan_options.c - the command line of flx-train-gan. Header: trn_gan_options.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_gan_options.h"

static const flx_option_t of_training[] = {
    {"data", "DIR", "CIFAR-10 binary files or MNIST IDX files; without it a generated set", FLX_TEXT(trn_gan_options_t, common.data)},
    {"train", "N", "training images", FLX_U32(trn_gan_options_t, train, 1, 60000)},
    {"iterations", "N", "steps of the generator", FLX_U32(trn_gan_options_t, iterations, 0, 1U << 20)},
    {"critic-steps", "N", "of the critic before each", FLX_U32(trn_gan_options_t, critic_steps, 1, 100)},
    {"batch", "N", "images of a minibatch", FLX_U32(trn_gan_options_t, batch, 1, 65536)},
    {"width", "N", "channels of the critic's first layer", FLX_U32(trn_gan_options_t, width, 1, 512)},
    {"rate", "X", "learning rate of RMSProp", FLX_REAL(trn_gan_options_t, rate, 0.0, 1.0)},
    {"decay", "X", "of the mean square of gradients", FLX_REAL(trn_gan_options_t, decay, 0.0, 1.0)},
    {"clip", "X", "the critic's weights stay within -X .. X", FLX_REAL(trn_gan_options_t, clip, 0.0, 100.0)},
};
static const flx_option_t of_views[] = {
    {"score", "N", "test images, and generated ones, for the score; 0: no score", FLX_U32(trn_gan_options_t, score, 0, 10000)},
    {"csv", "FILE", "Wasserstein estimate and loss of the generator of each iteration", FLX_TEXT(trn_gan_options_t, common.csv)},
    {"samples", "FILE", "24 generated images as SVG, at the end", FLX_TEXT(trn_gan_options_t, samples)},
};

int trn_parse_gan_options(int argc, char **argv, trn_gan_options_t *o, trn_ctx_t *ctx)
{
    *o = (trn_gan_options_t){.common = TRN_COMMON_DEFAULTS, .train = 10000, .score = 2000, .iterations = 300, .critic_steps = 5, .batch = 64, .width = 16,
                             .rate = 5e-5, .decay = 0.99, .clip = 0.01};
    const flx_cli_t cli = {.program = "flx-train-gan", .usage = "[OPTION...]",
                           .what = "Trains a generator of images and its critic, a Wasserstein GAN, with every tensor in one format. With --record it is the last step of "
                                   "the critic in an iteration, and the generator's, that are written.",
                           .group = {FLX_GROUP("images, training", of_training, o), trn_common_group(&o->common), FLX_GROUP("how it went", of_views, o),
                                     trn_record_group(&o->common)}};
    const int code = flx_cli_parse(&cli, &argc, argv);
    if (code >= 0) return code;
    if (o->score == 1) return flx_cli_usage("--score", "1", "0, or at least 2 images");
    return trn_common_finish(&o->common, ctx);
}
