/* trn_run.h - what the training programs share: signals, CSV file, checkpoints, totals. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_RUN_H
#define TRN_RUN_H

#include <jansson.h>
#include <stdio.h>

#include "cli/flx_progress.h"
#include "ops/trn_record.h"
#include "trace/flx_output.h"
#include "trn_checkpoint.h"

/* SIGINT and SIGTERM no longer end the program, but are remembered. */
void trn_stop_on_signals(void);
bool trn_asked_to_stop(void);

/* A CSV file; its lines so far are kept for checkpoints. */
typedef struct trn_csv {
    flx_output_t *output; /* NULL: none was asked for */
    const char *path;
    FILE *kept; /* NULL: no checkpoint was asked for */
    char *text;
    size_t bytes;
} trn_csv_t;

/* path NULL: no file. 0, or the exit code after one line. */
int trn_csv_open(trn_csv_t *csv, const char *path, bool kept);
void trn_csv_print(trn_csv_t *csv, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* code: the run's exit code; 0 makes the file complete, else it stays as it was. Returns the program's exit code. */
int trn_csv_close(trn_csv_t *csv, int code);

/* Goes on from the checkpoint if there is one, and watches the signals; the CSV file gets the lines that the checkpoint holds. steps: what place->steps
 * counts. 0, or the exit code after one line. */
int trn_resume(const char *checkpoint, trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv, const char *steps);
/* Writes the checkpoint. 0, or the exit code after one line. */
int trn_save(const char *checkpoint, const trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv);
/* Tells that the run was stopped; returns FLX_EXIT_STOPPED. */
int trn_stopped(const flx_progress_t *progress, const trn_place_t *place, const char *steps);

/* The value as texts show it: NaN without the sign that one machine gives it and another does not. */
double trn_plain(double value);

/* Writes, elements, overflows, clipped, underflow, exponent_changes, updates, lost_updates: the totals of the context. */
json_t *trn_totals_json(const trn_ctx_t *ctx);
/* The same as a line on stdout; nothing in a float format. */
void trn_totals_print(const trn_ctx_t *ctx);

#endif
