/* ns_tree.h - a Liberty file as a tree of groups and attributes, before anything in it is understood. Twin: ns_tree.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_TREE_H
#define NS_TREE_H

#include <stdbool.h>

#include "ns_error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ns_slice {
    const char *text; /* not terminated; quotes are outside, a line that goes on is one */
    size_t length;
    bool quoted;
} ns_slice_t;

typedef enum ns_node_kind { NS_ATTRIBUTE, NS_COMPLEX, NS_GROUP } ns_node_kind_t; /* a : b;   a (b, c);   a (b) { .. } */

typedef struct ns_node {
    ns_node_kind_t kind;
    int line;
    ns_slice_t name;
    ns_slice_t *arg; /* [args]; an attribute has one */
    int args;
    struct ns_node *child; /* of a group, in the file's order */
    struct ns_node *next;
} ns_node_t;

/* Parses text[size], which must outlive the tree and be followed by a 0; path is for messages. The library group, or NULL
 * with FILE:LINE and what was expected in error. */
ns_node_t *ns_tree_parse(const char *path, const char *text, size_t size, ns_arena_t *arena, char *error);

bool ns_slice_is(ns_slice_t slice, const char *text);
bool ns_slice_same(ns_slice_t x, ns_slice_t y);

/* Next child called name, from node itself on; NULL at the end. */
const ns_node_t *ns_node_find(const ns_node_t *node, const char *name);

/* Argument 0 of the group's attribute called name; length 0 when there is none. */
ns_slice_t ns_node_value(const ns_node_t *group, const char *name);

#ifdef __cplusplus
}
#endif
#endif
