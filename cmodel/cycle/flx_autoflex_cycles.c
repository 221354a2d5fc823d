/* flx_autoflex_cycles.c - how many cycles the Autoflex unit takes. Header: flx_autoflex_cycles.h, twin: rtl/exp/flx_autoflex.v
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's time depends on the window's exponents and length, never on a maximum: n entries, exponents
 * e_min..e_max, the write's own exponent e. Terms in the order of the engine's states; N, M of the format, F = N + 2^M - 1. */
#include "flx_autoflex_cycles.h"

enum {
    FLX_SCALE_PASSES = 5,  /* n, alpha, alpha, beta, beta */
    FLX_SCALE_CYCLES = 6,  /* load, 5 bits */
    FLX_LINEAR_CYCLES = 9  /* load, 8 bits of n alpha */
};

uint32_t flx_autoflex_cycles(const flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma, int32_t exp, bool rare,
                             bool dry_run)
{
    if (af->state != FLX_AF_RUN || dry_run) return 1;
    const uint32_t window = rare && cfg.window > FLX_RARE_WINDOW ? (uint32_t)FLX_RARE_WINDOW : cfg.window;
    const uint32_t older = gamma >= (uint32_t)flx_mant_max(fmt) ? 0 : af->count < window ? af->count : window - 1;
    const uint32_t n = older + 1, current = (uint32_t)exp;
    uint32_t e_min = current, e_max = current;
    for (uint32_t i = af->count - older; i < af->count; i++) {
        if (af->phi[i].exp < e_min) e_min = af->phi[i].exp;
        if (af->phi[i].exp > e_max) e_max = af->phi[i].exp;
    }
    const uint32_t exp_max = (uint32_t)flx_exp_max(fmt), f_bits = fmt.mant_bits + exp_max;
    return 1 + (n + 1)                                     /* start, SCAN */
           + (e_max - e_min + 1) * (1 + n)                 /* ALIGN, FIND */
           + n * (fmt.mant_bits + 1U)                      /* squares */
           + FLX_SCALE_PASSES * FLX_SCALE_CYCLES           /* n, alpha, beta */
           + (1 + f_bits + 5)                              /* square of the sum */
           + (1 + f_bits + 11)                             /* square root */
           + 2 * FLX_LINEAR_CYCLES                         /* n alpha max, n alpha gamma */
           + (exp_max - (e_max - current))                 /* kappa's shift */
           + (1 + f_bits + 10 + 1);                        /* search of p */
}
