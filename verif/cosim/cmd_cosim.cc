// cmd_cosim.cc - `flx cosim`: traces through the Verilated RTL in lock-step with the models. Twin: sw/flx/cmd_model.c
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bench.h"
#include "trace_run.h"

namespace {

// The command that repeats a failing trace with a waveform.
std::string repeat_command(const flx_run_options_t &options, const char *path)
{
    char text[128];
    snprintf(text, sizeof text, "flx cosim --config %s --stall %g --seed %llu --wave fail.fst ", options.config->name, options.stall,
             static_cast<unsigned long long>(options.seed));
    return text + std::string(path);
}

class Cosim {
public:
    explicit Cosim(const flx_run_options_t &options) : options_(options), rows_(static_cast<std::size_t>(options.traces)) {}

    int run()
    {
        const bool traced = options_.wave != nullptr;
        const flx::RtlBuild *build = flx::rtl_find(options_.config->name, options_.fast, traced);
        if (build == nullptr) build = flx::rtl_find(options_.config->name, !options_.fast, traced);
        if (build == nullptr) {
            fprintf(stderr, "flx cosim: --config %s: not built%s; add it to COSIM_BUILDS (have:%s)\n", options_.config->name,
                    traced ? " with waveforms" : "", names(traced).c_str());
            return FLX_EXIT_INPUT;
        }
        rtl_ = build->make();
        if (traced && !rtl_->open_wave(options_.wave)) {
            fprintf(stderr, "flx cosim: --wave %s: cannot be written\n", options_.wave);
            return FLX_EXIT_INPUT;
        }
        int code = FLX_EXIT_PASS;
        for (std::size_t i = 0; i < rows_.size() && code == FLX_EXIT_PASS; i++) code = run_trace(options_.trace[i], rows_[i]);
        rtl_->close_wave();
        if (code != FLX_EXIT_PASS) return code;
        return flx_run_report(&options_, "cosim", rows_.data(), options_.traces);
    }

private:
    static std::string names(bool traced)
    {
        std::string list;
        for (const flx::RtlBuild &b : flx::rtl_builds()) {
            if (b.traced == traced) list += std::string(" ") + b.config + (b.fast ? " (--fast)" : "");
        }
        return list;
    }

    int run_trace(const char *path, flx_run_row_t &row)
    {
        flx_trace_t trace;
        if (!flx_run_load(&options_, path, &trace)) return FLX_EXIT_INPUT;
        flx_program_t program = {};
        int code = FLX_EXIT_PASS;
        if (!flx_program_from_trace(&program, &trace)) {
            fprintf(stderr, "flx cosim: %s: out of memory\n", path);
            code = FLX_EXIT_TOOL;
        } else {
            compare(path, trace, program, row);
        }
        flx_program_free(&program);
        flx_trace_free(&trace);
        return code;
    }

    void compare(const char *path, const flx_trace_t &trace, flx_program_t &program, flx_run_row_t &row)
    {
        flx::BenchOptions bench;
        bench.stall = options_.stall;
        bench.seed = options_.seed;
        bench.progress = true;
        const auto start = std::chrono::steady_clock::now();
        const flx::BenchResult result = flx::bench_run(*rtl_, *options_.config, program, bench, path, &trace);
        row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const flx_program_item_t *gemm = &program.item[program.count - 1];
        flx_run_fill(&row, path, &trace, gemm, options_.config);
        row.total_cycles = result.cycles;
        row.cycle_error = result.cycle_error;
        for (int i = 0; i < FLX_PERF_COUNT; i++) row.perf[i] = rtl_->perf(static_cast<flx_perf_t>(i));
        if (!result.ok) {
            row.mismatches = 1;
            row.cycles = 0; // the run ended before the response
            row.utilisation = 0.0;
            snprintf(row.message, sizeof row.message, "%s", result.message.c_str());
        } else {
            flx_run_against_trace(&row, &trace, gemm);
        }
        if (row.mismatches != 0) {
            const std::size_t used = strlen(row.message);
            snprintf(row.message + used, sizeof row.message - used, "\n  repeat with a waveform: %s", repeat_command(options_, path).c_str());
        }
    }

    const flx_run_options_t &options_;
    std::unique_ptr<flx::Rtl> rtl_;
    std::vector<flx_run_row_t> rows_;
};

} // namespace

extern "C" int flx_cmd_cosim(int argc, char **argv)
{
    flx_run_options_t options;
    const int code = flx_run_options(&options, "cosim", true, argc, argv);
    if (code >= 0) return code;
    return Cosim(options).run();
}
