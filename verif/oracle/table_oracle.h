// table_oracle.h - the exponent table as a host may rely on it: a plain state machine, written from docs/autoflex.md and docs/core.md. Twin: cmodel/cycle/flx_cycle_exp.c
// SPDX-License-Identifier: Apache-2.0
//
// Shares no code with cmodel/: only the names of the words' fields. Arithmetic is verif/golden/oracle.h's, exact integers and rationals. Rules:
//   1. A write's results are at the exponent that was exp_next, which becomes exp. Nothing else but SET changes exp.
//   2. A dry run is evaluated at exp_next and gives its statistics in its response. It changes nothing, but for exp_next, state and tries of a tensor in INIT.
//   3. A command that the checks refuse changes nothing and has no beats; one that the table refuses (ECC, BAD_DEPTH) changes nothing, and its beats are taken.
//   4. Two wrong bits stay: of an entry, every reader is refused until SET; of statistics, until the next write or SET; of a window word, until the
//      prediction that reads it says ECC, empties the window, and leaves exp_next = exp.
#ifndef FLX_VERIF_TABLE_ORACLE_H
#define FLX_VERIF_TABLE_ORACLE_H

#include <string>
#include <vector>

#include "flx/flx_cmd.h"
#include "oracle.h"

namespace oracle {

using Matrix = std::vector<int16_t>;

struct Window {
    unsigned long gamma;
    int exp;
    bool bad;
};

struct Entry {
    int exp = 0, exp_next = 0, tries = 0;
    unsigned state = 1; // INIT
    std::vector<Window> window; // oldest first
    Stats stats;                // of the last write
    bool bad = false, stats_bad = false;
};

struct Answer {
    flx_rsp_t rsp;
    bool takes, gives; // operand beats are taken; results come
    Matrix c;
};

class Table {
public:
    explicit Table(const flx_config_t &config);
    // a[m][k], b[k][n] of a GEMM.
    Answer run(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b);
    // The unlucky words; age 0 is the newest of a window, and nothing happens if there is none.
    void corrupt_entry(unsigned tensor) { entry_[tensor].bad = true; }
    void corrupt_stats(unsigned tensor) { entry_[tensor].stats_bad = true; }
    void corrupt_window(unsigned tensor, unsigned age);
    const Entry &entry(unsigned tensor) const { return entry_[tensor]; }
    unsigned long uncorrectable() const { return uncorrectable_; } // words read with two wrong bits

private:
    unsigned check(const flx_cmd_t &cmd) const;
    bool read(bool bad);
    unsigned lookup(const flx_cmd_t &cmd);
    bool fits(const flx_cmd_t &cmd) const;
    void gemm(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b, Answer &answer);
    bool next_exponent(const flx_cmd_t &cmd, unsigned long g, int exp);
    void trim(Entry &e) const;
    void admin(const flx_cmd_t &cmd, flx_rsp_t &rsp);

    const int n_, m_, acc_bits_, lanes_;
    const unsigned tensors_;
    const bool chunk_, stochastic_;
    std::vector<Entry> entry_;
    bool code_ = false;
    unsigned alpha_ = 2, beta_ = 3, gamma_ = 100, window_ = 16;
    unsigned long uncorrectable_ = 0;
};

} // namespace oracle

#endif
