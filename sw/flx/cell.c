/* cell.c - a name in a column of a table. Header: cell.h */
/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include "cell.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "trace/flx_text.h"

/* Of a terminal that shows UTF-8, whatever the locale of the program says. */
static int width_of(uint32_t character)
{
    static locale_t utf8;
    if (character < 0x80) return 1;
    if (utf8 == (locale_t)0) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (utf8 == (locale_t)0) return 1;
    const locale_t before = uselocale(utf8);
    const int width = wcwidth((wchar_t)character);
    uselocale(before);
    return width < 0 ? 1 : width;
}

const char *flx_cell(const char *text, int columns, char out[FLX_CELL_BYTES])
{
    size_t used = 0;
    int filled = 0;
    if (*text == '\0') text = "-";
    while (*text != '\0') {
        uint32_t character;
        const size_t length = flx_text_first(text, &character);
        const int width = width_of(character);
        if (filled + width > columns || used + length + (size_t)(columns - filled) >= FLX_CELL_BYTES) break;
        memcpy(out + used, text, length);
        used += length;
        text += length;
        filled += width;
    }
    memset(out + used, ' ', (size_t)(columns - filled));
    out[used + (size_t)(columns - filled)] = '\0';
    return out;
}
