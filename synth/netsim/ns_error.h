/* ns_error.h - one line of text for a refused input, and the arena that holds a library or a netlist. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_ERROR_H
#define NS_ERROR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_ERROR_BYTES = 512 };

/* Writes the line into error[NS_ERROR_BYTES]; always -1, so that a reader can return it. */
int ns_fail(char *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Memory that is freed as a whole. Start from {0}. */
typedef struct ns_arena {
    struct ns_arena_block *block;
} ns_arena_t;

/* size bytes, zeroed, aligned for every type. Ends the program with exit 3 when memory is short. */
void *ns_arena_get(ns_arena_t *arena, size_t size);
void ns_arena_free(ns_arena_t *arena);

/* realloc and calloc that end the program with exit 3 when memory is short. */
void *ns_grow(void *old, size_t size);
void *ns_zeroed(size_t count, size_t size);

/* The whole file, with a 0 behind it; NULL with error. Free with free(). */
char *ns_read_file(const char *path, size_t *size, char *error);

#ifdef __cplusplus
}
#endif
#endif
