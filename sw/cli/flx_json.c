/* flx_json.c - numbers that jansson does not know. Header: flx_json.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx_cli.h"

/* Begins the string that stands for a large integer. No text of a user begins so: jansson takes only UTF-8 from elsewhere. */
static const char raw = '\xFF';

json_t *flx_json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *flx_json_unsigned(uint64_t value)
{
    char text[32];
    if (value <= INT64_MAX) return json_integer((json_int_t)value);
    snprintf(text, sizeof text, "%c%" PRIu64, raw, value);
    return json_string_nocheck(text);
}

typedef struct flx_json_writer {
    FILE *out;
    unsigned indent;
    size_t flags;
    bool good;
} flx_json_writer_t;

static void put_scalar(flx_json_writer_t *w, const json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (text[0] == raw) {
        fputs(text + 1, w->out);
        return;
    }
    char *dumped = json_dumps(value, JSON_ENCODE_ANY | w->flags);
    w->good = w->good && dumped != NULL && fputs(dumped, w->out) >= 0;
    free(dumped);
}

static void put_key(flx_json_writer_t *w, const char *key)
{
    json_t *text = json_string(key);
    put_scalar(w, text);
    fputs(": ", w->out);
    json_decref(text);
}

static void new_line(flx_json_writer_t *w, unsigned depth)
{
    fprintf(w->out, "\n%*s", (int)(w->indent * depth), "");
}

static void put(flx_json_writer_t *w, const json_t *value, unsigned depth)
{
    const bool object = json_is_object(value);
    if (!object && !json_is_array(value)) {
        put_scalar(w, value);
        return;
    }
    size_t done = 0;
    fputs(object ? "{" : "[", w->out);
    if (object) {
        json_t *inside = (json_t *)(uintptr_t)value; /* to walk, jansson wants it writable */
        for (void *at = json_object_iter(inside); at != NULL; at = json_object_iter_next(inside, at), done++) {
            if (done != 0) fputs(",", w->out);
            new_line(w, depth + 1);
            put_key(w, json_object_iter_key(at));
            put(w, json_object_iter_value(at), depth + 1);
        }
    } else {
        for (; done < json_array_size(value); done++) {
            if (done != 0) fputs(",", w->out);
            new_line(w, depth + 1);
            put(w, json_array_get(value, done), depth + 1);
        }
    }
    if (done != 0) new_line(w, depth);
    fputs(object ? "}" : "]", w->out);
}

char *flx_json_text(const json_t *value, unsigned indent, size_t flags)
{
    char *text = NULL;
    size_t size;
    FILE *out = value != NULL ? open_memstream(&text, &size) : NULL;
    if (out == NULL) return NULL;
    flx_json_writer_t w = {.out = out, .indent = indent, .flags = flags, .good = true};
    put(&w, value, 0);
    w.good = ferror(out) == 0 && w.good;
    if (fclose(out) == 0 && w.good) return text;
    free(text);
    return NULL;
}

int flx_json_print(json_t *value)
{
    char *text = flx_json_text(value, 2, 0);
    json_decref(value);
    if (text == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "the result cannot be written as JSON: out of memory");
    puts(text);
    free(text);
    return FLX_EXIT_PASS;
}
