/* flx_text.h - private: names and paths of others as plain text, for messages, tables and JSON. Twin: verif/flx/text_test.cc
 * SPDX-License-Identifier: Apache-2.0
 *
 * A name may hold anything: bytes that are no UTF-8, line ends, sequences that move a terminal's cursor. Each function ends its text with 0 and cuts it between
 * characters where out[size] is full; each returns the length. */
#ifndef FLX_TEXT_H
#define FLX_TEXT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FLX_TEXT_PATH_BYTES = 160, /* a path in a message, with its 0 */
    FLX_TEXT_REAL_BYTES = 32
};

/* The first character of text, which is not empty, and its bytes; one byte and U+FFFD where that is no UTF-8. */
size_t flx_text_first(const char *text, uint32_t *character);

/* UTF-8: a byte that is none becomes U+FFFD. */
size_t flx_text_valid(const char *text, char *out, size_t size);

/* The same, and what would drive a terminal or turn the line around becomes an escape such as \n, \x1b or \u202e. */
size_t flx_text_plain(const char *text, char *out, size_t size);

/* Plain, and a long path loses its middle: what is said of it must not fall off the end. */
const char *flx_text_path(const char *path, char out[FLX_TEXT_PATH_BYTES]);

/* Digits enough to give this number again, and no other. */
const char *flx_text_real(double value, char out[FLX_TEXT_REAL_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
