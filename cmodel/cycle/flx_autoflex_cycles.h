/* flx_autoflex_cycles.h - how many cycles the Autoflex unit takes. Twin: rtl/exp/flx_autoflex.v, docs/core.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_AUTOFLEX_CYCLES_H
#define FLX_AUTOFLEX_CYCLES_H

#include "flx/flx_autoflex.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Cycles between the exponent unit's states E_ENTRY and E_WRITE (both exclusive) for the write that
 * flx_autoflex_write(af, cfg, fmt, gamma, exp, rare, dry_run, ..) would process: 1 when nothing is predicted
 * (manual, initialising, dry run), the serial engine's time otherwise. *af is the state BEFORE the write. */
uint32_t flx_autoflex_cycles(const flx_autoflex_t *af, flx_autoflex_cfg_t cfg, flx_format_t fmt, uint32_t gamma,
                             int32_t exp, bool rare, bool dry_run);

#ifdef __cplusplus
}
#endif
#endif
