/* trn_gan_options.h - the command line of flx-train-gan. Twin: docs/gan.md */
#ifndef TRN_GAN_OPTIONS_H
#define TRN_GAN_OPTIONS_H

#include "trn_args.h"

typedef struct trn_gan_options {
    const char *format, *data, *csv, *record, *checkpoint, *profile, *samples;
    uint32_t train, score, iterations, critic_steps, batch, seed, width, threads, checkpoint_every;
    double rate, decay, clip;
    bool json;
    trn_record_t recorder;
} trn_gan_options_t;

/* Reads argv into *o, which holds the defaults, and into the context's format and Autoflex profile. -1 to go on, or the exit code. */
int trn_parse_gan_options(int argc, char **argv, trn_gan_options_t *o, trn_ctx_t *ctx);

#endif
