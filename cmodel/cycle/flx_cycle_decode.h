/* flx_cycle_decode.h - state of the cycle model, and its command decoder; private to flx_cycle.c. Twin: rtl/core/flx_decode.v */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_CYCLE_DECODE_H
#define FLX_CYCLE_DECODE_H

#include <assert.h>

#include "flx/flx_cycle.h"
#include "flx_cycle_exp.h"

typedef enum flx_decode_state {
    D_RESET, D_IDLE, D_CHECK, D_WAIT, D_RA, D_RB, D_RC, D_CAP, D_GA, D_GB, D_DEPTH, D_WR, D_READY, D_DRAIN, D_ADMIN
} flx_decode_state_t;

enum { JOBS = 4 /* ring of GEMMs between D_WR and the response */ };
static_assert(JOBS >= (int)FLX_OUTSTANDING && (JOBS & (JOBS - 1)) == 0, "the job ring is indexed by masking");

typedef struct flx_job {
    flx_cycle_write_t write;
    uint64_t visible; /* cycle in which its statistics leave the queue at the earliest; 0: not known yet */
} flx_job_t;

/* Rows of one tile on their way to the result FIFO. */
typedef struct flx_rows {
    uint64_t cycle; /* of the next row */
    uint32_t left;
} flx_rows_t;

struct flx_cycle {
    const flx_config_t *config;
    flx_cycle_gemm_fn gemm;
    void *user;
    uint64_t now;
    uint64_t perf[FLX_PERF_COUNT];

    uint32_t a_count, b_count, c_count;

    flx_decode_state_t d;
    flx_cmd_t cmd; /* decode's command */
    flx_status_t status;
    flx_status_t refused; /* of the GEMM that is found void in this cycle */
    bool deep;            /* whether its sums fit depends on the operands */
    bool fault;           /* a word that it read had two wrong bits */
    uint32_t depth_left;  /* cycles of D_DEPTH */
    uint32_t outstanding;
    bool *busy; /* [tensors] */

    bool active;
    bool dry;                            /* or void: no credit is taken */
    bool voided;
    uint32_t m, n_tiles, steps;          /* of the active command */
    uint32_t m_left, n_left, steps_left; /* rows from this tile on, tiles in this row, beats of this tile */
    uint32_t gap, credit;

    uint32_t ring_mask;
    flx_rows_t *rows; /* ring [ring_mask + 1], result tiles in the array */
    uint64_t rows_head, rows_tail;
    uint64_t *c_left; /* ring [ring_mask + 1], result beats to come of commands */
    uint64_t c_head, c_tail;

    flx_job_t job[JOBS];
    uint64_t job_push, job_end, job_pop; /* queued by decode; last beat fired; taken by the exponent unit */
    flx_cycle_exp_t exp;
};

/* What the decoder sees in a cycle. */
typedef struct flx_decode_in {
    bool granted;    /* the table port is its own */
    bool seq_active; /* flx_seq has a command as the cycle begins */
    bool taken;      /* flx_seq takes the offered command */
    bool accept;     /* a command comes in: cmd */
    const flx_cmd_t *cmd;
} flx_decode_in_t;

/* One cycle; true when it queues a GEMM (D_WR left). */
bool flx_cycle_decode_step(flx_cycle_t *m, const flx_decode_in_t *in);

/* What a cycle without an active command counts as. */
flx_perf_t flx_cycle_decode_kind(const flx_cycle_t *m);

/* It cannot move on its own. */
bool flx_cycle_decode_rests(const flx_cycle_t *m, const flx_cycle_in_t *in);

#endif
