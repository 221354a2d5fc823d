/* trace_run.h - what `flx golden`, `flx model` and `flx cosim` share: options, one row per trace, the report. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_TRACE_RUN_H
#define FLX_TRACE_RUN_H

#include "cli/flx_progress.h"
#include "config_option.h"
#include "flx/flx_player.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FLX_RUN_TEXT = 1536, FLX_RUN_NUMBER = 32 };

/* Which machines a command has. */
typedef enum flx_run_kind { FLX_RUN_GOLDEN, FLX_RUN_MODEL, FLX_RUN_COSIM } flx_run_kind_t;

typedef struct flx_run_options {
    flx_run_kind_t kind;
    bool json;
    bool fast;                  /* cosim: the build whose multiplier is written as * */
    flx_config_option_t core;
    const flx_config_t *config; /* of core; NULL for golden */
    double stall;
    uint64_t seed;
    double clock; /* MHz, for multiply-accumulates in a second */
    const char *wave;   /* cosim, or NULL */
    const char *report; /* JSON into this file as well, or NULL */
    char **trace;       /* the rest of argv */
    int traces;
    flx_progress_t *progress; /* of the traces, while they run */
} flx_run_options_t;

/* One trace's outcome. */
typedef struct flx_run_row {
    const char *path;
    flx_trace_source_t source;
    uint64_t m, n, k;
    int32_t exp_c;
    uint64_t words;            /* of c, compared */
    uint64_t mismatched_words; /* against c.npy; of a run that was stopped, against the golden model */
    bool stopped;              /* RTL and models differed: what came after was not compared */
    uint64_t mismatched_flags; /* fields of expect, or of a response */
    uint64_t cycles;           /* of the GEMM, command to response; 0 for golden and for a run that was stopped */
    uint64_t total_cycles;     /* since reset */
    uint64_t cycle_error;      /* |RTL - model| */
    double utilisation;
    uint64_t perf[FLX_PERF_COUNT];
    flx_stats_t stats;
    bool has_exp_next; /* the trace has an Autoflex history */
    int32_t exp_next;
    double seconds;             /* of simulation */
    char message[FLX_RUN_TEXT]; /* the first mismatch */
    char *repeat;               /* the command that repeats it, owned, or NULL */
} flx_run_row_t;

/* Runs one opened trace: fills the row; returns FLX_EXIT_PASS even for a mismatch, or the exit code that ends the command
 * after one line on stderr. */
typedef int (*flx_run_trace_fn)(void *user, const flx_run_options_t *options, const flx_trace_t *trace, flx_run_row_t *row);

/* Parses argv of `flx NAME`. Returns -1 to go on, or the exit code (after one line on stderr, or the help on stdout). */
int flx_run_options(flx_run_options_t *options, flx_run_kind_t kind, int argc, char **argv);

/* The whole command: reads each trace, runs it, reports; returns the exit code. A bad trace ends the command with exit 2;
 * the traces before it are still reported. */
int flx_run_all(flx_run_options_t *options, flx_run_trace_fn run, void *user);

/* Fills a row from a finished player's GEMM and compares it with the trace. */
void flx_run_finish(flx_run_row_t *row, const flx_trace_t *trace, const flx_program_item_t *gemm, const flx_config_t *config);

/* Compares c and the flags with the trace's: counts, and the message if there is none yet. */
void flx_run_compare(flx_run_row_t *row, const flx_trace_t *trace, const int16_t *c);

/* The iteration as text, "-" if the trace names none. */
const char *flx_run_iteration(const flx_trace_source_t *source, char out[FLX_RUN_NUMBER]);

/* "golden", "model", "cosim". */
const char *flx_run_name(flx_run_kind_t kind);

/* Table or JSON on stdout, --report's file; returns the exit code. */
int flx_run_report(const flx_run_options_t *options, const flx_run_row_t *row, int rows);

#ifdef __cplusplus
}
#endif
#endif
