/* flx_cycle.h - cycle-accurate model of the core: a few counters per cycle, no processing element is stepped.
 * SPDX-License-Identifier: Apache-2.0
 * Twin: rtl/core/flx_core.v; the contract is docs/core.md.
 *
 * The model knows when; what a multiply gives comes from its caller through flx_cycle_gemm_fn (the golden
 * model). It keeps the golden Autoflex state of every table entry, so it also gives each response word. */
#ifndef FLX_CYCLE_H
#define FLX_CYCLE_H

#include "flx_autoflex.h"
#include "flx_cmd.h"
#include "flx_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum flx_perf {
#define FLX_PERF(name, doc) FLX_PERF_##name,
#include "def/flx_perf.def"
#undef FLX_PERF
    FLX_PERF_COUNT
} flx_perf_t;

const char *flx_perf_name(flx_perf_t counter);

/* Called once per GEMM that runs, in command order, when its exponents are known: returns the statistics
 * of C = A B at (exp_a, exp_b) -> exp_c. */
typedef flx_stats_t (*flx_cycle_gemm_fn)(void *user, const flx_cmd_t *cmd, int32_t exp_a, int32_t exp_b, int32_t exp_c);

/* Inputs of one cycle; cmd is read only when cmd_valid. */
typedef struct flx_cycle_in {
    bool cmd_valid, a_valid, b_valid, c_ready, rsp_ready;
    const flx_cmd_t *cmd;
} flx_cycle_in_t;

/* Outputs of one cycle. rsp is meaningful while rsp_valid. */
typedef struct flx_cycle_out {
    bool cmd_ready, a_ready, b_ready, c_valid, c_last, rsp_valid;
    bool fire;     /* not a port: an operand beat enters the array */
    bool fire_end; /* not a port: it is the last beat of its command */
    flx_status_t refused; /* not a port: a GEMM is found void, with this status; else FLX_STATUS_OK */
    flx_rsp_t rsp;
} flx_cycle_out_t;

typedef struct flx_cycle flx_cycle_t;

/* The model in the first cycle after reset; NULL when memory is short. config must outlive it. */
flx_cycle_t *flx_cycle_create(const flx_config_t *config, flx_cycle_gemm_fn gemm, void *user);
void flx_cycle_free(flx_cycle_t *model);

/* One clock cycle: *out gets the outputs of this cycle, then the state advances. */
void flx_cycle_step(flx_cycle_t *model, const flx_cycle_in_t *in, flx_cycle_out_t *out);

/* Passes over up to `limit` cycles in which, under the constant inputs *in, nothing happens but one operand
 * beat per cycle (the inside of a tile). Returns how many, and leaves the state that so many steps would; each of
 * them accepts one beat on a and on b and has no other handshake. 0 when the next cycle is not of that kind. */
uint64_t flx_cycle_skip(flx_cycle_t *model, const flx_cycle_in_t *in, uint64_t limit);

/* The same two bits of a word of the exponent table turn over, now: a tensor's entry, the statistics of its last write, or word `age` of its window,
 * 0 being the newest (nothing happens if there is none). No command is under way. Twin: the memories of rtl/exp/flx_exp_unit.v */
typedef enum flx_cycle_word { FLX_CYCLE_WORD_NONE, FLX_CYCLE_WORD_ENTRY, FLX_CYCLE_WORD_STATS, FLX_CYCLE_WORD_WINDOW } flx_cycle_word_t;
void flx_cycle_corrupt(flx_cycle_t *model, flx_cycle_word_t word, uint32_t tensor, uint32_t age);

/* Words that were read with two wrong bits: ecc_uncorrectable_o, which stops at 65535. */
uint64_t flx_cycle_uncorrectable(const flx_cycle_t *model);

/* Cycles done since reset, and a cycle counter over them. */
uint64_t flx_cycle_now(const flx_cycle_t *model);
uint64_t flx_cycle_perf(const flx_cycle_t *model, flx_perf_t counter);

#ifdef __cplusplus
}
#endif
#endif
