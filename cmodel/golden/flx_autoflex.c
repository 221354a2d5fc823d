/* flx_autoflex.c - Autoflex: the exponent of a tensor's next write. Header: flx_autoflex.h, twin: rtl/exp/flx_autoflex.v */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_autoflex.h"

#include "flx_wide.h"

static int32_t flx_clamp(int32_t x, int32_t max)
{
    return x < 0 ? 0 : x > max ? max : x;
}

static int32_t flx_bit_length(uint32_t x)
{
    int32_t bits = 0;
    for (; x != 0; x >>= 1) bits++;
    return bits;
}

flx_autoflex_cfg_t flx_autoflex_defaults(flx_profile_t profile)
{
#define FLX_DEFAULT(field, paper, code, doc) .field = profile == FLX_PROFILE_PAPER ? (paper) : (code),
    return (flx_autoflex_cfg_t){
        .profile = profile,
#include "def/flx_default.def"
    };
#undef FLX_DEFAULT
}

void flx_autoflex_reset(flx_autoflex_t *af)
{
    *af = (flx_autoflex_t){.state = FLX_AF_INIT};
}

int32_t flx_autoflex_first_exp(flx_autoflex_cfg_t cfg, flx_format_t fmt)
{
    return cfg.profile == FLX_PROFILE_CODE ? flx_clamp(FLX_CODE_FIRST_EXP, flx_exp_max(fmt)) : 0;
}

int32_t flx_autoflex_init_step(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp)
{
    const int32_t n = fmt.mant_bits;
    const bool code = cfg.profile == FLX_PROFILE_CODE;
    const uint32_t tested = gamma + (code ? 1 : 0);
    const uint32_t enough = (uint32_t)1 << ((n - 1) / 2 - 2); /* bits for a reliable jump */
    int32_t change = 0;
    bool done = true;
    if (tested >= (uint32_t)flx_mant_max(fmt)) {
        change = -((n - 1) / 2);
        done = false;
    } else if (tested < (uint32_t)1 << (n - 2)) {
        /* paper: ceil(log2 max(G, 1)) reaches n - 2; code: bitlen(G') reaches n - 1 */
        change = code ? n - 1 - flx_bit_length(tested) : n - 2 - flx_bit_length(tested > 0 ? tested - 1 : 0);
        done = code ? tested >= enough : tested > enough;
    }
    const int32_t wanted = exp + change;
    int32_t next = flx_clamp(wanted, flx_exp_max(fmt));
    af->tries++;
    if (next != wanted) {
        done = true;
        if (gamma == 0) next = 0;
    } else if (!done && af->tries >= FLX_INIT_TRIES_MAX) {
        done = true;
        next = 0;
    }
    if (done) *af = (flx_autoflex_t){.state = FLX_AF_RUN};
    return next;
}

static void flx_append(flx_autoflex_t *af, uint32_t window, flx_phi_t phi)
{
    uint32_t drop = af->count >= window ? af->count - window + 1 : 0;
    for (uint32_t i = drop; i < af->count; i++) af->phi[i - drop] = af->phi[i];
    af->count -= drop;
    af->phi[af->count++] = phi;
}

/* The smallest p with chi <= 2^p (strict: chi < 2^p), chi in units of 2^-exp_unit, as p relative to that unit.
 * chi = alpha (max + beta std + gamma kappa); returns false for chi = 0. */
static bool flx_chi_power(const flx_phi_t *phi, uint32_t count, uint32_t exp_unit, uint32_t alpha, uint32_t beta, flx_wide_t gamma_kappa,
                          bool strict, int32_t *power)
{
    flx_wide_t max = flx_wide_from(0), sum = max, squares = max;
    for (uint32_t i = 0; i < count; i++) {
        const flx_wide_t f = flx_wide_shift_left(flx_wide_from(phi[i].gamma), exp_unit - phi[i].exp);
        if (flx_wide_compare(f, max) > 0) max = f;
        sum = flx_wide_add(sum, f);
        squares = flx_wide_add(squares, flx_wide_mul(f, f));
    }
    const flx_wide_t n = flx_wide_from(count);
    /* beta std <= T  <=>  beta^2 (n sum f^2 - (sum f)^2) <= n^2 T^2 */
    const flx_wide_t variance = flx_wide_sub(flx_wide_mul(n, squares), flx_wide_mul(sum, sum));
    const flx_wide_t left = flx_wide_mul(flx_wide_from((uint64_t)alpha * alpha * beta * beta), variance);
    const flx_wide_t base = flx_wide_mul(flx_wide_from(alpha), flx_wide_add(max, gamma_kappa));
    const uint32_t base_bits = flx_wide_bit_length(base);
    if (base_bits == 0) return false; /* max = 0, so std = 0 too */
    for (uint32_t p = base_bits - 1;; p++) {
        const flx_wide_t reach = flx_wide_shift_left(flx_wide_from(1), p);
        if (flx_wide_compare(reach, base) < 0) continue;
        const flx_wide_t t = flx_wide_mul(n, flx_wide_sub(reach, base));
        const int order = flx_wide_compare(left, flx_wide_mul(t, t));
        if (strict ? order < 0 : order <= 0) {
            *power = (int32_t)p;
            return true;
        }
    }
}

int32_t flx_autoflex_predict(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp, bool rare)
{
    const bool overflow = gamma >= (uint32_t)flx_mant_max(fmt);
    if (overflow) af->count = 0;
    flx_append(af, cfg.window, (flx_phi_t){.gamma = overflow ? 2 * gamma : gamma, .exp = (uint32_t)exp});
    uint32_t first = 0;
    if (rare && af->count > FLX_RARE_WINDOW) first = af->count - FLX_RARE_WINDOW;
    uint32_t exp_unit = (uint32_t)exp;
    for (uint32_t i = first; i < af->count; i++)
        if (af->phi[i].exp > exp_unit) exp_unit = af->phi[i].exp;
    const uint32_t factor = rare ? (uint32_t)FLX_RARE_GAMMA : cfg.gamma;
    const flx_wide_t gamma_kappa = flx_wide_shift_left(flx_wide_from(factor), exp_unit - (uint32_t)exp);
    int32_t power = 0;
    if (!flx_chi_power(af->phi + first, af->count - first, exp_unit, cfg.alpha, rare ? 0 : cfg.beta, gamma_kappa,
                       cfg.profile == FLX_PROFILE_CODE, &power))
        return 0;
    return flx_clamp(fmt.mant_bits - 1 + (int32_t)exp_unit - power, flx_exp_max(fmt));
}

int32_t flx_autoflex_write(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp, bool rare,
                           bool dry_run, int32_t exp_next_before)
{
    switch (af->state) {
    case FLX_AF_MANUAL: return exp_next_before;
    case FLX_AF_INIT: return flx_autoflex_init_step(af, cfg, fmt, gamma, exp);
    case FLX_AF_RUN: return dry_run ? exp_next_before : flx_autoflex_predict(af, cfg, fmt, gamma, exp, rare);
    }
    return exp_next_before;
}
