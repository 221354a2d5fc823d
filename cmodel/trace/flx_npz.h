/* flx_npz.h - private: members of an .npz archive and NumPy array headers. Twin: docs/trace.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_NPZ_H
#define FLX_NPZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zip.h>

enum {
    FLX_NPY_HEADER_MAX = 4096, /* longest array header that is read */
    FLX_NPY_HEADER_MADE = 128  /* length of the header that is written: its text is padded to a multiple of 64 bytes */
};

/* Where a message goes: "NAME: MEMBER...", one line in text[size]. */
typedef struct flx_npz_error {
    const char *name;
    char *text;
    size_t size;
} flx_npz_error_t;

/* Writes "NAME: <format...>"; returns false. */
__attribute__((format(printf, 2, 3))) bool flx_npz_fail(flx_npz_error_t *error, const char *format, ...);

/* The member's bytes, *size of them, followed by a 0 that is not counted; free them. NULL after a message if it is missing or there twice, if its
 * size is not inside least..most, or if it does not unpack with its CRC. Nothing is allocated before the size is known. */
uint8_t *flx_npz_member(zip_t *zip, const char *member, size_t least, size_t most, size_t *size, flx_npz_error_t *error);

/* Reads a member as a C-order little-endian int16 array of shape rows x cols; a new array, or NULL after a message. */
int16_t *flx_npz_array(zip_t *zip, const char *member, size_t rows, size_t cols, flx_npz_error_t *error);

/* The bytes of such an array's file: header and data; NULL when memory is short. */
uint8_t *flx_npy_make(const int16_t *data, size_t rows, size_t cols, size_t *size);

#endif
