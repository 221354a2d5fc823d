/* flx_npz.c - members of an .npz archive and NumPy array headers. Header: flx_npz.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_npz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx_text.h"

bool flx_npz_fail(flx_npz_error_t *error, const char *format, ...)
{
    char text[400], name[FLX_TEXT_PATH_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* Whatever the file holds, the message is one line. */
    const int used = snprintf(error->text, error->size, "%s: ", flx_text_path(error->name, name));
    if (used > 0 && (size_t)used < error->size) flx_text_plain(text, error->text + used, error->size - (size_t)used);
    return false;
}

/* The one entry of that name, or -1 after a message. */
static zip_int64_t find_member(zip_t *zip, const char *member, flx_npz_error_t *error)
{
    zip_int64_t found = -1;
    const zip_int64_t entries = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < entries; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        if (name == NULL || strcmp(name, member) != 0) continue;
        if (found >= 0) {
            flx_npz_fail(error, "%s: is there twice, expected one member of that name", member);
            return -1;
        }
        found = i;
    }
    if (found < 0) flx_npz_fail(error, "%s: is missing, expected a member of that name", member);
    return found;
}

uint8_t *flx_npz_member(zip_t *zip, const char *member, size_t least, size_t most, size_t *size, flx_npz_error_t *error)
{
    zip_stat_t stat;
    const zip_int64_t index = find_member(zip, member, error);
    if (index < 0) return NULL;
    if (zip_stat_index(zip, (zip_uint64_t)index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
        flx_npz_fail(error, "%s: %s", member, zip_strerror(zip));
        return NULL;
    }
    if (stat.size < least || stat.size > most) {
        flx_npz_fail(error, "%s: has %llu bytes, expected %zu to %zu", member, (unsigned long long)stat.size, least, most);
        return NULL;
    }
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)index, 0);
    if (file == NULL) {
        flx_npz_fail(error, "%s: cannot be unpacked: %s", member, zip_strerror(zip));
        return NULL;
    }
    uint8_t *bytes = malloc((size_t)stat.size + 1);
    const char *wrong = bytes == NULL ? "out of memory" : NULL;
    uint8_t beyond;
    if (wrong == NULL) {
        bytes[stat.size] = 0;
        /* The CRC is checked when the end is read, so the end is read. */
        if (zip_fread(file, bytes, stat.size) != (zip_int64_t)stat.size || zip_fread(file, &beyond, 1) != 0) {
            /* Damaged data may also unpack without an error, to fewer bytes or to more. */
            const char *reason = zip_error_code_zip(zip_file_get_error(file)) == ZIP_ER_OK ? "their number differs" : zip_file_strerror(file);
            flx_npz_fail(error, "%s: does not unpack to its %llu bytes: %s", member, (unsigned long long)stat.size, reason);
            zip_fclose(file);
            free(bytes);
            return NULL;
        }
    }
    zip_fclose(file);
    if (wrong != NULL) {
        flx_npz_fail(error, "%s: %s", member, wrong);
        return NULL;
    }
    *size = (size_t)stat.size;
    return bytes;
}

static const char *skip_space(const char *c)
{
    while (*c == ' ' || *c == '\t' || *c == '\n') c++;
    return c;
}

/* Eats a quoted word of `word`, or NULL. */
static const char *eat_word(const char *c, const char *word)
{
    const size_t length = strlen(word);
    c = skip_space(c);
    if (*c != '\'' && *c != '"') return NULL;
    if (strncmp(c + 1, word, length) != 0 || c[length + 1] != *c) return NULL;
    return c + length + 2;
}

static const char *eat_char(const char *c, char expected)
{
    c = skip_space(c);
    return *c == expected ? c + 1 : NULL;
}

static const char *eat_size(const char *c, size_t expected)
{
    c = skip_space(c);
    uint64_t value = 0;
    if (*c < '0' || *c > '9') return NULL;
    for (; *c >= '0' && *c <= '9'; c++) {
        if (value > UINT64_MAX / 10 - 9) return NULL;
        value = 10 * value + (uint64_t)(*c - '0');
    }
    return value == expected ? c : NULL;
}

/* Checks the header, which is 0 at its end; returns what is expected of it, or NULL. */
static const char *check_header(const char *c, const char *end, size_t rows, size_t cols)
{
    bool descr = false, order = false, shape = false;
    if ((c = eat_char(c, '{')) == NULL) return "a dictionary";
    for (const char *next; eat_char(c, '}') == NULL;) {
        if (!descr && (next = eat_word(c, "descr")) != NULL) {
            descr = true;
            if ((c = eat_char(next, ':')) == NULL || (c = eat_word(c, "<i2")) == NULL) return "'descr': '<i2'";
        } else if (!order && (next = eat_word(c, "fortran_order")) != NULL) {
            order = true;
            if ((c = eat_char(next, ':')) == NULL || strncmp(c = skip_space(c), "False", 5) != 0) return "'fortran_order': False";
            c += 5;
        } else if (!shape && (next = eat_word(c, "shape")) != NULL) {
            shape = true;
            if ((c = eat_char(next, ':')) == NULL || (c = eat_char(c, '(')) == NULL || (c = eat_size(c, rows)) == NULL ||
                (c = eat_char(c, ',')) == NULL || (c = eat_size(c, cols)) == NULL || (c = eat_char(c, ')')) == NULL)
                return "the shape that meta.json gives";
        } else {
            return "the keys descr, fortran_order and shape, once each";
        }
        if (eat_char(c, '}') == NULL && (c = eat_char(c, ',')) == NULL) return "a dictionary";
    }
    c = skip_space(eat_char(c, '}'));
    if (c != end) return "nothing behind the dictionary";
    return descr && order && shape ? NULL : "the keys descr, fortran_order and shape, once each";
}

int16_t *flx_npz_array(zip_t *zip, const char *member, size_t rows, size_t cols, flx_npz_error_t *error)
{
    static const uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    const size_t data_bytes = rows * cols * sizeof(int16_t);
    size_t size;
    uint8_t *bytes = flx_npz_member(zip, member, data_bytes + 10, data_bytes + FLX_NPY_HEADER_MAX, &size, error);
    if (bytes == NULL) return NULL;
    const size_t start = bytes[6] == 1 ? 10 : 12; /* version 1 has a length of two bytes, 2 and 3 of four */
    size_t header = 0;
    int16_t *array = NULL;
    if (memcmp(bytes, magic, sizeof magic) != 0 || bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
        flx_npz_fail(error, "%s: is not a NumPy array of version 1.0, 2.0 or 3.0", member);
    } else if (header = (size_t)bytes[8] | (size_t)bytes[9] << 8, start == 12 && size > 12 && (bytes[10] | bytes[11]) != 0) {
        flx_npz_fail(error, "%s: header is longer than %d bytes", member, FLX_NPY_HEADER_MAX);
    } else if (start + header + data_bytes != size) {
        flx_npz_fail(error, "%s: has %zu bytes, expected %zu for its header and shape (%zu, %zu) of int16", member, size, start + header + data_bytes,
                     rows, cols);
    } else if ((array = malloc(data_bytes)) == NULL) {
        flx_npz_fail(error, "%s: out of memory", member);
    } else {
        const uint8_t *data = bytes + start + header;
        for (size_t i = 0; i < rows * cols; i++) array[i] = (int16_t)(uint16_t)(data[2 * i] | data[2 * i + 1] << 8);
        bytes[start + header] = 0; /* ends the header's text */
        const char *expected = check_header((const char *)bytes + start, (const char *)data, rows, cols);
        if (expected != NULL) {
            flx_npz_fail(error, "%s: header is %.100s, expected %s, shape (%zu, %zu)", member, (const char *)bytes + start, expected, rows, cols);
            free(array);
            array = NULL;
        }
    }
    free(bytes);
    return array;
}

uint8_t *flx_npy_make(const int16_t *data, size_t rows, size_t cols, size_t *size)
{
    *size = FLX_NPY_HEADER_MADE + rows * cols * sizeof *data;
    uint8_t *bytes = malloc(*size);
    if (bytes == NULL) return NULL;
    memset(bytes, ' ', FLX_NPY_HEADER_MADE);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = FLX_NPY_HEADER_MADE - 10;
    bytes[9] = 0;
    char text[FLX_NPY_HEADER_MADE];
    const int length = snprintf(text, sizeof text, "{'descr': '<i2', 'fortran_order': False, 'shape': (%zu, %zu), }", rows, cols);
    memcpy(bytes + 10, text, (size_t)length);
    bytes[FLX_NPY_HEADER_MADE - 1] = '\n';
    for (size_t i = 0; i < rows * cols; i++) {
        bytes[FLX_NPY_HEADER_MADE + 2 * i] = (uint8_t)((uint16_t)data[i] & 0xFF);
        bytes[FLX_NPY_HEADER_MADE + 2 * i + 1] = (uint8_t)((uint16_t)data[i] >> 8);
    }
    return bytes;
}
