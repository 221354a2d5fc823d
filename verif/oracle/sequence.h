// sequence.h - random sequences of a host's commands on few tensors, each with the answer that the oracle expects. Twin: verif/oracle/table_test.cc
// SPDX-License-Identifier: Apache-2.0
//
// The host knows what every tensor holds, and feeds exactly that: mantissas as they were written, never scaled again. So what it reads back, W x 1 at the exponent of
// the write, is W if and only if the table still gives that exponent.
#ifndef FLX_VERIF_SEQUENCE_H
#define FLX_VERIF_SEQUENCE_H

#include <array>
#include <deque>

#include "programs.h"
#include "table_oracle.h"

namespace oracle {

// What sequences met: a campaign that never met one of these is worth nothing.
enum Event {
    WRITE, WRITE_INIT, WRITE_RUN, OVERFLOW, DRY_INIT, DRY_RUN, DRY_MANUAL, DRY_OVER_VALUES, READ_BACK, READ_BACK_AFTER_DRY, REFUSED, VOID_A, VOID_B, VOID_C, VOID_READ_BACK,
    WINDOW_LOST, STATS_LOST, DEEP, BAD_DEPTH, EVENTS
};
const char *event_name(Event event);

// Values at an exponent.
struct Held {
    Matrix mantissa;
    int exp;
};

struct Step {
    Answer answer;
    int read_back = -1; // index into Sequence::meaning: the results must mean the same
};

class Sequence {
public:
    // About `commands` commands; deep: one of the GEMMs is about as deep as the accumulator allows.
    Sequence(const flx_config_t &config, flx::Random &random, unsigned commands, bool deep);
    ~Sequence() { flx_program_free(&program_); }
    Sequence(const Sequence &) = delete;
    Sequence &operator=(const Sequence &) = delete;

    flx_program_t &program() { return program_; }
    const Step &step(std::size_t i) const { return step_[i]; }
    const Held &meaning(std::size_t i) const { return meaning_[i]; }
    const Table &table() const { return table_; }
    const std::array<unsigned long, EVENTS> &met() const { return met_; }

private:
    static constexpr unsigned tensors = 4, one = 14, scratch = 15; // those that are played with, and the host's own

    Matrix draw(std::size_t count);
    void add(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b);
    void set(unsigned tensor, int exp, unsigned state, const Matrix &mantissa, bool tell);
    void gemm(unsigned a, unsigned b, unsigned c);
    void refused();
    void read_back(unsigned tensor);
    void deep();
    void fault();
    void count_gemm(const flx_cmd_t &cmd, const Entry &before, const Answer &answer);
    void random_step();
    void admin();

    const flx_config_t &config_;
    flx::Random &random_;
    Table table_;
    flx_program_t program_ = {};
    flx_fault_t fault_ = {};
    std::deque<Matrix> data_;
    std::deque<Step> step_;
    std::deque<Held> meaning_;
    std::array<Held, 16> held_;
    std::array<bool, 16> dried_ = {}; // a dry run behind the last write
    std::array<unsigned long, EVENTS> met_ = {};
    unsigned side_; // of every matrix
};

} // namespace oracle

#endif
