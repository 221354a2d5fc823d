/* flx_config.h - configurations of the core: parameters, named configurations, rules. Twin: cmodel/def/flx_param.def, flx_config.def, flx_rule.def */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_CONFIG_H
#define FLX_CONFIG_H

#include "flx_format.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of rtl/core/flx_core.v, same names in lower case: rows, cols, lanes, cluster, mant_bits, exp_bits, acc_bits, tensors, a_depth, b_depth, c_depth,
 * chunk_en, stoch_en, pe_pipe. */
typedef struct flx_config {
    const char *name;
#define FLX_PARAM_MEMBER(NAME, member, initial, min, max, doc) uint32_t member;
    FLX_PARAMS(FLX_PARAM_MEMBER)
#undef FLX_PARAM_MEMBER
    const char *purpose;
} flx_config_t;

size_t flx_config_count(void);

/* Configuration i < flx_config_count(), in the order of the list; NULL beyond it. */
const flx_config_t *flx_config_at(size_t i);

/* NULL when there is no such name. */
const flx_config_t *flx_config_find(const char *name);

flx_format_t flx_config_format(const flx_config_t *config);
uint32_t flx_config_macs(const flx_config_t *config);

/* A parameter, by its place in the list. */
typedef struct flx_param {
    const char *name; /* "ROWS", as in RTL */
    uint32_t initial, min, max;
    const char *doc;
} flx_param_t;

size_t flx_param_count(void);
const flx_param_t *flx_param_at(size_t i); /* NULL beyond the list */
uint32_t flx_param_get(const flx_config_t *config, size_t i);
void flx_param_set(flx_config_t *config, size_t i, uint32_t value);

/* A rule of a configuration: first each parameter's range, in the order of the parameters, then flx_rule.def. */
typedef struct flx_rule {
    const char *key;       /* parameter that it is about */
    const char *expected;  /* "a power of two, .." */
    const char *text;      /* "LANES must be a power of two, .." */
    const char *condition; /* an expression of parameters and constants, valid in C and, with ` before the constants, in Verilog */
} flx_rule_t;

size_t flx_rule_count(void);
const flx_rule_t *flx_rule_at(size_t i); /* NULL beyond the list */
bool flx_rule_holds(const flx_config_t *config, size_t i);

/* The text of the first rule that the configuration breaks, NULL if it breaks none: then RTL elaborates with it. */
const char *flx_config_broken_rule(const flx_config_t *config);

/* Reads "ROWS=12,COLS=20" (names as in RTL) into *config, then checks all rules. False for an unknown key, a bad number, a key that comes twice or
 * a broken rule: *config is as before, and error holds one line "--set: KEY is X, expected ..", cut to size. */
bool flx_config_set(flx_config_t *config, const char *assignments, char *error, size_t size);

#ifdef __cplusplus
}
#endif
#endif
