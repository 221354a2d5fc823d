/* trn_checkpoint.h - a training run in a file, to go on from bit by bit. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_CHECKPOINT_H
#define TRN_CHECKPOINT_H

#include "tensor/trn_tensor.h"

enum { TRN_RUN_BYTES = 512, TRN_CHECKPOINT_ERROR_BYTES = 700 };

/* Where a run stands. */
typedef struct trn_place {
    char run[TRN_RUN_BYTES]; /* the options that its numbers depend on, as text: a checkpoint of others is refused */
    uint64_t steps;          /* minibatches done */
    double epoch_loss, accuracy, busy;
    double critic_loss, generator_loss; /* of the last iteration of a GAN */
    char *csv; /* the lines of all steps, csv_bytes of them; to be freed by who reads a checkpoint */
    uint64_t csv_bytes;
} trn_place_t;

/* Writes learned tensors, all exponents and their histories, totals and place, as cmodel/trace/flx_output.h does. 0, or -1 and error. */
int trn_checkpoint_write(const char *path, const trn_ctx_t *ctx, const trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES]);

/* Reads what trn_checkpoint_write wrote into the tensors of ctx, created in the same order; place->run says for which run. 0, or
 * -1 and error; then tensors may have been changed, and the run must not go on. */
int trn_checkpoint_read(const char *path, trn_ctx_t *ctx, trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES]);

#endif
