/* flx_output.h - private: a file that is whole or as it was; links, devices and pipes as users expect. Twin: sw/cli/flx_cli.py
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one writer of files in C. PATH may be
 *   a file, or nothing yet   written beside its place as NAME.part (NAME.1.part, .. if that exists), then renamed. An existing file keeps its permission
 *                            bits, and its owner where the user may give it; another hard link to it keeps the old content.
 *   a symbolic link          its target is written, also one that is not there yet; the link stays
 *   a device or a pipe       written into as it comes; /dev/stdout and /dev/fd/N are the program's own, wherever they lead
 *   a file in a folder where nothing can be made   overwritten in one go at the end: the one case in which a program that is killed can leave half
 * A program that is killed leaves NAME.part, which no later run touches. */
#ifndef FLX_OUTPUT_H
#define FLX_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FLX_OUTPUT_ERROR_BYTES = 512, FLX_OUTPUT_NAME_BYTES = 256 };

typedef struct flx_output flx_output_t;

/* Begins to write PATH; nothing that exists changes yet, but for devices and pipes. NULL, and why in error ("Permission denied"). */
flx_output_t *flx_output_open(const char *path, char error[FLX_OUTPUT_ERROR_BYTES]);
FILE *flx_output_file(const flx_output_t *output);

/* For a writer that opens its file itself and seeks in it: as flx_output_open, but the content goes into the file of this name; a device gets it at the end. */
flx_output_t *flx_output_open_named(const char *path, char error[FLX_OUTPUT_ERROR_BYTES]);
const char *flx_output_name(const flx_output_t *output);

/* PATH is what was written; frees the output. False, and why in error: PATH is as it was. If only the last step failed, the content stays under the
 * name that error gives. */
bool flx_output_close(flx_output_t *output, char error[FLX_OUTPUT_ERROR_BYTES]);

/* PATH stays as it was; frees the output, NULL allowed. */
void flx_output_discard(flx_output_t *output);

/* All of it at once. */
bool flx_output_write(const char *path, const void *bytes, size_t size, char error[FLX_OUTPUT_ERROR_BYTES]);

/* Which file a path means. Two outputs, or an output and an input, that are one regular file destroy one another; devices and pipes may be shared. */
typedef struct flx_output_id {
    bool alone;       /* a regular file, or one to be made */
    uint64_t dev, ino; /* of the file, or of the folder where it will be made */
    char name[FLX_OUTPUT_NAME_BYTES]; /* in that folder; "" if the file exists */
} flx_output_id_t;

/* Whether PATH can be written, without a change to what exists; and which file it is. False, and why in error. */
bool flx_output_check(const char *path, flx_output_id_t *id, char error[FLX_OUTPUT_ERROR_BYTES]);

/* Which file a readable path or an open file is; false if it is not there. */
bool flx_output_id_of(const char *path, flx_output_id_t *id);
bool flx_output_id_of_open(int fd, flx_output_id_t *id);
bool flx_output_same(const flx_output_id_t *x, const flx_output_id_t *y);

#ifdef __cplusplus
}
#endif
#endif
