/* flx_autoflex.h - Autoflex: the exponent of a tensor's next write. Twin: rtl/exp/flx_autoflex.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * Source: Koster et al. 2017, Algorithm 1 (initialisation) and Algorithm 2 (prediction), and the
 * rules of the authors' simulator (code profile). The decision is that of exact real arithmetic
 * for every input: integers only, no square root, no float. */
#ifndef FLX_AUTOFLEX_H
#define FLX_AUTOFLEX_H

#include "flx_format.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum flx_profile {
#define FLX_PROFILE(name, value, doc) FLX_PROFILE_##name = (value),
#include "def/flx_profile.def"
#undef FLX_PROFILE
} flx_profile_t;

/* Members: flx_default.def; ranges: FLX_ALPHA_MAX, .. of flx_limit.h. */
typedef struct flx_autoflex_cfg {
    flx_profile_t profile;
    uint32_t alpha;
    uint32_t beta;
    uint32_t gamma;  /* the factor of kappa in chi */
    uint32_t window; /* l */
} flx_autoflex_cfg_t;

/* phi = gamma * 2^-exp; gamma holds the doubled G of an overflow, so it is at most 2^N. */
typedef struct flx_phi {
    uint32_t gamma;
    uint32_t exp;
} flx_phi_t;

typedef enum flx_af_state {
#define FLX_STATE(name, value, doc) FLX_AF_##name = (value),
#include "def/flx_state.def"
#undef FLX_STATE
} flx_af_state_t;

/* State of one tensor usage. */
typedef struct flx_autoflex {
    flx_af_state_t state;
    uint32_t tries;                    /* initialisation steps since the reset */
    uint32_t count;                    /* entries in phi */
    flx_phi_t phi[FLX_WINDOW_MAX];     /* oldest first */
} flx_autoflex_t;

/* The paper's or the code profile's parameters. */
flx_autoflex_cfg_t flx_autoflex_defaults(flx_profile_t profile);

/* Empty history, state FLX_AF_INIT, no tries. */
void flx_autoflex_reset(flx_autoflex_t *af);

/* Exponent of an initialisation's first try: paper 0 (kappa = 1), code FLX_CODE_FIRST_EXP, clamped. */
int32_t flx_autoflex_first_exp(flx_autoflex_cfg_t cfg, flx_format_t fmt);

/* One step of the initialisation: the kernel ran at exponent exp and gave maximum gamma
 * (0..2^(N-1)). Returns the next exponent. When the initialisation ends (done by the rule, by a
 * clamp, or by FLX_INIT_TRIES_MAX) af->state becomes FLX_AF_RUN and tries 0, with an empty history. An
 * all-zero tensor that runs into the upper clamp gets exponent 0 (kappa = 1). */
int32_t flx_autoflex_init_step(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp);

/* After a write at exponent exp with maximum gamma: overflow clears the window and doubles gamma; the
 * entry is appended (the oldest of `window` entries leaves); returns the exponent of the next write.
 *   paper: smallest p with chi <= 2^p, e = N - 1 - p;  chi = alpha (max + beta std + gamma kappa)
 *   code : smallest p with v < 2^p,    e = N - 1 - p;  v the same with alpha = 1 as configured
 * clamped to 0..2^M - 1; chi = 0 (only with gamma = 0) gives 0. rare (code profile, a tensor written in
 * under 1/16 of the computations): v = max(last FLX_RARE_WINDOW entries) + FLX_RARE_GAMMA kappa instead. */
int32_t flx_autoflex_predict(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp,
                             bool rare);

/* What the hardware does after a write: by state, nothing, an initialisation step or a prediction. A
 * dry run predicts nothing: it only steps an initialisation. Returns the exponent of the next write. */
int32_t flx_autoflex_write(flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp,
                           bool rare, bool dry_run, int32_t exp_next_before);

#ifdef __cplusplus
}
#endif
#endif
