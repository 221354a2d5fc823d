/* flx_json_integer.h - private: what counts as an integer in JSON that others wrote. Twin: docs/trace.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_JSON_INTEGER_H
#define FLX_JSON_INTEGER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An integer of low to high: 2, and as well 2.0 or 2e0, which other writers make of it; above 2^53 such a number no longer says which integer was meant.
 * False for anything else, NULL too; *out is undefined then. */
bool flx_json_integer(const json_t *value, int64_t low, int64_t high, int64_t *out);

#ifdef __cplusplus
}
#endif
#endif
