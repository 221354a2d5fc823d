/* cmd_model.c - `flx model`: cycles of traces on the cycle model, results on the golden model. Twin: sw/flx/cmd_cosim.cc */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/flx_text.h"
#include "trace_run.h"

static const uint64_t watchdog_cycles = 1000000;

static int run_trace(void *user, const flx_run_options_t *options, const flx_trace_t *trace, flx_run_row_t *row)
{
    (void)user;
    flx_program_t program = {.item = NULL};
    flx_player_t player;
    char path[FLX_TEXT_PATH_BYTES];
    if (!flx_program_from_trace(&program, trace) || !flx_player_init(&player, options->config, &program, options->stall, options->seed)) {
        flx_program_free(&program);
        return flx_cli_fail(FLX_EXIT_TOOL, "%s: out of memory", flx_text_path(row->path, path));
    }
    int code = FLX_EXIT_PASS;
    const bool done = flx_player_run(&player, watchdog_cycles);
    if (player.err != FLX_OK) {
        code = flx_cli_fail(player.err == FLX_ERR_MEMORY ? FLX_EXIT_TOOL : FLX_EXIT_INPUT, "%s: %s", flx_text_path(row->path, path), flx_err_text(player.err));
    } else if (!done) {
        code = flx_cli_fail(FLX_EXIT_TIMEOUT, "%s: nothing moved for %llu cycles", flx_text_path(row->path, path), (unsigned long long)watchdog_cycles);
    } else {
        row->total_cycles = flx_cycle_now(player.model);
        for (int i = 0; i < FLX_PERF_COUNT; i++) row->perf[i] = flx_cycle_perf(player.model, (flx_perf_t)i);
        flx_run_finish(row, trace, &program.item[program.count - 1], options->config);
    }
    flx_player_free(&player);
    flx_program_free(&program);
    return code;
}

int flx_cmd_model(int argc, char **argv)
{
    flx_run_options_t options;
    const int code = flx_run_options(&options, FLX_RUN_MODEL, argc, argv);
    return code >= 0 ? code : flx_run_all(&options, run_trace, NULL);
}
