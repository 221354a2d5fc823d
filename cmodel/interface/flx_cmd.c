/* flx_cmd.c - command and response words. Twin: rtl/core/flx_decode.v (the checks), rtl/gen/flx_defs.vh (the layout) */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_cmd.h"

#include <assert.h>
#include <string.h>

#include "flx/flx_autoflex.h"
#include "flx/flx_requant.h"

/* A field holds what it is for, and the widest one no more. */
static_assert(FLX_TENSORS_MAX == 1 << FLX_TENSOR_BITS, "a tensor's number does not fit its field");
static_assert(FLX_ALPHA_MAX == (1 << FLX_CMD_alpha_BITS) - 1 && FLX_BETA_MAX == (1 << FLX_CMD_beta_BITS) - 1, "alpha or beta has a field of another range");
static_assert(FLX_GAMMA_MAX == (1 << FLX_CMD_gamma_BITS) - 1 && FLX_RARE_GAMMA <= FLX_GAMMA_MAX, "gamma has a field of another range");
static_assert(FLX_WINDOW_MAX < 1 << FLX_CMD_window_BITS && FLX_WINDOW_MAX < 1 << FLX_RSP_count_BITS, "a window does not fit its field");
static_assert(FLX_INIT_TRIES_MAX < 1 << FLX_RSP_tries_BITS, "tries do not fit their field");

void flx_bits_put(uint32_t *words, uint32_t lsb, uint32_t bits, uint32_t value)
{
    const uint32_t kept = bits >= 32 ? value : value & ((UINT32_C(1) << bits) - 1);
    const uint64_t wide = (uint64_t)kept << (lsb % 32);
    words[lsb / 32] |= (uint32_t)wide;
    if (lsb % 32 + bits > 32) words[lsb / 32 + 1] |= (uint32_t)(wide >> 32);
}

uint32_t flx_bits_get(const uint32_t *words, uint32_t lsb, uint32_t bits)
{
    uint64_t wide = words[lsb / 32];
    if (lsb % 32 + bits > 32) wide |= (uint64_t)words[lsb / 32 + 1] << 32;
    const uint32_t value = (uint32_t)(wide >> (lsb % 32));
    return bits >= 32 ? value : value & ((UINT32_C(1) << bits) - 1);
}

void flx_cmd_pack(const flx_cmd_t *cmd, uint32_t words[FLX_CMD_WORDS])
{
    uint32_t lsb = 0;
    memset(words, 0, FLX_CMD_WORDS * sizeof words[0]);
#define FLX_CMD(name, bits, doc)                \
    flx_bits_put(words, lsb, (bits), cmd->name); \
    lsb += (bits);
#include "def/flx_cmd.def"
#undef FLX_CMD
}

void flx_cmd_unpack(const uint32_t words[FLX_CMD_WORDS], flx_cmd_t *cmd)
{
    uint32_t lsb = 0;
#define FLX_CMD(name, bits, doc)                   \
    cmd->name = flx_bits_get(words, lsb, (bits)); \
    lsb += (bits);
#include "def/flx_cmd.def"
#undef FLX_CMD
}

void flx_rsp_pack(const flx_rsp_t *rsp, uint32_t words[FLX_RSP_WORDS])
{
    uint32_t lsb = 0;
    memset(words, 0, FLX_RSP_WORDS * sizeof words[0]);
#define FLX_RSP(name, bits, doc)                \
    flx_bits_put(words, lsb, (bits), rsp->name); \
    lsb += (bits);
#include "def/flx_rsp.def"
#undef FLX_RSP
}

void flx_rsp_unpack(const uint32_t words[FLX_RSP_WORDS], flx_rsp_t *rsp)
{
    uint32_t lsb = 0;
#define FLX_RSP(name, bits, doc)                   \
    rsp->name = flx_bits_get(words, lsb, (bits)); \
    lsb += (bits);
#include "def/flx_rsp.def"
#undef FLX_RSP
}

const char *flx_rsp_difference(const flx_rsp_t *x, const flx_rsp_t *y, uint32_t *value_x, uint32_t *value_y)
{
#define FLX_RSP(name, bits, doc)   \
    if (x->name != y->name) {      \
        *value_x = x->name;        \
        *value_y = y->name;        \
        return #name;              \
    }
#include "def/flx_rsp.def"
#undef FLX_RSP
    return NULL;
}

static bool bad_tensor(const flx_config_t *config, const flx_cmd_t *cmd)
{
    switch (cmd->op) {
    case FLX_OP_GEMM:
        return cmd->tensor_a >= config->tensors || cmd->tensor_b >= config->tensors || cmd->tensor_c >= config->tensors;
    case FLX_OP_SET:
    case FLX_OP_GET:
    case FLX_OP_PUSH: return cmd->tensor_c >= config->tensors;
    default: return false;
    }
}

static bool bad_mode(const flx_config_t *config, const flx_cmd_t *cmd)
{
    if (cmd->op == FLX_OP_SET) return cmd->state > FLX_AF_RUN;
    if (cmd->op != FLX_OP_GEMM) return false;
    return cmd->rounding > FLX_ROUND_STOCHASTIC || (cmd->rounding == FLX_ROUND_STOCHASTIC && !config->stoch_en) ||
           (cmd->chunk != 0 && !config->chunk_en);
}

static bool bad_param(const flx_config_t *config, const flx_cmd_t *cmd)
{
    const uint32_t exp_max = (UINT32_C(1) << config->exp_bits) - 1;
    switch (cmd->op) {
    case FLX_OP_SET: return cmd->exp > exp_max || cmd->hist_gamma > UINT32_C(1) << (config->mant_bits - 1);
    case FLX_OP_PUSH: return cmd->exp > exp_max || cmd->hist_gamma > UINT32_C(1) << config->mant_bits;
    case FLX_OP_CONFIG: return cmd->alpha == 0 || cmd->window == 0 || cmd->window > FLX_WINDOW_MAX;
    default: return false;
    }
}

flx_status_t flx_cmd_check(const flx_config_t *config, const flx_cmd_t *cmd)
{
    if (cmd->op > FLX_OP_CONFIG) return FLX_STATUS_BAD_OP;
    if (bad_tensor(config, cmd)) return FLX_STATUS_BAD_TENSOR;
    if (cmd->op == FLX_OP_GEMM && (cmd->m == 0 || cmd->n == 0 || cmd->k == 0)) return FLX_STATUS_BAD_SHAPE;
    if (bad_mode(config, cmd)) return FLX_STATUS_BAD_MODE;
    return bad_param(config, cmd) ? FLX_STATUS_BAD_PARAM : FLX_STATUS_OK;
}
