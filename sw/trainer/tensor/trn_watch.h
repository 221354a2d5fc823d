/* trn_watch.h - what each tensor of a run goes through: counts, exponents, histograms, as CSV files. Twin: docs/pictures.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * Off while ctx->watch is NULL. On, it reads the statistics that every write has anyway and, at two minibatches, the values; it changes
 * no number of the training. The columns of the three files: docs/pictures.md. */
#ifndef TRN_WATCH_H
#define TRN_WATCH_H

#include "trace/flx_output.h"
#include "trn_tensor.h"

typedef struct trn_watch trn_watch_t;
enum { TRN_WATCH_FILES = 3, TRN_WATCH_PATH_BYTES = 4200 };

/* Where file 0 to 2 of a directory is. */
void trn_watch_path(const char *directory, int file, char path[TRN_WATCH_PATH_BYTES]);

/* Makes the directory if need be, and begins the three files in it, which change at the end only; to be called before the tensors are
 * created, so that their first writes count. NULL if something cannot be made, and why in error. */
trn_watch_t *trn_watch_open(const char *directory, char error[FLX_OUTPUT_ERROR_BYTES]);

/* The tensors of series.csv, once all are created: comma-separated names, or NULL for weight, output and update of the middle layer
 * that has a weight LAYER.w. False if no tensor has one of the names, which is in unknown. */
bool trn_watch_choose(trn_ctx_t *ctx, const char *names, char unknown[TRN_NAME_BYTES]);

/* One write of an integer tensor, after the prediction of its next exponent. */
void trn_watch_write(trn_ctx_t *ctx, trn_tensor_t *tensor, const flx_stats_t *stats);

/* One update of a weight: lost of its elements did not change, although their update is not 0. */
void trn_watch_update(trn_ctx_t *ctx, trn_tensor_t *weight, uint64_t lost);

/* Adds the values of every tensor, as they are now, to histograms.csv. */
void trn_watch_histograms(trn_ctx_t *ctx, uint32_t epoch);

/* Writes tensors.csv and ends the files; without keep, they stay as they were. Frees the watch: ctx->watch becomes NULL. 0, or -1 and
 * error when a file cannot be written. To be called while the tensors exist. */
int trn_watch_close(trn_ctx_t *ctx, bool keep, char error[FLX_OUTPUT_ERROR_BYTES]);

#endif
