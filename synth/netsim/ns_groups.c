/* ns_groups.c - which part of a design an instance belongs to. Header: ns_groups.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_groups.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int group_number(ns_groups_t *groups, const char *name)
{
    for (int i = 0; i < groups->count; i++) {
        if (strcmp(groups->name[i], name) == 0) return i;
    }
    if (groups->count == NS_GROUPS_MAX) return -1;
    groups->name[groups->count] = ns_zeroed(strlen(name) + 1, 1);
    strcpy(groups->name[groups->count], name);
    return groups->count++;
}

static int read_rule(ns_groups_t *groups, const char *path, int line, char *text, char *error)
{
    char *save;
    const char *name = strtok_r(text, " \t\r", &save);
    if (name == NULL || name[0] == '#') return 0;
    const char *kind = strtok_r(NULL, " \t\r", &save);
    const char *pattern = strtok_r(NULL, " \t\r", &save);
    if (kind == NULL || pattern == NULL) return ns_fail(error, "%s:%d: rule is incomplete, expected GROUP KIND PATTERN", path, line);
    const bool any = strcmp(kind, "any") == 0;
    if (!any && strcmp(kind, "ff") != 0 && strcmp(kind, "comb") != 0) return ns_fail(error, "%s:%d: KIND is %s, expected ff, comb or any", path, line, kind);
    if (groups->rules == NS_RULES_MAX) return ns_fail(error, "%s:%d: rule is one too many, expected at most %d", path, line, NS_RULES_MAX);
    const int group = group_number(groups, name);
    if (group < 0) return ns_fail(error, "%s:%d: GROUP is one too many, expected at most %d", path, line, NS_GROUPS_MAX);
    ns_rule_t *rule = &groups->rule[groups->rules++];
    *rule = (ns_rule_t){.group = group, .ff = any || kind[0] == 'f', .comb = any || kind[0] == 'c', .pattern = ns_zeroed(strlen(pattern) + 1, 1)};
    strcpy(rule->pattern, pattern);
    return 0;
}

int ns_groups_read(ns_groups_t *groups, const char *path, char *error)
{
    *groups = (ns_groups_t){.count = 0};
    group_number(groups, "other");
    group_number(groups, "inputs");
    if (path == NULL) return 0;
    size_t size;
    char *text = ns_read_file(path, &size, error);
    if (text == NULL) return -1;
    int status = 0;
    int line = 1;
    char *next;
    for (char *at = text; at != NULL && status == 0; at = next, line++) {
        next = strchr(at, '\n');
        if (next != NULL) *next++ = '\0';
        status = read_rule(groups, path, line, at, error);
    }
    free(text);
    return status;
}

int ns_groups_of(const ns_groups_t *groups, const char *name, bool ff)
{
    for (int i = 0; i < groups->rules; i++) {
        const ns_rule_t *rule = &groups->rule[i];
        if ((ff ? rule->ff : rule->comb) && fnmatch(rule->pattern, name, FNM_NOESCAPE) == 0) return rule->group;
    }
    return NS_GROUP_REST;
}

void ns_groups_free(ns_groups_t *groups)
{
    for (int i = 0; i < groups->count; i++) free(groups->name[i]);
    for (int i = 0; i < groups->rules; i++) free(groups->rule[i].pattern);
    *groups = (ns_groups_t){.count = 0};
}
