/* ns_liberty.h - a Liberty file for the project's other tools, which need no lexis of their own. Twin: ns_liberty.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_LIBERTY_H
#define NS_LIBERTY_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Prints the library at path on stdout. As Liberty: no comments, one statement a line, groups two blanks deeper than what holds them, so a cell
 * begins with "  cell (NAME) {" and ends with "  }". json: a tree {name, line, args, children} without tables (timing, power, templates); an attribute has no children.
 * The exit code. */
int ns_liberty_print(const char *path, bool json);

#ifdef __cplusplus
}
#endif
#endif
