/* flx_limit.h - fixed numbers, ranges and defaults as constants. Twin: cmodel/def/flx_limit.def, flx_param.def, flx_word.def */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_LIMIT_H
#define FLX_LIMIT_H

#include <stdint.h>

#include "def/flx_param.def"

enum {
    /* FLX_ROWS_DEFAULT, FLX_ROWS_MIN, FLX_ROWS_MAX, .. */
#define FLX_PARAM_LIMITS(NAME, member, initial, min, max, doc) FLX_##NAME##_DEFAULT = (initial), FLX_##NAME##_MIN = (min), FLX_##NAME##_MAX = (max),
    FLX_PARAMS(FLX_PARAM_LIMITS)
#undef FLX_PARAM_LIMITS
#define FLX_LIMIT(NAME, value, doc) FLX_##NAME = (value),
#include "def/flx_limit.def"
#undef FLX_LIMIT
};

#define FLX_WORD(NAME, value, doc) static const uint32_t FLX_##NAME = UINT32_C(value);
#include "def/flx_word.def"
#undef FLX_WORD

#endif
