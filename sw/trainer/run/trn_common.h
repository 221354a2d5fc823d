/* trn_common.h - options that both training programs take, and what they do with them before and after a run. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_COMMON_H
#define TRN_COMMON_H

#include "cli/flx_cli.h"
#include "data/trn_data.h"
#include "trn_run.h"

typedef struct trn_common {
    const char *format, *profile, *data, *csv, *checkpoint, *record;
    uint32_t seed, threads, checkpoint_every, elements, events_from;
    bool json;
    trn_record_t recorder;
} trn_common_t;
#define TRN_COMMON_DEFAULTS {.format = "flex16+5", .profile = "paper", .seed = 1, .threads = 1, .elements = 65536}

/* The rows of --format, --seed and so on; and those of --record. */
flx_option_group_t trn_common_group(trn_common_t *common);
flx_option_group_t trn_record_group(trn_common_t *common);

/* After the options are read: format, Autoflex profile and threads of the context. -1 to go on, or the exit code after one line. */
int trn_common_finish(trn_common_t *common, trn_ctx_t *ctx);

/* What a run has open. Start from zeros. */
typedef struct trn_job {
    trn_ctx_t ctx;
    trn_data_t train, test;
    trn_csv_t csv;
} trn_job_t;

/* Before anything is read: checkpoint, CSV file and the traces' directory can be written. Then the images; then recorder and CSV file, images: of a
 * minibatch. 0, or the exit code after one line. */
int trn_job_outputs(const trn_common_t *common);
int trn_job_data(trn_job_t *job, const trn_data_request_t *request);
int trn_job_files(trn_job_t *job, trn_common_t *common, const char *network, uint32_t images);

/* Closes whatever is open; code: of the run. Returns the program's exit code. */
int trn_job_end(trn_job_t *job, int code);

#endif
