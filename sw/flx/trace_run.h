/* trace_run.h - what `flx model` and `flx cosim` share: options, one result row per trace, the report. Twin: docs/cosim.md */
#ifndef FLX_TRACE_RUN_H
#define FLX_TRACE_RUN_H

#include "flx_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FLX_EXIT_PASS = 0, FLX_EXIT_MISMATCH = 1, FLX_EXIT_INPUT = 2, FLX_EXIT_TOOL = 3, FLX_EXIT_TIMEOUT = 4, FLX_RUN_TEXT = 1536 };

typedef struct flx_run_options {
    bool json;
    bool fast;           /* cosim: the build whose multiplier is written as * */
    const flx_config_t *config;
    double stall;
    uint64_t seed;
    const char *wave;    /* cosim, or NULL */
    const char *report;  /* JSON into this file as well, or NULL */
    char **trace;        /* the rest of argv */
    int traces;
} flx_run_options_t;

/* Parses argv of `flx NAME`. Returns -1 to go on, or the exit code (after one line on stderr, or the help on stdout).
 * rtl: also --wave and --fast are options. */
int flx_run_options(flx_run_options_t *options, const char *name, bool rtl, int argc, char **argv);

/* One trace's outcome. */
typedef struct flx_run_row {
    const char *path;
    flx_trace_source_t source;
    uint64_t m, n, k;
    uint64_t cycles;      /* of the GEMM, command to response */
    uint64_t total_cycles; /* since reset */
    double utilisation;
    uint64_t cycle_error;
    uint64_t mismatches;  /* 0 or 1: a run stops at the first */
    uint64_t perf[FLX_PERF_COUNT];
    double seconds;       /* of simulation */
    char message[FLX_RUN_TEXT]; /* the mismatch */
} flx_run_row_t;

/* Reads the trace and checks that the configuration can run it; false after one line on stderr. */
bool flx_run_load(const flx_run_options_t *options, const char *path, flx_trace_t *trace);

/* Fills what comes from the trace and from the finished driver. */
void flx_run_fill(flx_run_row_t *row, const char *path, const flx_trace_t *trace, const flx_program_item_t *gemm, const flx_config_t *config);

/* Finds the first place where the golden model's results, which the run used, are not the trace's; false then, with the message in the row. */
bool flx_run_against_trace(flx_run_row_t *row, const flx_trace_t *trace, const flx_program_item_t *gemm);

/* Table or JSON on stdout, --report's file; returns the exit code. */
int flx_run_report(const flx_run_options_t *options, const char *name, const flx_run_row_t *row, int rows);

#ifdef __cplusplus
}
#endif
#endif
