/* ns_tree.c - a Liberty file as a tree. Header: ns_tree.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 32, ARGS_MAX = 4096 };

typedef struct parser {
    const char *path, *at, *end;
    int line, nesting;
    ns_arena_t *arena;
    char *error;
    ns_slice_t arg[ARGS_MAX]; /* of the statement being read */
} parser_t;

static int wrong(parser_t *p, const char *field, const char *expected)
{
    const char c = p->at < p->end ? *p->at : '\0';
    if (c == '\0') return ns_fail(p->error, "%s:%d: %s is the end of the file, expected %s", p->path, p->line, field, expected);
    return ns_fail(p->error, "%s:%d: %s is '%c', expected %s", p->path, p->line, field, isprint((unsigned char)c) ? c : '?', expected);
}

/* Passes white space, continued lines and comments; line ends too unless inside an attribute's value. */
static int skip(parser_t *p, bool lines)
{
    while (p->at < p->end) {
        const char c = *p->at;
        if (c == '\n' && !lines) return 0;
        if (c == '\n') p->line++;
        if (c == '\\' && p->at + 1 < p->end && (p->at[1] == '\n' || p->at[1] == '\r')) {
            p->at += p->at[1] == '\r' && p->at + 2 < p->end && p->at[2] == '\n' ? 3 : 2;
            p->line++;
        } else if (c == '/' && p->at + 1 < p->end && p->at[1] == '*') {
            const int start = p->line;
            for (p->at += 2; p->at + 1 < p->end && !(p->at[0] == '*' && p->at[1] == '/'); p->at++) p->line += *p->at == '\n';
            if (p->at + 1 >= p->end) return ns_fail(p->error, "%s:%d: comment is open, expected */", p->path, start);
            p->at += 2;
        } else if (c == '/' && p->at + 1 < p->end && p->at[1] == '/') {
            while (p->at < p->end && *p->at != '\n') p->at++;
        } else if (isspace((unsigned char)c)) {
            p->at++;
        } else {
            return 0;
        }
    }
    return 0;
}

/* Takes a backslash before a line end, and that line end, out of a string. */
static void join_lines(parser_t *p, ns_slice_t *slice)
{
    const char *end = slice->text + slice->length;
    if (memchr(slice->text, '\n', slice->length) == NULL) return;
    char *joined = ns_arena_get(p->arena, slice->length + 1);
    size_t length = 0;
    for (const char *at = slice->text; at < end; at++) {
        const size_t cr = at + 1 < end && at[1] == '\r' ? 1 : 0;
        if (*at == '\\' && at + 1 + cr < end && at[1 + cr] == '\n') at += 1 + cr;
        else joined[length++] = *at;
    }
    slice->text = joined;
    slice->length = length;
}

static int quoted(parser_t *p, ns_slice_t *slice)
{
    const int start = p->line;
    const char *first = ++p->at;
    while (p->at < p->end && *p->at != '"') {
        p->line += *p->at == '\n';
        p->at += *p->at == '\\' && p->at + 1 < p->end && p->at[1] == '"' ? 2 : 1;
    }
    if (p->at >= p->end) return ns_fail(p->error, "%s:%d: string is open, expected \"", p->path, start);
    *slice = (ns_slice_t){first, (size_t)(p->at - first), true};
    join_lines(p, slice);
    p->at++;
    return 0;
}

/* A line that goes on, or a comment, begins here. */
static bool breaks(const parser_t *p)
{
    const char next = p->at + 1 < p->end ? p->at[1] : '\0';
    return (*p->at == '\\' && (next == '\n' || next == '\r')) || (*p->at == '/' && (next == '*' || next == '/'));
}

static ns_slice_t word(parser_t *p, const char *stop)
{
    const char *first = p->at;
    while (p->at < p->end && *p->at != '\n' && strchr(stop, *p->at) == NULL && !breaks(p)) p->at++;
    const char *last = p->at;
    while (last > first && isspace((unsigned char)last[-1])) last--;
    return (ns_slice_t){first, (size_t)(last - first), false};
}

static int parse_args(parser_t *p, ns_node_t *node)
{
    int count = 0;
    p->at++;
    for (;;) {
        if (skip(p, true) != 0) return -1;
        if (p->at >= p->end) return wrong(p, "argument list", ")");
        if (*p->at == ')') break;
        if (*p->at == ',') {
            p->at++;
            continue;
        }
        if (count == ARGS_MAX) return wrong(p, "argument list", "fewer arguments");
        ns_slice_t slice;
        if (*p->at == '"') {
            if (quoted(p, &slice) != 0) return -1;
        } else {
            slice = word(p, " \t\r,)\"{};");
            if (slice.length == 0) return wrong(p, "argument", "a word or a string");
        }
        p->arg[count++] = slice;
    }
    p->at++;
    node->args = count;
    node->arg = ns_arena_get(p->arena, (size_t)count * sizeof *node->arg);
    memcpy(node->arg, p->arg, (size_t)count * sizeof *node->arg);
    return 0;
}

static int parse_attribute(parser_t *p, ns_node_t *node)
{
    p->at++;
    if (skip(p, false) != 0) return -1;
    node->args = 1;
    node->arg = ns_arena_get(p->arena, sizeof *node->arg);
    if (p->at < p->end && *p->at == '"') {
        if (quoted(p, node->arg) != 0) return -1;
    } else {
        *node->arg = word(p, ";}\"");
        if (node->arg->length == 0) return wrong(p, "value", "a word or a string");
        if (memchr(node->arg->text, ':', node->arg->length) != NULL)
            return ns_fail(p->error, "%s:%d: value is \"%.*s\", expected ; behind it", p->path, p->line, (int)(node->arg->length < 60 ? node->arg->length : 60), node->arg->text);
    }
    /* What ends an attribute: ; or the end of the group, of the line, or of the file. */
    if (skip(p, false) != 0) return -1;
    if (p->at < p->end && strchr(";}\n", *p->at) == NULL) return wrong(p, "text behind a value", ";");
    return 0;
}

static ns_node_t *parse_statement(parser_t *p);

static int parse_group(parser_t *p, ns_node_t *group)
{
    const int start = p->line;
    ns_node_t **tail = &group->child;
    p->at++;
    if (++p->nesting > NESTING_MAX) return wrong(p, "group", "fewer levels");
    for (;;) {
        if (skip(p, true) != 0) return -1;
        if (p->at >= p->end)
            return ns_fail(p->error, "%s:%d: group %.*s is open, expected }", p->path, start, (int)group->name.length, group->name.text);
        if (*p->at == '}') break;
        if (*p->at == ';') {
            p->at++;
            continue;
        }
        *tail = parse_statement(p);
        if (*tail == NULL) return -1;
        tail = &(*tail)->next;
    }
    p->at++;
    p->nesting--;
    return 0;
}

static ns_node_t *parse_statement(parser_t *p)
{
    ns_node_t *node = ns_arena_get(p->arena, sizeof *node);
    node->line = p->line;
    node->name = word(p, " \t\r:({};\"");
    if (node->name.length == 0) return wrong(p, "statement", "a name"), NULL;
    if (skip(p, false) != 0) return NULL;
    if (p->at < p->end && *p->at == ':') return parse_attribute(p, node) == 0 ? node : NULL;
    if (p->at >= p->end || *p->at != '(') return wrong(p, "statement", ": or ("), NULL;
    if (parse_args(p, node) != 0) return NULL;
    node->kind = NS_COMPLEX;
    /* The brace of a group may stand on the next line; of anything else the line end belongs to what follows. */
    const char *at = p->at;
    const int line = p->line;
    if (skip(p, true) != 0) return NULL;
    if (p->at < p->end && *p->at == '{') {
        node->kind = NS_GROUP;
        return parse_group(p, node) == 0 ? node : NULL;
    }
    p->at = at;
    p->line = line;
    return node;
}

ns_node_t *ns_tree_parse(const char *path, const char *text, size_t size, ns_arena_t *arena, char *error)
{
    parser_t *p = ns_zeroed(1, sizeof *p);
    *p = (parser_t){.path = path, .at = text, .end = text + size, .line = 1, .arena = arena, .error = error};
    ns_node_t *library = skip(p, true) == 0 ? parse_statement(p) : NULL;
    if (library != NULL && (library->kind != NS_GROUP || !ns_slice_is(library->name, "library"))) {
        ns_fail(error, "%s:%d: first statement is %.*s, expected library (NAME) {", path, library->line,
                (int)(library->name.length < 40 ? library->name.length : 40), library->name.text);
        library = NULL;
    }
    if (library != NULL && (skip(p, true) != 0 || p->at < p->end)) {
        if (p->at < p->end) wrong(p, "text behind the library", "nothing");
        library = NULL;
    }
    free(p);
    return library;
}

bool ns_slice_is(ns_slice_t slice, const char *text)
{
    return strlen(text) == slice.length && memcmp(slice.text, text, slice.length) == 0;
}

bool ns_slice_same(ns_slice_t x, ns_slice_t y)
{
    return x.length == y.length && memcmp(x.text, y.text, x.length) == 0;
}

const ns_node_t *ns_node_find(const ns_node_t *node, const char *name)
{
    while (node != NULL && !ns_slice_is(node->name, name)) node = node->next;
    return node;
}

ns_slice_t ns_node_value(const ns_node_t *group, const char *name)
{
    const ns_node_t *node = ns_node_find(group->child, name);
    return node != NULL && node->args > 0 ? node->arg[0] : (ns_slice_t){"", 0, false};
}
