/* ns_stimulus_file.c - stimulus files. Header: ns_stimulus.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "ns_stimulus.h"
#include "trace/flx_output.h"

enum { WIDTH_MAX = 4096, CYCLES_MAX = 1 << 22 };

typedef struct reader {
    const char *path;
    char *at;
    int line;
    char *error;
} reader_t;

static char *next_line(reader_t *r)
{
    while (r->at != NULL) {
        char *line = r->at;
        char *end = strchr(line, '\n');
        r->at = end == NULL ? NULL : end + 1;
        if (end != NULL) *end = '\0';
        r->line++;
        if (line[0] != '#' && line[strspn(line, " \t\r")] != '\0') return line;
    }
    return NULL;
}

static int wrong(reader_t *r, const char *field, const char *is, const char *expected)
{
    return ns_fail(r->error, "%s:%d: %s is \"%.60s\", expected %s", r->path, r->line, field, is == NULL ? "" : is, expected);
}

/* The header line KEY VALUE. */
static int header(reader_t *r, const char *key, double low, double high, double *value)
{
    char *line = next_line(r);
    char *save;
    const char *word = line == NULL ? NULL : strtok_r(line, " \t\r", &save);
    const char *text = word == NULL ? NULL : strtok_r(NULL, " \t\r", &save);
    char *end = NULL;
    if (word == NULL || strcmp(word, key) != 0) return wrong(r, "line", word, key);
    *value = text == NULL ? -1.0 : strtod(text, &end);
    if (text == NULL || *end != '\0' || !(*value >= low && *value <= high)) return wrong(r, key, text, "a number in its range");
    if (low >= 0.0 && low == floor(low) && *value != floor(*value)) return wrong(r, key, text, "an integer");
    return 0;
}

static int read_header(reader_t *r, ns_stimulus_t *s)
{
    double version = 0.0;
    double lanes = 0.0;
    double cycles = 0.0;
    double count_from = 0.0;
    char *save;
    if (header(r, "flx-netsim-stimulus", 1, 1, &version) != 0) return -1;
    char *line = next_line(r);
    const char *word = line == NULL ? NULL : strtok_r(line, " \t\r", &save);
    const char *unit = word == NULL ? NULL : strtok_r(NULL, " \t\r", &save);
    if (unit == NULL || strcmp(word, "unit") != 0) return wrong(r, "line", word, "unit NAME");
    ns_stimulus_init(s, unit, 0);
    if (header(r, "operations", 1e-9, 1e18, &s->operations) != 0 || header(r, "lanes", 1, NS_LANES, &lanes) != 0 ||
        header(r, "cycles", 1, CYCLES_MAX, &cycles) != 0 || header(r, "count_from", 0, cycles - 1, &count_from) != 0)
        return -1;
    s->lanes = (int)lanes;
    s->count_from = (uint64_t)count_from;
    for (;;) {
        line = next_line(r);
        word = line == NULL ? NULL : strtok_r(line, " \t\r", &save);
        if (word != NULL && strcmp(word, "data") == 0) break;
        if (word == NULL || (strcmp(word, "input") != 0 && strcmp(word, "output") != 0)) return wrong(r, "line", word, "input, output or data");
        const char *name = strtok_r(NULL, " \t\r", &save);
        const char *text = name == NULL ? NULL : strtok_r(NULL, " \t\r", &save);
        uint64_t width = 0;
        if (name == NULL || strlen(name) >= NS_NAME_BYTES || text == NULL || !flx_cli_integer(text, strlen(text), 1, WIDTH_MAX, &width)) return wrong(r, word, text, "NAME WIDTH");
        if (ns_stimulus_port(s, name, word[0] == 'o', (int)width) < 0) return wrong(r, word, name, "fewer ports");
    }
    s->room = (uint64_t)cycles;
    s->in = ns_zeroed(s->room, (size_t)s->inputs * sizeof *s->in + 8);
    s->out = ns_zeroed(s->room, (size_t)s->outputs * sizeof *s->out + 8);
    s->care = ns_zeroed(s->room, (size_t)s->signals * sizeof *s->care + 8);
    return 0;
}

static int put_hex(reader_t *r, ns_stimulus_t *s, int signal, int lane, const char *text)
{
    const int digits = (int)strlen(text);
    for (int i = 0; i < digits; i++) {
        const char *place = strchr("0123456789abcdef0123456789ABCDEF", text[digits - 1 - i]);
        const uint64_t digit = place == NULL ? 0 : (uint64_t)((place - "0123456789abcdef0123456789ABCDEF") % 16);
        const int left = s->signal[signal].width - 4 * i; /* bits that the signal still has */
        if (place == NULL || text[digits - 1 - i] == '\0' || (left < 4 && digit >> (left > 0 ? left : 0) != 0) || left <= -4)
            return wrong(r, s->signal[signal].name, text, "a hexadecimal word of its width");
        if (left > 0) ns_stimulus_put(s, signal, lane, 4 * i, 4, digit);
    }
    return 0;
}

int ns_stimulus_read(ns_stimulus_t *s, const char *path, char *error)
{
    size_t size;
    *s = (ns_stimulus_t){.lanes = 0};
    char *text = ns_read_file(path, &size, error);
    if (text == NULL) return -1;
    reader_t r = {.path = path, .at = text, .error = error};
    int status = read_header(&r, s);
    const uint64_t cycles = s->room;
    for (uint64_t row = 0; status == 0 && row < cycles * (uint64_t)s->lanes; row++) {
        const int lane = (int)(row % (uint64_t)s->lanes);
        char *line = next_line(&r);
        char *save = NULL;
        if (line == NULL) status = wrong(&r, "file", "at its end", "a row for every lane of every cycle");
        if (lane == 0 && status == 0) ns_stimulus_cycle(s);
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; status == 0 && i < s->signals; i++) {
                if (s->signal[i].output != (pass == 1)) continue;
                const char *word = strtok_r(line, " \t\r", &save);
                line = NULL;
                if (word == NULL) status = wrong(&r, s->signal[i].name, "missing", "one word per port");
                else if (!(pass == 1 && strcmp(word, "-") == 0)) status = put_hex(&r, s, i, lane, word);
            }
        }
        if (status == 0 && strtok_r(line, " \t\r", &save) != NULL) status = wrong(&r, "row", "too long", "one word per port");
    }
    if (status == 0 && next_line(&r) != NULL) status = wrong(&r, "file", "longer", "its end");
    free(text);
    return status;
}

static void write_word(FILE *file, const uint64_t *bits, int width, int lane)
{
    for (int digit = (width + 3) / 4 - 1; digit >= 0; digit--) {
        int value = 0;
        for (int i = 0; i < 4 && 4 * digit + i < width; i++) value |= (int)(bits[4 * digit + i] >> lane & 1) << i;
        fputc("0123456789abcdef"[value], file);
    }
}

static void write_row(FILE *file, const ns_stimulus_t *s, uint64_t cycle, int lane)
{
    const char *gap = "";
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < s->signals; i++) {
            const ns_signal_t *signal = &s->signal[i];
            if (signal->output != (pass == 1)) continue;
            fputs(gap, file);
            gap = " ";
            const bool blank = pass == 1 && (s->care[cycle * (size_t)s->signals + (size_t)i] >> lane & 1) == 0;
            if (blank) fputc('-', file);
            else write_word(file, (pass == 1 ? s->out + cycle * (size_t)s->outputs : s->in + cycle * (size_t)s->inputs) + signal->first, signal->width, lane);
        }
    }
    fputc('\n', file);
}

int ns_stimulus_write(const ns_stimulus_t *s, const char *path, char *error)
{
    char why[FLX_OUTPUT_ERROR_BYTES];
    flx_output_t *output = flx_output_open(path, why);
    if (output == NULL) return ns_fail(error, "%s: file cannot be written (%s), expected a writable place", path, why);
    FILE *file = flx_output_file(output);
    fprintf(file, "flx-netsim-stimulus 1\nunit %s\noperations %.17g\nlanes %d\ncycles %" PRIu64 "\ncount_from %" PRIu64 "\n", s->unit, s->operations,
            s->lanes, s->cycles, s->count_from);
    for (int i = 0; i < s->signals; i++) fprintf(file, "%s %s %d\n", s->signal[i].output ? "output" : "input", s->signal[i].name, s->signal[i].width);
    fprintf(file, "data\n");
    for (uint64_t cycle = 0; cycle < s->cycles; cycle++)
        for (int lane = 0; lane < s->lanes; lane++) write_row(file, s, cycle, lane);
    if (!flx_output_close(output, why)) return ns_fail(error, "%s: file cannot be written (%s), expected a writable place", path, why);
    return 0;
}
