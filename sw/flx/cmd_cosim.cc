// cmd_cosim.cc - `flx cosim`: traces through the Verilated RTL in lock-step with the models. Twin: sw/flx/cmd_model.c
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "bench.h"
#include "trace/flx_output.h"
#include "trace_run.h"

namespace {

// The command that repeats a failing trace with a waveform.
std::string repeat_command(const flx_run_options_t &options, const char *path)
{
    char text[256];
    snprintf(text, sizeof text, "make -s build/rtl/%s_fst.so && build/bin/flx cosim --config %s --stall %g --seed %" PRIu64 " --wave fail.fst ", options.config->name,
             options.config->name, options.stall, options.seed);
    return text + std::string(path);
}

flx::BenchResult run_once(flx::Rtl &rtl, const flx_run_options_t &options, flx_program_t &program, const char *path, const flx_trace_t *trace)
{
    flx::BenchOptions bench;
    bench.stall = options.stall;
    bench.seed = options.seed;
    bench.progress = [&](double part, double mmacs) { flx_progress_part(options.progress, part, "%s, %.1f MMAC/s", basename(path), mmacs); };
    return flx::bench_run(rtl, *options.config, program, bench, path, trace);
}

// First the machines against one another, to the end; then the golden result, which is now the RTL's too, against the trace. Only
// a trace that is wrong runs again, to find the cycle in which the wrong word left the core.
int run_trace(void *user, const flx_run_options_t *options, const flx_trace_t *trace, flx_run_row_t *row)
{
    flx::Rtl &rtl = *static_cast<flx::Rtl *>(user);
    flx_program_t program = {};
    if (!flx_program_from_trace(&program, trace)) {
        flx_program_free(&program);
        return flx_cli_fail(FLX_EXIT_TOOL, "%s: out of memory", row->path);
    }
    flx::BenchResult result = run_once(rtl, *options, program, row->path, nullptr);
    row->total_cycles = result.cycles;
    row->cycle_error = result.cycle_error;
    for (int i = 0; i < FLX_PERF_COUNT; i++) row->perf[i] = rtl.perf(static_cast<flx_perf_t>(i));
    if (result.ok) {
        flx_run_finish(row, trace, &program.item[program.count - 1], options->config);
        if (row->mismatched_words != 0) result = run_once(rtl, *options, program, row->path, trace);
    } else {
        row->words = result.results;
        row->mismatched_words = result.mismatched_words;
        row->mismatched_flags = result.mismatched_flags;
        if (row->mismatched_words + row->mismatched_flags + row->cycle_error == 0) row->mismatched_flags = 1; // fault counters, watchdog
    }
    if (!result.ok) snprintf(row->message, sizeof row->message, "%s", result.message.c_str());
    if (row->message[0] != '\0') {
        const std::size_t used = strlen(row->message);
        snprintf(row->message + used, sizeof row->message - used, "; repeat with a waveform: %s", repeat_command(*options, row->path).c_str());
    }
    flx_program_free(&program);
    if (!result.timed_out) return FLX_EXIT_PASS;
    flx_progress_clear(options->progress);
    fprintf(stderr, "%s\n", row->message);
    return FLX_EXIT_TIMEOUT;
}

} // namespace

extern "C" int flx_cmd_cosim(int argc, char **argv)
{
    flx_run_options_t options;
    int code = flx_run_options(&options, FLX_RUN_COSIM, argc, argv);
    if (code >= 0) return code;
    const bool traced = options.wave != nullptr;
    std::string error;
    const flx::RtlBuild *build = flx::rtl_open(flx::rtl_path(options.config->name, options.fast, traced), error);
    if (build == nullptr) {
        return flx_cli_fail(FLX_EXIT_INPUT, "%s (make sim CONFIG=%s%s builds it)", error.c_str(), options.config->name, traced ? " WAVE=1" : options.fast ? " FAST=1" : "");
    }
    const std::unique_ptr<flx::Rtl> rtl = build->make();
    char why[FLX_OUTPUT_ERROR_BYTES];
    flx_output_t *wave = traced ? flx_output_open_named(options.wave, why) : nullptr;
    if (traced && (wave == nullptr || !rtl->open_wave(flx_output_name(wave)))) {
        flx_output_discard(wave);
        return flx_cli_usage("--wave", options.wave, "a file that can be written");
    }
    code = flx_run_all(&options, run_trace, rtl.get());
    rtl->close_wave();
    if (traced && !flx_output_close(wave, why)) code = flx_cli_fail(FLX_EXIT_TOOL, "--wave %s: cannot be written (%s)", options.wave, why);
    return code;
}
