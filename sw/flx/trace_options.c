/* trace_options.c - options of `flx golden`, `flx model` and `flx cosim`. Header: trace_run.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "trace_run.h"

static const flx_option_t report[] = {
    {"report", "FILE", "write the JSON there as well", FLX_TEXT(flx_run_options_t, report)},
    {"json", NULL, "JSON on stdout instead of the table", FLX_FLAG(flx_run_options_t, json)},
};
static const flx_option_t stalls[] = {
    {"stall", "PROB", "hold every stream back with this probability", FLX_REAL(flx_run_options_t, stall, 0.0, 0.99)},
    {"seed", "S", "of the stalls", FLX_U64(flx_run_options_t, seed, 0, UINT64_MAX)},
    {"clock", "MHZ", "of the machine, for its multiply-accumulates in a second; what a synthesis of it reached", FLX_REAL(flx_run_options_t, clock, 0.001, 1e6)},
};
static const flx_option_t rtl[] = {
    {"wave", "FILE", "write an FST waveform; of X.fst also X.gtkw, the signals to look at in GTKWave", FLX_TEXT(flx_run_options_t, wave)},
    {"fast", NULL, "simulate the multiplier written as *: proven equal, faster", FLX_FLAG(flx_run_options_t, fast)},
};

const char *flx_run_name(flx_run_kind_t kind)
{
    static const char *const names[] = {"golden", "model", "cosim"};
    return names[kind];
}

int flx_run_options(flx_run_options_t *options, flx_run_kind_t kind, int argc, char **argv)
{
    static const struct { const char *program, *what; } text[] = {
        {"flx golden", "Runs traces on the golden model: every word and flag against the trace."},
        {"flx model", "Runs traces on the cycle model, results on the golden model: cycles without RTL."},
        {"flx cosim", "Runs traces through the Verilated RTL in lock-step with the golden and the cycle model."},
    };
    *options = (flx_run_options_t){.kind = kind, .core = {.name = "mac256"}, .seed = 1, .clock = 400.0};
    flx_cli_t cli = {.program = text[kind].program, .usage = "[OPTION...] TRACE...", .what = text[kind].what, .operands = true};
    flx_option_group_t *group = cli.group;
    if (kind != FLX_RUN_GOLDEN) {
        *group++ = flx_config_option_group(&options->core, kind == FLX_RUN_COSIM);
        *group++ = (flx_option_group_t)FLX_GROUP(NULL, stalls, options);
    }
    if (kind == FLX_RUN_COSIM) *group++ = (flx_option_group_t)FLX_GROUP(NULL, rtl, options);
    *group = (flx_option_group_t)FLX_GROUP(NULL, report, options);
    int code = flx_cli_parse(&cli, &argc, argv);
    if (code < 0 && kind != FLX_RUN_GOLDEN) code = flx_config_option_finish(&options->core);
    if (code >= 0) return code;
    if (argc < 2) return flx_cli_usage("TRACE", NULL, "at least one trace file");
    if (kind != FLX_RUN_GOLDEN) options->config = &options->core.config;
    options->trace = argv + 1;
    options->traces = argc - 1;
    code = flx_cli_output("--report", options->report);
    if (code == FLX_EXIT_PASS) code = flx_cli_output("--wave", options->wave);
    for (int i = 0; code == FLX_EXIT_PASS && i < options->traces; i++) code = flx_cli_input(options->trace[i]);
    return code == FLX_EXIT_PASS ? -1 : code;
}
