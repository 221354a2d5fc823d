/* flx_config.c - the parameters and named configurations of the core. Twin: cmodel/def/flx_param.def, flx_config.def */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_config.h"

#include <string.h>

/* A key that a configuration names replaces the default before it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const flx_config_t configs[] = {
#define FLX_PARAM_DEFAULT(NAME, member, initial, min, max, doc) .member = (initial),
#define FLX_CONFIG(id, doc, ...) {.name = #id, .purpose = (doc), FLX_PARAMS(FLX_PARAM_DEFAULT) __VA_ARGS__},
#include "def/flx_config.def"
#undef FLX_CONFIG
#undef FLX_PARAM_DEFAULT
};
#pragma GCC diagnostic pop

static const flx_param_t params[] = {
#define FLX_PARAM_ROW(NAME, member, default_, min_, max_, doc_) {.name = #NAME, .initial = (default_), .min = (min_), .max = (max_), .doc = (doc_)},
    FLX_PARAMS(FLX_PARAM_ROW)
#undef FLX_PARAM_ROW
};

static const size_t offsets[] = {
#define FLX_PARAM_OFFSET(NAME, member, initial, min, max, doc) offsetof(flx_config_t, member),
    FLX_PARAMS(FLX_PARAM_OFFSET)
#undef FLX_PARAM_OFFSET
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

size_t flx_param_count(void)
{
    return sizeof params / sizeof params[0];
}

const flx_param_t *flx_param_at(size_t i)
{
    return i < flx_param_count() ? &params[i] : NULL;
}

uint32_t flx_param_get(const flx_config_t *config, size_t i)
{
    uint32_t value;
    memcpy(&value, (const char *)config + offsets[i], sizeof value);
    return value;
}

void flx_param_set(flx_config_t *config, size_t i, uint32_t value)
{
    memcpy((char *)config + offsets[i], &value, sizeof value);
}
