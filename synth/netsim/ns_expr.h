/* ns_expr.h - boolean functions of a cell's pins, as libraries write them, evaluated on 64 lanes at once. Twin: ns_expr.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * Liberty's syntax: ! or a trailing ' is NOT, ^ is XOR, & or * or nothing between two terms is AND, | or + is OR, in falling
 * precedence; parentheses, 0 and 1. Compiled to postfix code. */
#ifndef NS_EXPR_H
#define NS_EXPR_H

#include <stdint.h>

#include "ns_error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    NS_EXPR_VARIABLES = 48, /* most variables of a cell: pins and the two states of a flip-flop */
    NS_EXPR_DEPTH = 32      /* of the evaluation stack */
};

typedef struct ns_expr {
    const uint8_t *code; /* v < NS_EXPR_VARIABLES: push variable v; above: an operator. NULL: no function */
    uint16_t length;
} ns_expr_t;

/* Number of the variable called name[length], or -1. */
typedef int (*ns_variable_fn)(void *user, const char *name, size_t length);

/* Compiles text[length]; the code lives in arena. 0, or -1 with what is wrong in error (without a file name). */
int ns_expr_compile(ns_expr_t *expr, const char *text, size_t length, ns_variable_fn variable, void *user, ns_arena_t *arena, char *error);

/* value[v]: 64 lanes of variable v. expr->code must not be NULL. */
uint64_t ns_expr_eval(const ns_expr_t *expr, const uint64_t *value);

#ifdef __cplusplus
}
#endif
#endif
