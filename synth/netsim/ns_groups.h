/* ns_groups.h - which part of a design an instance belongs to, by patterns. Twin: ns_groups.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * A groups file has one rule per line: GROUP KIND PATTERN, # starts a comment. KIND is ff, comb or any; PATTERN is a shell pattern
 * that the instance's path and the name of the net that it drives ("u_array.u_pe.acc_q[3]") must match. The first rule that matches wins. */
#ifndef NS_GROUPS_H
#define NS_GROUPS_H

#include <stdbool.h>

#include "ns_error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_GROUPS_MAX = 64, NS_RULES_MAX = 256, NS_GROUP_REST = 0, NS_GROUP_INPUT = 1 };

typedef struct ns_rule {
    int group;
    bool ff, comb;
    char *pattern;
} ns_rule_t;

/* Group 0 is "other", what no rule matches; group 1 is "inputs": the nets that come from outside. */
typedef struct ns_groups {
    int count, rules;
    char *name[NS_GROUPS_MAX];
    ns_rule_t rule[NS_RULES_MAX];
} ns_groups_t;

/* path NULL: no rules. 0, or -1 with FILE:LINE and what was expected. Free it in any case. */
int ns_groups_read(ns_groups_t *groups, const char *path, char *error);

/* Group of the instance with that name. */
int ns_groups_of(const ns_groups_t *groups, const char *name, bool ff);

void ns_groups_free(ns_groups_t *groups);

#ifdef __cplusplus
}
#endif
#endif
