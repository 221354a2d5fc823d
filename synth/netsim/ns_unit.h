/* ns_unit.h - a unit of a Liberty library as a factor to SI. Twin: ns_unit.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_UNIT_H
#define NS_UNIT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "1ns", "100ps", "1,ff" joined to "1ff", with letter the unit's own: s, f, v, w. False if text is no number above 0 and such a unit. */
bool ns_unit_parse(const char *text, char letter, double *factor);

#ifdef __cplusplus
}
#endif
#endif
