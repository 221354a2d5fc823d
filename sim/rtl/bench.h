// bench.h - RTL and cycle model in lock-step on one program. Twin: cmodel/include/flx/flx_player.h
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_SIM_BENCH_H
#define FLX_SIM_BENCH_H

#include <functional>
#include <string>
#include <vector>

#include "flx/flx_player.h"
#include "rtl.h"

namespace flx {

struct BenchOptions {
    double stall = 0.0;
    uint64_t seed = 1;
    uint64_t watchdog = 100000; // cycles in which nothing moves
    // Called now and then with the part that is done, 0 to 1, and the million cycles that are simulated in a second.
    std::function<void(double part, double mcycles)> progress;
};

struct BenchResult {
    bool ok = true;
    bool timed_out = false;       // the watchdog ended the run
    std::string message;          // the difference at which the run stopped
    std::string trace_message;    // the first word that is not as in the trace
    WaveMark mark;                // where the one or the other is
    uint64_t cycles = 0;          // since reset
    uint64_t handshake_errors = 0; // cycles in which a valid, ready or last differed (the run stops at the first)
    uint64_t cycle_error = 0;     // |cycles of the RTL - cycles of the model|; the run stops at 1
    uint64_t mismatched_words = 0; // 1 if the run stopped at a wrong mantissa
    uint64_t mismatched_flags = 0; // 1 if it stopped at a wrong response field
    uint64_t results = 0;         // mantissas compared
    uint64_t responses = 0;       // responses compared
};

// Runs the program from reset and compares, in every cycle, the six handshake outputs; every result word and every
// response field with the golden model's; at the end every counter and fault flag. Stops at the first difference.
// name is what a message calls the program. With a trace its c.npy is compared too; a difference there, where RTL and models agree, does not stop the run.
BenchResult bench_run(Rtl &rtl, const flx_config_t &config, flx_program_t &program, const BenchOptions &options, const std::string &name,
                      const flx_trace_t *trace = nullptr);

} // namespace flx

#endif
