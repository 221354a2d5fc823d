/* flx_program.h - a list of commands with their operands, and what each must give. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_PROGRAM_H
#define FLX_PROGRAM_H

#include "flx_cycle.h"
#include "flx_trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two bits that turn over in the exponent table before a command is offered, all before it being answered. */
typedef struct flx_fault {
    flx_cycle_word_t word; /* FLX_CYCLE_WORD_NONE: no fault */
    uint32_t tensor, age;  /* age: of a word of the window, 0 is the newest */
} flx_fault_t;

/* One command. The first part is the caller's, the second is filled by a run. */
typedef struct flx_program_item {
    flx_cmd_t cmd;
    const int16_t *a, *b;  /* GEMM: as in flx_gemm.h, borrowed */
    bool trans_a, trans_b;
    flx_fault_t fault;

    flx_status_t status;          /* of the checks of the command */
    flx_status_t refused;         /* GEMM: of what the exponent table holds; it is void unless FLX_STATUS_OK */
    int32_t exp_a, exp_b, exp_c;  /* GEMM: exponents in force */
    flx_stats_t stats;            /* GEMM: golden */
    int16_t *c;                   /* GEMM but a dry run: golden [m][n], owned */
    uint64_t cycle_cmd;           /* cycle of the command's handshake */
    uint64_t cycle_first;         /* GEMM: its first operand beat enters the array */
    uint64_t cycle_end;           /* GEMM: its last one does */
    uint64_t cycle_rsp;           /* cycle of the response's handshake */
    flx_rsp_t rsp;                /* expected response */
} flx_program_item_t;

typedef struct flx_program {
    flx_program_item_t *item;
    size_t count, capacity;
} flx_program_t;

/* Appends a copy of the item's first part; false when memory is short. Start from {0}. */
bool flx_program_add(flx_program_t *program, const flx_program_item_t *item);
void flx_program_free(flx_program_t *program);

/* The item is a GEMM that passed the checks: it has operand beats. */
bool flx_program_runs(const flx_program_item_t *item);

/* It also has result beats: it is no dry run, and not known to be void. */
bool flx_program_gives(const flx_program_item_t *item);

/* Operand beats on each of a and b, and result beats, of such an item. */
uint64_t flx_program_operand_beats(const flx_config_t *config, const flx_program_item_t *item);
uint64_t flx_program_result_beats(const flx_config_t *config, const flx_program_item_t *item);

/* Beat number `beat` of stream a (ROWS x LANES mantissas) or b (COLS x LANES) of such an item as packed words
 * (bit i of the beat is bit i % 32 of words[i / 32]). Lanes, rows and columns beyond the operands hold noise: the core must ignore it. */
void flx_program_beat_a(const flx_config_t *config, const flx_program_item_t *item, uint64_t beat, uint32_t *words);
void flx_program_beat_b(const flx_config_t *config, const flx_program_item_t *item, uint64_t beat, uint32_t *words);
size_t flx_program_words_a(const flx_config_t *config);
size_t flx_program_words_b(const flx_config_t *config);

/* Can this configuration run the trace? If not: false, and one line in error[FLX_TRACE_ERROR_BYTES]
 * naming the field and what is expected. */
bool flx_program_fits(const flx_config_t *config, const flx_trace_t *trace, const char *path, char *error);

/* The program of a trace: CONFIG, SET of tensors 0 (a), 1 (b) and 2 (c), a PUSH per history entry, GEMM (the last
 * item). The operands stay the trace's. False when memory is short. */
bool flx_program_from_trace(flx_program_t *program, const flx_trace_t *trace);

#ifdef __cplusplus
}
#endif
#endif
