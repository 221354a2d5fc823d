/* repeat.h - the command that repeats a failing trace. Twin: docs/cosim.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_REPEAT_H
#define FLX_REPEAT_H

#include "trace_run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One line to paste into a shell, where this program was started: it makes the build that it needs and writes the waveform fail.fst; an installed flx has neither
 * waveforms nor a tree to build in, and repeats the run alone. To be freed; NULL: memory is short. */
char *flx_repeat_command(const flx_run_options_t *options, const char *trace);

/* A word as a shell takes it, whatever it holds; one line, all of it printable. To be freed; NULL: memory is short. */
char *flx_repeat_word(const char *text);

#ifdef __cplusplus
}
#endif
#endif
