/* ns_error.c - error line, arena, whole files. Header: ns_error.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_cli.h"

struct ns_arena_block {
    struct ns_arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

int ns_fail(char *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error, NS_ERROR_BYTES, format, args);
    va_end(args);
    return -1;
}

static void *checked(void *memory)
{
    if (memory != NULL) return memory;
    exit(flx_cli_fail(FLX_EXIT_TOOL, "out of memory"));
}

void *ns_grow(void *old, size_t size)
{
    return checked(realloc(old, size == 0 ? 1 : size));
}

void *ns_zeroed(size_t count, size_t size)
{
    return checked(calloc(count == 0 ? 1 : count, size));
}

void *ns_arena_get(ns_arena_t *arena, size_t size)
{
    enum { BLOCK = 1 << 18 };
    size = (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    struct ns_arena_block *block = arena->block;
    if (block == NULL || block->size - block->used < size) {
        const size_t bytes = size > BLOCK ? size : BLOCK;
        block = ns_grow(NULL, sizeof *block + bytes);
        *block = (struct ns_arena_block){.next = arena->block, .size = bytes};
        arena->block = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    memset(memory, 0, size);
    return memory;
}

void ns_arena_free(ns_arena_t *arena)
{
    while (arena->block != NULL) {
        struct ns_arena_block *next = arena->block->next;
        free(arena->block);
        arena->block = next;
    }
}

char *ns_read_file(const char *path, size_t *size, char *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        ns_fail(error, "%s: file is unreadable (%s), expected a readable file", path, strerror(errno));
        return NULL;
    }
    char *text = NULL;
    size_t used = 0;
    size_t room = 0;
    do {
        if (room - used < 2) text = ns_grow(text, room = room == 0 ? 1 << 20 : room * 2);
        used += fread(text + used, 1, room - used - 1, file);
    } while (!feof(file) && !ferror(file));
    const int bad = ferror(file);
    fclose(file);
    if (bad) {
        free(text);
        ns_fail(error, "%s: file is unreadable, expected a readable file", path);
        return NULL;
    }
    text[used] = '\0';
    *size = used;
    return text;
}
