/* flx_player.h - runs a program on the cycle model: offers the streams' beats, holds them back by flx_stall.h, and
 * SPDX-License-Identifier: Apache-2.0
 * calls the golden multiply. The same player feeds the RTL bench, beat by beat. Twin: sim/rtl/bench.cc */
#ifndef FLX_PLAYER_H
#define FLX_PLAYER_H

#include "flx_cycle.h"
#include "flx_program.h"
#include "flx_stall.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct flx_player {
    const flx_config_t *config;
    flx_program_t *program;
    flx_cycle_t *model;
    uint64_t seed, threshold;

    /* Position of each stream: item, and beat inside it. item == program->count: the stream has ended. */
    size_t cmd_item, a_item, b_item, c_item, rsp_item;
    uint64_t a_beat, b_beat, c_beat;
    size_t golden_item, fire_item;
    bool fired; /* fire_item has had its first beat */

    size_t faulted;               /* the command before which bits were last turned over, plus 1 */
    const flx_fault_t *fault_now; /* those of this cycle, for the RTL; NULL: none */

    flx_cycle_in_t in;   /* this cycle's inputs */
    flx_cycle_out_t out; /* this cycle's expected outputs */
    uint64_t idle_cycles; /* cycles in a row in which nothing moved */
    flx_err_t err;        /* the golden model refused, or memory is short */
} flx_player_t;

/* probability: of a stall, per stream and cycle. False when memory is short. The program must outlive the player. */
bool flx_player_init(flx_player_t *player, const flx_config_t *config, flx_program_t *program, double probability, uint64_t seed);
void flx_player_free(flx_player_t *player);

/* A cycle is these three: inputs into player->in; the model's step into player->out; positions move on. */
void flx_player_offer(flx_player_t *player);
void flx_player_step(flx_player_t *player);
void flx_player_advance(flx_player_t *player);

/* Every command is answered and every result beat taken. */
bool flx_player_done(const flx_player_t *player);

/* The whole program on the model alone, fast. False: player->err is set, or nothing moved for `watchdog` cycles. */
bool flx_player_run(flx_player_t *player, uint64_t watchdog);

/* Result row and first column of the result beat that is next on c. */
void flx_player_result_place(const flx_player_t *player, uint32_t *row, uint32_t *col);

/* m n k / (MACs x cycles from the command's handshake to its last operand beat, both included). */
double flx_player_utilisation(const flx_config_t *config, const flx_program_item_t *gemm);

/* Cycles from the command's handshake to its response's, both included. */
uint64_t flx_player_cycles(const flx_program_item_t *item);

#ifdef __cplusplus
}
#endif
#endif
