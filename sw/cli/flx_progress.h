/* flx_progress.h - how far long work is, on stderr: a bar on a terminal, elsewhere a line every 30 s. Twin: sw/cli/flx_cli.py
 * SPDX-License-Identifier: Apache-2.0
 *
 *   flx_progress_t progress = flx_progress_begin("traces", count, 0);
 *   for (i = 0; i < count; i++) {
 *       ...
 *       flx_progress_show(&progress, i + 1, "loss %.3f", loss);
 *   }
 *   flx_progress_clear(&progress);
 *
 * The time left is the time passed times what is to do over what is done. */
#ifndef FLX_PROGRESS_H
#define FLX_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct flx_progress {
    const char *what; /* plural: "traces" */
    uint64_t all, done;
    uint64_t first;   /* what was done before this start, and says nothing about its speed */
    double start, last;
    bool terminal;
} flx_progress_t;

flx_progress_t flx_progress_begin(const char *what, uint64_t all, uint64_t first);

/* So many are done; the text, "" or as printf, tells more about the last one. */
void flx_progress_show(flx_progress_t *progress, uint64_t done, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Within the one after those that are done: its part, 0 to 1. */
void flx_progress_part(flx_progress_t *progress, double part, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The bar goes. */
void flx_progress_clear(const flx_progress_t *progress);

/* Seconds of a clock that only goes on. */
double flx_progress_clock(void);

#ifdef __cplusplus
}
#endif
#endif
