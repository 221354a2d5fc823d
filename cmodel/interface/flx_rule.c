/* flx_rule.c - the rules of a configuration: ranges of parameters, then the rules between them. Twin: cmodel/def/flx_rule.def, rtl/gen/flx_rules.vh */
/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "flx/flx_config.h"

static_assert(FLX_ROWS_MAX * FLX_LANES_MAX * FLX_MANT_BITS_MAX <= 65536 && FLX_COLS_MAX * FLX_LANES_MAX * FLX_MANT_BITS_MAX <= 65536,
              "an operand beat is longer than the vectors that every Verilog tool takes");

#define FLX_RANGE_RULE(NAME, member, initial, min, max, doc)                                                                    \
    {.key = #NAME, .expected = #min " to " #max, .text = #NAME " must be " #min " to " #max, .condition = #NAME " >= " #min " && " #NAME " <= " #max},
static const flx_rule_t rules[] = {
    FLX_PARAMS(FLX_RANGE_RULE)
#define FLX_RULE(KEY, condition_, expected_) {.key = #KEY, .expected = (expected_), .text = #KEY " must be " expected_, .condition = #condition_},
#include "def/flx_rule.def"
#undef FLX_RULE
};
#undef FLX_RANGE_RULE

size_t flx_rule_count(void)
{
    return sizeof rules / sizeof rules[0];
}

const flx_rule_t *flx_rule_at(size_t i)
{
    return i < flx_rule_count() ? &rules[i] : NULL;
}

bool flx_rule_holds(const flx_config_t *config, size_t i)
{
    /* 64 bits: sums and small multiples of any 32-bit values stay inside. */
#define FLX_PARAM_VALUE(NAME, member, initial, min, max, doc) \
    const int64_t NAME = config->member;                       \
    (void)NAME;
    FLX_PARAMS(FLX_PARAM_VALUE)
#undef FLX_PARAM_VALUE
    const bool holds[] = {
#define FLX_PARAM_RANGE(NAME, member, initial, min, max, doc) NAME >= (min) && NAME <= (max),
        FLX_PARAMS(FLX_PARAM_RANGE)
#undef FLX_PARAM_RANGE
#define FLX_RULE(KEY, condition, expected) (condition),
#include "def/flx_rule.def"
#undef FLX_RULE
    };
    return holds[i];
}

const char *flx_config_broken_rule(const flx_config_t *config)
{
    for (size_t i = 0; i < flx_rule_count(); i++) {
        if (!flx_rule_holds(config, i)) return rules[i].text;
    }
    return NULL;
}
