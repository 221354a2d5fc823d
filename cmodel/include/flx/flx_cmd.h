/* flx_cmd.h - command and response words: fields, packing, and the checks of rtl/core/flx_decode.v.
 * SPDX-License-Identifier: Apache-2.0
 * Twin: cmodel/def/flx_cmd.def, flx_rsp.def, flx_op.def, flx_status.def */
#ifndef FLX_CMD_H
#define FLX_CMD_H

#include "flx_config.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum flx_op {
#define FLX_OP(name, value, doc) FLX_OP_##name = (value),
#include "def/flx_op.def"
#undef FLX_OP
} flx_op_t;

typedef enum flx_status {
#define FLX_STATUS(name, value, doc) FLX_STATUS_##name = (value),
#include "def/flx_status.def"
#undef FLX_STATUS
} flx_status_t;

enum {
#define FLX_CMD(name, bits, doc) +(bits)
    FLX_CMD_BITS = 0
#include "def/flx_cmd.def"
    ,
#undef FLX_CMD
#define FLX_RSP(name, bits, doc) +(bits)
    FLX_RSP_BITS = 0
#include "def/flx_rsp.def"
    ,
#undef FLX_RSP
    FLX_CMD_WORDS = (FLX_CMD_BITS + 31) / 32,
    FLX_RSP_WORDS = (FLX_RSP_BITS + 31) / 32
};

enum {
    /* FLX_CMD_op_BITS, FLX_RSP_status_BITS, .. */
#define FLX_CMD(name, bits, doc) FLX_CMD_##name##_BITS = (bits),
#include "def/flx_cmd.def"
#undef FLX_CMD
#define FLX_RSP(name, bits, doc) FLX_RSP_##name##_BITS = (bits),
#include "def/flx_rsp.def"
#undef FLX_RSP
};

/* One member per field; bits above a field's width are ignored by the packers. */
typedef struct flx_cmd {
#define FLX_CMD(name, bits, doc) uint32_t name;
#include "def/flx_cmd.def"
#undef FLX_CMD
} flx_cmd_t;

typedef struct flx_rsp {
#define FLX_RSP(name, bits, doc) uint32_t name;
#include "def/flx_rsp.def"
#undef FLX_RSP
} flx_rsp_t;

/* Bit i of the word is bit i % 32 of words[i / 32]. */
void flx_cmd_pack(const flx_cmd_t *cmd, uint32_t words[FLX_CMD_WORDS]);
void flx_cmd_unpack(const uint32_t words[FLX_CMD_WORDS], flx_cmd_t *cmd);
void flx_rsp_pack(const flx_rsp_t *rsp, uint32_t words[FLX_RSP_WORDS]);
void flx_rsp_unpack(const uint32_t words[FLX_RSP_WORDS], flx_rsp_t *rsp);

/* Name of the first field (in word order) that differs, with both values; NULL when the words agree. */
const char *flx_rsp_difference(const flx_rsp_t *x, const flx_rsp_t *y, uint32_t *value_x, uint32_t *value_y);

/* The status that the core's checks give the command: FLX_STATUS_OK or the first check that fails. A GEMM may still be refused by
 * what the exponent table holds (docs/core.md): FLX_STATUS_ECC, FLX_STATUS_BAD_DEPTH. */
flx_status_t flx_cmd_check(const flx_config_t *config, const flx_cmd_t *cmd);

/* Adds a field to words at bit lsb (the words' bits there must be 0), and reads one; bits 1..32. */
void flx_bits_put(uint32_t *words, uint32_t lsb, uint32_t bits, uint32_t value);
uint32_t flx_bits_get(const uint32_t *words, uint32_t lsb, uint32_t bits);

#ifdef __cplusplus
}
#endif
#endif
