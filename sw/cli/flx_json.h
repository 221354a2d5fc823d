/* flx_json.h - JSON of the programs: what jansson leaves out. Twin: sw/cli/flx_cli.py
 * SPDX-License-Identifier: Apache-2.0
 *
 * jansson refuses NaN and infinity, and its integers end at 2^63 - 1. Here a number that is none is null, and an integer has its digits. */
#ifndef FLX_JSON_H
#define FLX_JSON_H

#include <jansson.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A new reference: the number, or null if it is not finite. NULL: memory is short. */
json_t *flx_json_real(double value);

/* A new reference: an integer; above 2^63 - 1 one that only flx_json_text knows to write. */
json_t *flx_json_unsigned(uint64_t value);

/* The value as json_dumps(value, JSON_INDENT(indent) | flags) gives it, to be freed; NULL: memory is short, or value is NULL. */
char *flx_json_text(const json_t *value, unsigned indent, size_t flags);

/* Takes the value; prints it on stdout, indented by two. The exit code, after one line if it cannot be made. */
int flx_json_print(json_t *value);

#ifdef __cplusplus
}
#endif
#endif
