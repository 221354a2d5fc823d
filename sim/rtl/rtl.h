// rtl.h - one Verilated flx_core behind a common interface: ports as packed 32-bit words. Twin: rtl/core/flx_core.v
// SPDX-License-Identifier: Apache-2.0
//
// Outputs are functions of registers, so they are read before the cycle's inputs are driven:
//   sample(), drive(), clock() is one cycle; cycle 0 is the first after reset().
#ifndef FLX_SIM_RTL_H
#define FLX_SIM_RTL_H

#include <cstdint>
#include <memory>
#include <string>

#include "flx/flx_program.h"
#include "wave_view.h"

namespace flx {

struct RtlOutputs {
    bool cmd_ready, a_ready, b_ready, c_valid, c_last, rsp_valid;
};

class Rtl {
public:
    virtual ~Rtl() = default;
    virtual void reset() = 0;
    virtual RtlOutputs sample() const = 0;
    // Words are read only while the port's valid is true.
    virtual void drive(const flx_cycle_in_t &in, const uint32_t *cmd, const uint32_t *a, const uint32_t *b) = 0;
    virtual void clock() = 0;
    virtual void result(uint32_t *words) const = 0;   // c_data_o
    virtual void response(uint32_t *words) const = 0; // rsp_data_o
    virtual uint64_t perf(flx_perf_t counter) const = 0;
    // Turns over two bits of a word of the exponent table, between cycles.
    virtual void corrupt(const flx_fault_t &fault) = 0;
    virtual uint32_t ecc_corrected() const = 0;
    virtual uint32_t ecc_uncorrectable() const = 0;
    // Only for a traced build: every later cycle goes into the FST file, one program behind the other.
    virtual bool open_wave(const std::string &path) = 0;
    virtual void close_wave() = 0;
    // Where the coming cycle stands in the wave: at this time the signals hold its inputs and its outputs, 5 later its clock edge ends it. Without a wave,
    // where it would stand if this program were the only one.
    virtual uint64_t wave_time() const = 0;
};

// A build of the core: what a shared object of sim/rtl/rtl.mk holds, and gives from a function of this name. The name changes with this header: a build of another
// day is refused, not called.
#define FLX_RTL_ENTRY flx_rtl_build_4
struct RtlBuild {
    const char *config;     // name in def/flx_config.def
    const char *parameters; // those it was built with: -GROWS=8 ..
    bool fast;              // multiplier written as * (parameter FAST); the same function
    bool traced;            // can write waveforms
    std::string (*view)(const std::string &wave, const WaveMark &mark, std::string &error); // wave_view of a traced build, or nullptr
    std::unique_ptr<Rtl> (*make)();
};

// The shared object of a build: build/rtl/mac256_fast.so of build/bin/flx; of an installed PREFIX/bin/flx, which has no folder rtl, PREFIX/lib/flx/mac256_fast.so.
std::string rtl_path(const std::string &config, bool fast, bool traced);

// "make sim .." that makes the build in the source tree.
std::string rtl_make(const std::string &config, bool fast, bool traced);

// Loads a shared object, for good. nullptr with a line in error: there is no such file, it is none of ours, or it was built for other parameters than the configuration has today.
const RtlBuild *rtl_open(const std::string &path, std::string &error);

} // namespace flx

#endif
