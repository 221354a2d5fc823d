/* cmd_model.c - `flx model`: cycles of traces on the cycle model, results on the golden model. Twin: verif/cosim/cmd_cosim.cc */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "trace_run.h"

int flx_cmd_model(int argc, char **argv);

static const uint64_t watchdog_cycles = 1000000;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One trace; an exit code other than FLX_EXIT_PASS ends the command, a mismatch is in the row. */
static int run_trace(const flx_run_options_t *options, const char *path, flx_run_row_t *row)
{
    flx_trace_t trace;
    flx_program_t program = {.item = NULL};
    flx_driver_t driver;
    if (!flx_run_load(options, path, &trace)) return FLX_EXIT_INPUT;
    int code = FLX_EXIT_PASS;
    if (!flx_program_from_trace(&program, &trace) || !flx_driver_init(&driver, options->config, &program, options->stall, options->seed)) {
        fprintf(stderr, "flx model: %s: out of memory\n", path);
        code = FLX_EXIT_TOOL;
    } else {
        const double start = seconds_now();
        const bool done = flx_driver_run(&driver, watchdog_cycles);
        const flx_program_item_t *gemm = &program.item[program.count - 1];
        row->seconds = seconds_now() - start;
        if (driver.err != FLX_OK) {
            fprintf(stderr, "flx model: %s: %s\n", path, flx_err_text(driver.err));
            code = driver.err == FLX_ERR_MEMORY ? FLX_EXIT_TOOL : FLX_EXIT_INPUT;
        } else if (!done) {
            fprintf(stderr, "flx model: %s: nothing moved for %llu cycles\n", path, (unsigned long long)watchdog_cycles);
            code = FLX_EXIT_MISMATCH;
        } else {
            flx_run_fill(row, path, &trace, gemm, options->config);
            row->total_cycles = flx_cycle_now(driver.model);
            for (int i = 0; i < FLX_PERF_COUNT; i++) row->perf[i] = flx_cycle_perf(driver.model, (flx_perf_t)i);
            flx_run_against_trace(row, &trace, gemm);
        }
        flx_driver_free(&driver);
    }
    flx_program_free(&program);
    flx_trace_free(&trace);
    return code;
}

int flx_cmd_model(int argc, char **argv)
{
    flx_run_options_t options;
    int code = flx_run_options(&options, "model", false, argc, argv);
    if (code >= 0) return code;
    flx_run_row_t *row = calloc((size_t)options.traces, sizeof *row);
    if (row == NULL) {
        fprintf(stderr, "flx model: out of memory\n");
        return FLX_EXIT_TOOL;
    }
    code = FLX_EXIT_PASS;
    for (int i = 0; i < options.traces && code == FLX_EXIT_PASS; i++) code = run_trace(&options, options.trace[i], &row[i]);
    if (code == FLX_EXIT_PASS) code = flx_run_report(&options, "model", row, options.traces);
    free(row);
    return code;
}
