/* trn_gan_options.h - the command line of flx-train-gan. See docs/gan.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_GAN_OPTIONS_H
#define TRN_GAN_OPTIONS_H

#include "trn_common.h"

typedef struct trn_gan_options {
    trn_common_t common;
    const char *samples;
    uint32_t train, score, iterations, critic_steps, batch, width;
    double rate, decay, clip;
} trn_gan_options_t;

/* Reads argv into *o, and into the context's format, Autoflex profile and threads. -1 to go on, or the exit code. */
int trn_parse_gan_options(int argc, char **argv, trn_gan_options_t *o, trn_ctx_t *ctx);

#endif
