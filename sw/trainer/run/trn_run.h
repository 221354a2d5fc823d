/* trn_run.h - what the training programs share: progress, signals, CSV file, checkpoints, recording. Twin: docs/trainer.md */
#ifndef TRN_RUN_H
#define TRN_RUN_H

#include <jansson.h>
#include <stdio.h>

#include "trn_checkpoint.h"
#include "ops/trn_record.h"

double trn_seconds(void);

/* A line on stderr with the time that is left: at most 5 a second on a terminal, one in 30 s elsewhere. */
typedef struct trn_progress {
    double start, last;
    uint64_t first; /* steps that were done when this start began */
    bool terminal;
} trn_progress_t;

trn_progress_t trn_progress_begin(uint64_t first);
void trn_progress_show(trn_progress_t *progress, uint64_t done, uint64_t all, double loss);
void trn_progress_clear(const trn_progress_t *progress); /* on a terminal: the line goes */

/* SIGINT and SIGTERM no longer end the program, but are remembered. */
void trn_stop_on_signals(void);
bool trn_asked_to_stop(void);

/* A CSV file, FILE.part until it is complete. */
typedef struct trn_csv {
    FILE *file; /* NULL: none was asked for */
    const char *path;
    char part[4096];
} trn_csv_t;

/* path NULL: no file. If the checkpoint exists, the file of the interrupted run is opened. 0, or the exit code after one line. */
int trn_csv_open(trn_csv_t *csv, const char *path, const char *checkpoint);
/* code: the run's exit code; 0 makes the file complete. Returns the program's exit code. */
int trn_csv_close(trn_csv_t *csv, int code);

/* Closes and removes a file to which nothing was written. */
void trn_csv_discard(trn_csv_t *csv);

/* Goes on from the checkpoint if there is one, and watches the signals; the CSV file is cut to what the checkpoint holds. steps: what place->steps counts.
 * 0, or the exit code after one line. */
int trn_resume(const char *checkpoint, trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv, const char *steps);
/* Writes the checkpoint. 0, or the exit code after one line. */
int trn_save(const char *checkpoint, const trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv);
/* Tells that the run was stopped; returns 130. */
int trn_stopped(const trn_progress_t *progress, const trn_place_t *place, const char *steps);

/* Writes, elements, overflows, clipped, underflow, exponent_changes, updates, lost_updates: the totals of the context. */
json_t *trn_totals_json(const trn_ctx_t *ctx);
/* The same as a line on stdout; nothing in a float format. */
void trn_totals_print(const trn_ctx_t *ctx);

/* Makes the directory and the context's recorder. 0, or the exit code after one line. */
int trn_record_begin(trn_ctx_t *ctx, trn_record_t *record, const char *directory, const char *network, const char *dataset, uint32_t images);

#endif
