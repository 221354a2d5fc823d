/* flx_config.h - the named configurations of the core. Twin: cmodel/def/flx_config.def */
#ifndef FLX_CONFIG_H
#define FLX_CONFIG_H

#include "flx_format.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of rtl/core/flx_core.v, same names in lower case. */
typedef struct flx_config {
    const char *name;
    uint32_t rows, cols, lanes;
    uint32_t mant_bits, exp_bits, acc_bits;
    uint32_t tensors;
    uint32_t a_depth, b_depth, c_depth;
    bool chunk_en, stoch_en;
    uint32_t pe_pipe;
    const char *purpose;
} flx_config_t;

size_t flx_config_count(void);

/* Configuration i < flx_config_count(), in the order of the list; NULL beyond it. */
const flx_config_t *flx_config_at(size_t i);

/* NULL when there is no such name. */
const flx_config_t *flx_config_find(const char *name);

flx_format_t flx_config_format(const flx_config_t *config);
uint32_t flx_config_macs(const flx_config_t *config);

/* Changes parameters: "ROWS=12,COLS=20". False, with one line in error: an unknown name, a value that is no number, or a configuration that breaks a
 * rule of rtl/core/flx_core.v. */
bool flx_config_set(flx_config_t *config, const char *assignments, char *error, size_t size);

#ifdef __cplusplus
}
#endif
#endif
