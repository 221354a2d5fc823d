/* trn_options.h - the command line of flx-train. Twin: docs/trainer.md */
#ifndef TRN_OPTIONS_H
#define TRN_OPTIONS_H

#include "trn_args.h"

typedef struct trn_options {
    const char *network, *format, *data, *csv, *record, *checkpoint, *profile, *products, *watch, *watch_tensors;
    uint32_t train, test, epochs, batch, seed, width, blocks, threads, checkpoint_every, side, classes;
    double rate, momentum, decay;
    bool augment, json;
    trn_record_t recorder;
} trn_options_t;

/* Reads argv into *o, which holds the defaults, and into the context's format, Autoflex profile and products. -1 to go on, or the exit code. */
int trn_parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx);

#endif
