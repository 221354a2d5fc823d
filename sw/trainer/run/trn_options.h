/* trn_options.h - the command line of flx-train. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_OPTIONS_H
#define TRN_OPTIONS_H

#include "trn_common.h"

typedef struct trn_options {
    trn_common_t common;
    const char *network, *products, *watch, *watch_tensors;
    uint32_t train, test, epochs, batch, width, blocks, side, classes;
    double rate, momentum, decay;
    bool augment, shapes;
} trn_options_t;

/* Reads argv into *o, and into the context's format, Autoflex profile, threads and products. -1 to go on, or the exit code. */
int trn_parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx);

#endif
