/* flx_text.c - names and paths of others as plain text. Header: flx_text.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD, PATH_HEAD = 48 };

size_t flx_text_first(const char *text, uint32_t *character)
{
    const unsigned char *in = (const unsigned char *)text;
    const size_t more = in[0] < 0x80 ? 0 : in[0] >= 0xF0 ? 3 : in[0] >= 0xE0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t c = more == 0 ? in[0] : in[0] & (0x3FU >> more);
    bool good = in[0] < 0x80 || (in[0] >= 0xC2 && in[0] <= 0xF4);
    for (size_t i = 1; good && i <= more; i++) {
        good = (in[i] & 0xC0) == 0x80; /* not so for the 0 at the end */
        c = c << 6 | (in[i] & 0x3FU);
    }
    good = good && c >= least[more] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    *character = good ? c : REPLACEMENT;
    return good ? more + 1 : 1;
}

/* Control characters, line and paragraph ends, and marks that turn the direction of what follows. */
static bool drives(uint32_t c)
{
    return c < ' ' || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static size_t escape(uint32_t c, char out[16])
{
    static const char named[] = "\n\r\t", letter[] = "nrt";
    const char *at = c < 0x80 && c != 0 ? strchr(named, (int)c) : NULL;
    if (at != NULL) return (size_t)snprintf(out, 16, "\\%c", letter[at - named]);
    return (size_t)snprintf(out, 16, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
}

static size_t copy(const char *text, char *out, size_t size, bool escapes)
{
    size_t used = 0;
    while (*text != '\0') {
        uint32_t c;
        char escaped[16];
        const size_t length = flx_text_first(text, &c);
        const char *from = text;
        size_t bytes = length;
        if (c == REPLACEMENT) {
            from = "\xEF\xBF\xBD";
            bytes = 3;
        } else if (escapes && drives(c)) {
            bytes = escape(c, escaped);
            from = escaped;
        }
        if (used + bytes + 1 > size) break;
        memcpy(out + used, from, bytes);
        used += bytes;
        text += length;
    }
    out[used] = '\0';
    return used;
}

size_t flx_text_valid(const char *text, char *out, size_t size)
{
    return copy(text, out, size, false);
}

size_t flx_text_plain(const char *text, char *out, size_t size)
{
    return copy(text, out, size, true);
}

const char *flx_text_path(const char *path, char out[FLX_TEXT_PATH_BYTES])
{
    char tail[FLX_TEXT_PATH_BYTES];
    const char *from = path + strlen(path);
    if (flx_text_plain(path, out, FLX_TEXT_PATH_BYTES) < FLX_TEXT_PATH_BYTES - 16) return out; /* no escape is longer: all of it is there */
    const size_t head = flx_text_plain(path, out, PATH_HEAD);
    /* As much of the end as there is room for: it names the file. */
    for (const char *start = from; start > path; from = start) {
        do start--;
        while (start > path && ((unsigned char)*start & 0xC0) == 0x80);
        if (head + 3 + flx_text_plain(start, tail, sizeof tail) + 1 > FLX_TEXT_PATH_BYTES) break;
    }
    memcpy(out + head, "...", 3);
    flx_text_plain(from, out + head + 3, FLX_TEXT_PATH_BYTES - head - 3);
    return out;
}

const char *flx_text_real(double value, char out[FLX_TEXT_REAL_BYTES])
{
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(out, FLX_TEXT_REAL_BYTES, "%.*g", digits, value);
        if (strtod(out, NULL) == value) break;
    }
    return out;
}
