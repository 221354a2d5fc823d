// programs.h - random programs: shapes, operands and command mixes that reach the corners. Twin: verif/cosim/random_test.cc
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_VERIF_COSIM_PROGRAMS_H
#define FLX_VERIF_COSIM_PROGRAMS_H

#include <deque>
#include <vector>

#include "flx/flx_program.h"
#include "flx/flx_stall.h"

namespace flx {

// Counter-based: the same seed gives the same program on every machine.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t word() { return flx_stall_mix(state_ += UINT64_C(0x9E3779B97F4A7C15)); }
    uint32_t below(uint32_t bound) { return static_cast<uint32_t>((word() >> 32) * bound >> 32); }
    uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
    bool one_in(uint32_t n) { return below(n) == 0; }

private:
    uint64_t state_;
};

// A program that owns its operands.
class Program {
public:
    Program() = default;
    ~Program() { flx_program_free(&program_); }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    flx_program_t &get() { return program_; }
    const flx_program_item_t &item(std::size_t i) const { return program_.item[i]; }
    std::size_t count() const { return program_.count; }
    void add(const flx_cmd_t &cmd);
    // Draws the operands: small, full range, extremes, zero, or made to tie; `largest`: every element is -a, and -b, the largest sum there is for these magnitudes.
    struct Largest { uint32_t a, b; };
    void add_gemm(const flx_config_t &config, const flx_cmd_t &cmd, Random &random, const Largest *largest = nullptr);
    // Before the next command.
    void corrupt(flx_cycle_word_t word, uint32_t tensor, uint32_t age) { fault_ = {word, tensor, age}; }

private:
    void append(flx_program_item_t item);
    flx_fault_t fault_ = {};
    std::deque<std::vector<int16_t>> data_;
    flx_program_t program_ = {};
};

flx_cmd_t gemm_command(uint32_t tensor_a, uint32_t tensor_b, uint32_t tensor_c, uint32_t m, uint32_t n, uint32_t k);
flx_cmd_t set_command(uint32_t tensor, uint32_t exp, flx_af_state_t state);

// Deeper products than any operands allow can be asked for, and may fit or not.
bool has_deep_products(const flx_config_t &config);

// Can a program of so many products take a sum of this configuration beyond its accumulator's end?
bool reaches_the_end(const flx_config_t &config, uint64_t products);

// Up to `commands` commands with about `products` multiply-accumulates in all.
void random_program(const flx_config_t &config, Random &random, uint32_t commands, uint64_t products, Program &program);

} // namespace flx

#endif
