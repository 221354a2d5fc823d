/* ns_expr.c - boolean functions of a cell's pins. Header: ns_expr.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_expr.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { OP_NOT = NS_EXPR_VARIABLES, OP_AND, OP_OR, OP_XOR, OP_0, OP_1 };
enum { CODE_MAX = 1024, NESTING_MAX = 64 };

typedef struct parser {
    const char *text;
    size_t length, at;
    ns_variable_fn variable;
    void *user;
    char *error;
    uint8_t code[CODE_MAX];
    int count, depth, nesting;
} parser_t;

static int parse_or(parser_t *p);

static char peek(parser_t *p)
{
    while (p->at < p->length && isspace((unsigned char)p->text[p->at])) p->at++;
    return p->at < p->length ? p->text[p->at] : '\0';
}

static int wrong(parser_t *p, const char *expected)
{
    return ns_fail(p->error, "function is \"%.*s\", expected %s at character %zu", (int)(p->length < 200 ? p->length : 200), p->text, expected, p->at + 1);
}

static int emit(parser_t *p, int op)
{
    if (op == OP_AND || op == OP_OR || op == OP_XOR) p->depth--;
    else if (op != OP_NOT) p->depth++;
    if (p->count == CODE_MAX || p->depth > NS_EXPR_DEPTH) return wrong(p, "a smaller expression");
    p->code[p->count++] = (uint8_t)op;
    return 0;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '[' || c == ']' || c == '.';
}

static int parse_primary(parser_t *p)
{
    const char c = peek(p);
    if (c == '!') {
        p->at++;
        if (++p->nesting > NESTING_MAX) return wrong(p, "fewer levels");
        if (parse_primary(p) != 0) return -1;
        p->nesting--;
        return emit(p, OP_NOT);
    }
    if (c == '(') {
        p->at++;
        if (++p->nesting > NESTING_MAX) return wrong(p, "fewer levels");
        if (parse_or(p) != 0) return -1;
        p->nesting--;
        if (peek(p) != ')') return wrong(p, ")");
        p->at++;
    } else if (is_name(c)) {
        const size_t start = p->at;
        while (p->at < p->length && is_name(p->text[p->at])) p->at++;
        const size_t length = p->at - start;
        const int v = p->variable(p->user, p->text + start, length);
        if (v < 0 && length == 1 && (c == '0' || c == '1')) {
            if (emit(p, c == '0' ? OP_0 : OP_1) != 0) return -1;
        } else if (v < 0 || v >= NS_EXPR_VARIABLES) {
            p->at = start;
            return wrong(p, "a pin of the cell");
        } else if (emit(p, v) != 0) {
            return -1;
        }
    } else {
        return wrong(p, "a pin, a constant, ! or (");
    }
    while (peek(p) == '\'') {
        p->at++;
        if (emit(p, OP_NOT) != 0) return -1;
    }
    return 0;
}

static int parse_xor(parser_t *p)
{
    if (parse_primary(p) != 0) return -1;
    while (peek(p) == '^') {
        p->at++;
        if (parse_primary(p) != 0 || emit(p, OP_XOR) != 0) return -1;
    }
    return 0;
}

static int parse_and(parser_t *p)
{
    if (parse_xor(p) != 0) return -1;
    for (char c = peek(p); c == '&' || c == '*' || c == '!' || c == '(' || is_name(c); c = peek(p)) {
        if (c == '&' || c == '*') p->at++;
        if (parse_xor(p) != 0 || emit(p, OP_AND) != 0) return -1;
    }
    return 0;
}

static int parse_or(parser_t *p)
{
    if (parse_and(p) != 0) return -1;
    for (char c = peek(p); c == '|' || c == '+'; c = peek(p)) {
        p->at++;
        if (parse_and(p) != 0 || emit(p, OP_OR) != 0) return -1;
    }
    return 0;
}

int ns_expr_compile(ns_expr_t *expr, const char *text, size_t length, ns_variable_fn variable, void *user, ns_arena_t *arena, char *error)
{
    parser_t p = {.text = text, .length = length, .variable = variable, .user = user, .error = error};
    if (parse_or(&p) != 0) return -1;
    if (peek(&p) != '\0') return wrong(&p, "an operator or the end");
    uint8_t *code = ns_arena_get(arena, (size_t)p.count);
    memcpy(code, p.code, (size_t)p.count);
    *expr = (ns_expr_t){.code = code, .length = (uint16_t)p.count};
    return 0;
}

uint64_t ns_expr_eval(const ns_expr_t *expr, const uint64_t *value)
{
    uint64_t stack[NS_EXPR_DEPTH + 1];
    uint64_t *top = stack; /* *top is the value on top once something was pushed */
    stack[0] = 0;
    for (const uint8_t *code = expr->code, *end = code + expr->length; code < end; code++) {
        switch (*code) {
        case OP_NOT: *top = ~*top; break;
        case OP_AND: top--; top[0] &= top[1]; break;
        case OP_OR: top--; top[0] |= top[1]; break;
        case OP_XOR: top--; top[0] ^= top[1]; break;
        case OP_0: *++top = 0; break;
        case OP_1: *++top = ~UINT64_C(0); break;
        default: *++top = value[*code]; break;
        }
    }
    return *top;
}
