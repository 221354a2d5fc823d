/* flx_output_place.h - private: where the content of an output goes. Twin: cmodel/trace/flx_output.h */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_OUTPUT_PLACE_H
#define FLX_OUTPUT_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

typedef enum flx_place_kind {
    FLX_PLACE_NEW,     /* nothing is there */
    FLX_PLACE_REGULAR, /* a file, to be replaced */
    FLX_PLACE_STREAM,  /* a device or a pipe */
    FLX_PLACE_OWN      /* an open file of this program */
} flx_place_kind_t;

typedef struct flx_place {
    flx_place_kind_t kind;
    char *folder, *name, *path; /* without links; path is folder/name */
    int fd;              /* own */
    struct stat info;    /* of the file; new: of the folder */
} flx_place_t;

/* Follows every link. False and errno if there is no such place: EISDIR for a folder. */
bool flx_place_find(const char *path, flx_place_t *place);
void flx_place_free(flx_place_t *place);

/* "FOLDER/NAME" and what format says behind it, to be freed; NULL: memory is short. */
char *flx_place_path(const flx_place_t *place, int name_bytes, const char *end);

#endif
