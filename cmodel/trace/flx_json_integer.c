/* flx_json_integer.c - what counts as an integer in JSON that others wrote. Header: flx_json_integer.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_json_integer.h"

#include <math.h>

bool flx_json_integer(const json_t *value, int64_t low, int64_t high, int64_t *out)
{
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
    } else {
        const double real = json_is_real(value) ? json_real_value(value) : NAN;
        if (!(fabs(real) <= 0x1p53) || floor(real) != real) return false;
        *out = (int64_t)real;
    }
    return *out >= low && *out <= high;
}
