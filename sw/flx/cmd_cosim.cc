// cmd_cosim.cc - `flx cosim`: traces through the Verilated RTL in lock-step with the models. Twin: sw/flx/cmd_model.c
// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "bench.h"
#include "repeat.h"
#include "trace/flx_output.h"
#include "trace/flx_text.h"
#include "trace_run.h"

namespace {

// What flx_run_all hands on to each trace.
struct Machine {
    flx::Rtl &rtl;
    flx::WaveMark mark; // of the first trace that differs
    bool marked;
};

// First the machines against one another, then the golden result, which is the RTL's too, against the trace.
int run_trace(void *user, const flx_run_options_t *options, const flx_trace_t *trace, flx_run_row_t *row)
{
    Machine &machine = *static_cast<Machine *>(user);
    char path[FLX_TEXT_PATH_BYTES], file[FLX_TEXT_PATH_BYTES];
    flx_text_path(row->path, path);
    flx_text_path(basename(row->path), file);
    flx_program_t program = {};
    if (!flx_program_from_trace(&program, trace)) {
        flx_program_free(&program);
        return flx_cli_fail(FLX_EXIT_TOOL, "%s: out of memory", path);
    }
    flx::BenchOptions bench;
    bench.stall = options->stall;
    bench.seed = options->seed;
    bench.progress = [&](double part, double mcycles) { flx_progress_part(options->progress, part, "%s, %.3f million cycles/s", file, mcycles); };
    const flx::BenchResult result = flx::bench_run(machine.rtl, *options->config, program, bench, path, trace);
    row->total_cycles = result.cycles;
    row->cycle_error = result.cycle_error;
    for (int i = 0; i < FLX_PERF_COUNT; i++) row->perf[i] = machine.rtl.perf(static_cast<flx_perf_t>(i));
    snprintf(row->message, sizeof row->message, "%s", result.ok ? result.trace_message.c_str() : result.message.c_str());
    if (result.ok) {
        flx_run_finish(row, trace, &program.item[program.count - 1], options->config);
    } else {
        row->stopped = true;
        row->words = result.results;
        row->mismatched_words = result.mismatched_words;
        row->mismatched_flags = result.mismatched_flags;
    }
    flx_program_free(&program);
    if (row->message[0] != '\0') {
        row->repeat = flx_repeat_command(options, row->path);
        if (!machine.marked) machine.mark = result.mark;
        machine.marked = true;
    }
    if (!result.timed_out) return FLX_EXIT_PASS;
    flx_progress_clear(options->progress);
    return flx_cli_fail(FLX_EXIT_TIMEOUT, "%s", row->message);
}

// Beside X.fst its view X.gtkw; nothing for a wave of another name.
int write_view(const flx::RtlBuild &build, const std::string &wave, const std::string &written, const flx::WaveMark &mark)
{
    const std::string end = ".fst";
    std::string error;
    if (wave.size() <= end.size() || wave.compare(wave.size() - end.size(), end.size(), end) != 0) return FLX_EXIT_PASS;
    const std::string view = build.view(written, mark, error), path = wave.substr(0, wave.size() - end.size()) + ".gtkw";
    if (view.empty()) return flx_cli_fail(FLX_EXIT_TOOL, "--wave %s: no view: %s", wave.c_str(), error.c_str());
    if (!flx_cli_write(path.c_str(), view.c_str())) return flx_cli_fail(FLX_EXIT_TOOL, "--wave %s: view %s cannot be written: %s", wave.c_str(), path.c_str(), strerror(errno));
    return FLX_EXIT_PASS;
}

// What to do where the build that is asked for is not there.
int no_build(const flx_run_options_t &o, const std::string &error)
{
    const bool traced = o.wave != nullptr;
    std::string other, ignored;
    if (!traced && flx::rtl_open(flx::rtl_path(o.config->name, !o.fast, false), ignored) != nullptr) other = o.fast ? "; without --fast there is one" : "; with --fast there is one";
    return flx_cli_fail(FLX_EXIT_INPUT, "%s (in the source tree, %s makes it%s)", error.c_str(), flx::rtl_make(o.config->name, o.fast, traced).c_str(), other.c_str());
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
    if (build == nullptr) return no_build(options, error);
    const std::unique_ptr<flx::Rtl> rtl = build->make();
    Machine machine = {*rtl, {}, false};
    char why[FLX_OUTPUT_ERROR_BYTES];
    flx_output_t *wave = traced ? flx_output_open_named(options.wave, why) : nullptr;
    if (traced && (wave == nullptr || !rtl->open_wave(flx_output_name(wave)))) {
        flx_output_discard(wave);
        return flx_cli_usage("--wave", options.wave, "a file that can be written");
    }
    code = flx_run_all(&options, run_trace, &machine);
    if (!traced) return code;
    rtl->close_wave();
    const int viewed = write_view(*build, options.wave, flx_output_name(wave), machine.mark);
    if (!flx_output_close(wave, why)) return flx_cli_fail(FLX_EXIT_TOOL, "--wave %s: cannot be written (%s)", options.wave, why);
    return viewed != FLX_EXIT_PASS ? viewed : code;
}
