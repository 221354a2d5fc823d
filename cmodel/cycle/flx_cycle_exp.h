/* flx_cycle_exp.h - exponent unit of the cycle model: table, Autoflex jobs, response register; private to flx_cycle.c. Twin: rtl/exp/flx_exp_unit.v */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_CYCLE_EXP_H
#define FLX_CYCLE_EXP_H

#include "flx/flx_autoflex.h"
#include "flx/flx_cmd.h"
#include "flx/flx_stats.h"

typedef enum flx_exp_state { E_CLEAR, E_IDLE, E_READ, E_ENTRY, E_WORK, E_WRITE, E_RSP } flx_exp_state_t;

typedef enum flx_cycle_done { FLX_CYCLE_DONE_NONE, FLX_CYCLE_DONE_JOB, FLX_CYCLE_DONE_ADMIN } flx_cycle_done_t;

typedef struct flx_cycle_entry {
    int32_t exp, exp_next;
    flx_autoflex_t af;
    flx_stats_t stats;   /* of the last write */
    bool entry_bad, stats_bad; /* two bits of the word are wrong */
    uint32_t window_bad;       /* bit i: of that of af.phi[i] */
} flx_cycle_entry_t;

typedef struct flx_cycle_exp {
    uint32_t tensors;
    flx_format_t fmt;
    flx_autoflex_cfg_t cfg;
    flx_cycle_entry_t *entry; /* [tensors] */
    flx_exp_state_t state;
    uint32_t work_left;
    bool admin;         /* the job in work is an admin job */
    flx_rsp_t rsp_next; /* its response */
    flx_rsp_t rsp;      /* the response register */
    bool rsp_full;
    uint64_t uncorrectable; /* words read with two wrong bits */
} flx_cycle_exp_t;

/* A GEMM whose results are counted: what its job works on. */
typedef struct flx_cycle_write {
    uint32_t tensor;
    int32_t exp; /* in force */
    bool rare, dry;
    flx_stats_t stats;
} flx_cycle_write_t;

/* The state after reset; false when memory is short. */
bool flx_cycle_exp_init(flx_cycle_exp_t *x, const flx_config_t *config);
void flx_cycle_exp_free(flx_cycle_exp_t *x);

/* The table port is flx_decode's in this cycle. */
bool flx_cycle_exp_grants(const flx_cycle_exp_t *x);

/* flx_decode reads the entry, or the statistics, of a tensor: false if the word has two wrong bits. */
bool flx_cycle_exp_read_entry(flx_cycle_exp_t *x, uint32_t tensor);
bool flx_cycle_exp_read_stats(flx_cycle_exp_t *x, uint32_t tensor);

/* In E_IDLE: begin a GEMM's job, or an admin job. Nobody sees the entry before E_WRITE, so it changes at once. */
void flx_cycle_exp_take_job(flx_cycle_exp_t *x, const flx_cycle_write_t *write);
void flx_cycle_exp_take_admin(flx_cycle_exp_t *x, const flx_cmd_t *cmd, flx_status_t status);

/* Cycle `now` in any other state than E_IDLE. */
flx_cycle_done_t flx_cycle_exp_step(flx_cycle_exp_t *x, uint64_t now, bool rsp_ready);

#endif
