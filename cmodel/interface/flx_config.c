/* flx_config.c - the named configurations of the core. Twin: cmodel/def/flx_config.def */
#include "flx/flx_config.h"

#include <string.h>

static const flx_config_t configs[] = {
#define FLX_CONFIG(id, rows_, cols_, lanes_, mant, exp_, acc, tensors_, a, b, c, chunk, stoch, pipe, doc)                    \
    {.name = #id, .rows = (rows_), .cols = (cols_), .lanes = (lanes_), .mant_bits = (mant), .exp_bits = (exp_), .acc_bits = (acc), \
     .tensors = (tensors_), .a_depth = (a), .b_depth = (b), .c_depth = (c), .chunk_en = (chunk), .stoch_en = (stoch), .pe_pipe = (pipe), .purpose = (doc)},
#include "def/flx_config.def"
#undef FLX_CONFIG
};

size_t flx_config_count(void)
{
    return sizeof configs / sizeof configs[0];
}

const flx_config_t *flx_config_at(size_t i)
{
    return i < flx_config_count() ? &configs[i] : NULL;
}

const flx_config_t *flx_config_find(const char *name)
{
    for (size_t i = 0; i < flx_config_count(); i++) {
        if (strcmp(configs[i].name, name) == 0) return &configs[i];
    }
    return NULL;
}

flx_format_t flx_config_format(const flx_config_t *config)
{
    return (flx_format_t){.mant_bits = (uint8_t)config->mant_bits, .exp_bits = (uint8_t)config->exp_bits, .acc_bits = (uint8_t)config->acc_bits};
}

uint32_t flx_config_macs(const flx_config_t *config)
{
    return config->rows * config->cols * config->lanes;
}
