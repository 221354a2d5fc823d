/* flx_progress.c - how far long work is. Header: flx_progress.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "flx_cli.h"

enum { BAR = 32, TEXT_BYTES = 256 };

/* Seconds between two lines. */
static const double step_terminal = 0.1, step_file = 30.0;

double flx_progress_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

flx_progress_t flx_progress_begin(const char *what, uint64_t all, uint64_t first)
{
    const double now = flx_progress_clock();
    return (flx_progress_t){.what = what, .all = all, .done = first, .first = first, .start = now, .last = now, .terminal = isatty(STDERR_FILENO) != 0};
}

/* 3 s, 4 min 05 s, 2 h 07 min. */
static void time_text(double seconds, char text[TEXT_BYTES])
{
    const uint64_t s = seconds > 0.0 ? (uint64_t)(seconds + 0.5) : 0;
    if (s < 60) snprintf(text, TEXT_BYTES, "%" PRIu64 " s", s);
    else if (s < 3600) snprintf(text, TEXT_BYTES, "%" PRIu64 " min %02" PRIu64 " s", s / 60, s % 60);
    else snprintf(text, TEXT_BYTES, "%" PRIu64 " h %02" PRIu64 " min", s / 3600, s % 3600 / 60);
}

static void show(flx_progress_t *p, double part, const char *format, va_list args)
{
    const double now = flx_progress_clock(), done = (double)p->done + part, new = done - (double)p->first;
    if (now - p->last < (p->terminal ? step_terminal : step_file) || !(new > 0.0)) return;
    char detail[TEXT_BYTES], left[TEXT_BYTES];
    p->last = now;
    vsnprintf(detail, sizeof detail, format, args);
    time_text((now - p->start) * ((double)p->all - done) / new, left);
    const char *comma = detail[0] != '\0' ? ", " : "";
    if (!p->terminal) {
        flx_cli_say("%" PRIu64 " of %" PRIu64 " %s%s%s, about %s left", p->done, p->all, p->what, comma, detail, left);
        return;
    }
    const int full = done < (double)p->all ? (int)(BAR * done / (double)p->all) : BAR;
    fprintf(stderr, "\r[%.*s%*s] %" PRIu64 "/%" PRIu64 " %s%s%.60s, %s left \033[K", full, "################################", BAR - full, "", p->done, p->all,
            p->what, comma, detail, left);
}

void flx_progress_show(flx_progress_t *p, uint64_t done, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    p->done = done;
    show(p, 0.0, format, args);
    va_end(args);
}

void flx_progress_part(flx_progress_t *p, double part, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(p, part, format, args);
    va_end(args);
}

void flx_progress_clear(const flx_progress_t *p)
{
    if (p->terminal) fprintf(stderr, "\r\033[K");
}
