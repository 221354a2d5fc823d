/* trn_data_records.c - train.bin and val.bin: records of a label byte and three planes of any side. Header: trn_data_layout.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "trn_data_layout.h"
#include "tensor/trn_tensor.h"

enum { LABELS = 256 };

typedef struct trn_records {
    char path[4096];
    FILE *file;
    size_t bytes;
} trn_records_t;

static size_t record_bytes(size_t side)
{
    return 1 + TRN_CHANNELS * side * side;
}

static int open_records(const char *directory, const char *name, trn_records_t *r)
{
    snprintf(r->path, sizeof r->path, "%s/%s", directory, name);
    r->file = trn_data_file(r->path, "a file of records", &r->bytes);
    return r->file != NULL ? 0 : -1;
}

static bool fits(const trn_records_t *r, size_t side)
{
    return r->bytes != 0 && r->bytes % record_bytes(side) == 0;
}

/* The one side whose records fill both files; 0 after one line on stderr if there is none, or more than one. */
static size_t find_side(const trn_records_t *train, const trn_records_t *val)
{
    size_t side = 0, of_train = 0;
    for (size_t s = TRN_SIDE_MIN; s <= TRN_SIDE_MAX; s++) {
        if (!fits(train, s)) continue;
        of_train = s;
        if (!fits(val, s)) continue;
        if (side != 0) {
            (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, records of side %zu or %zu, expected one answer: give --side", train->path, train->bytes, side, s);
            return 0;
        }
        side = s;
    }
    if (side == 0 && of_train == 0)
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, expected a multiple of 1 + 3 x S x S, S of %d to %d", train->path, train->bytes, TRN_SIDE_MIN, TRN_SIDE_MAX);
    else if (side == 0)
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, expected a multiple of %zu, the records of train.bin", val->path, val->bytes, record_bytes(of_train));
    return side;
}

/* The side asked for, if it fits both files. */
static size_t check_side(const trn_records_t *train, const trn_records_t *val, size_t side)
{
    const trn_records_t *wrong = !fits(train, side) ? train : !fits(val, side) ? val : NULL;
    if (wrong == NULL) return side;
    (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, expected a multiple of %zu, records of --side %zu", wrong->path, wrong->bytes, record_bytes(side), side);
    return 0;
}

/* Labels in use are 0 .. classes - 1: returns the classes, or 0 after one line on stderr. */
static size_t count_classes(const trn_records_t *r, size_t side)
{
    bool seen[LABELS] = {false};
    size_t classes = 0;
    for (size_t i = 0; i < r->bytes / record_bytes(side); i++) {
        const int label = fseek(r->file, (long)(i * record_bytes(side)), SEEK_SET) == 0 ? fgetc(r->file) : EOF;
        if (label == EOF) {
            (void)trn_data_fail(r->path, i, trn_data_why(r->file), "a record");
            return 0;
        }
        seen[label] = true;
        if ((size_t)label >= classes) classes = (size_t)label + 1;
    }
    for (size_t l = 0; l < classes; l++)
        if (!seen[l]) {
            (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: largest label is %zu and none is %zu, expected labels without a gap", r->path, classes - 1, l);
            return 0;
        }
    if (classes < 2) (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: all labels are 0, expected at least 2 classes", r->path);
    return classes < 2 ? 0 : classes;
}

/* Records of labels below `classes`, from the file's start. */
static int read_records(const trn_data_request_t *request, bool test, const trn_records_t *r, size_t classes, trn_data_t *data)
{
    const size_t bytes = record_bytes(data->side);
    uint8_t *record = trn_alloc(bytes, 1);
    int code = fseek(r->file, 0, SEEK_SET) == 0 ? 0 : -1;
    for (size_t i = 0; code == 0 && i < r->bytes / bytes; i++) {
        char wrong[64], expected[64];
        if (fread(record, 1, bytes, r->file) != bytes) {
            code = trn_data_fail(r->path, i, trn_data_why(r->file), "a record");
        } else if (record[0] >= classes) {
            snprintf(wrong, sizeof wrong, "label is %u", record[0]);
            snprintf(expected, sizeof expected, "0 to %zu, as in train.bin", classes - 1);
            code = trn_data_fail(r->path, i, wrong, expected);
        } else {
            trn_data_add(data, request, test, record[0], record + 1);
        }
    }
    free(record);
    return code != 0 ? code : trn_data_enough(request, test, r->path, data);
}

/* Over all bytes of the images; the sums are exact. */
static void measure(trn_data_t *data)
{
    const size_t count = data->count * TRN_CHANNELS * data->side * data->side;
    uint64_t sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += data->pixel[i];
        squares += (uint64_t)data->pixel[i] * data->pixel[i];
    }
    const double mean = (double)sum / (double)count, variance = (double)squares / (double)count - mean * mean;
    data->mean = (float)mean;
    data->deviation = (float)sqrt(variance > 1.0 ? variance : 1.0);
}

/* The directory's own name, of letters, digits, '-', '_' and '.'. */
static void name_set(const char *directory, char name[TRN_DATA_NAME_BYTES])
{
    char *whole = realpath(directory, NULL);
    const char *last = whole != NULL ? strrchr(whole, '/') : NULL;
    snprintf(name, TRN_DATA_NAME_BYTES, "%.31s", last != NULL && last[1] != '\0' ? last + 1 : "records");
    for (char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("-_.", *c) == NULL) *c = '_';
    free(whole);
}

int trn_records_read(const trn_data_request_t *request, trn_data_t *train, trn_data_t *test)
{
    trn_records_t of_train = {.file = NULL}, of_val = {.file = NULL};
    char name[TRN_DATA_NAME_BYTES];
    name_set(request->directory, name);
    int code = open_records(request->directory, "train.bin", &of_train);
    if (code == 0) code = open_records(request->directory, "val.bin", &of_val);
    const size_t side = code != 0 ? 0 : request->side != 0 ? check_side(&of_train, &of_val, request->side) : find_side(&of_train, &of_val);
    const size_t classes = side != 0 ? count_classes(&of_train, side) : 0;
    code = classes != 0 ? 0 : -1;
    if (code == 0) code = trn_data_begin(request, false, name, side, classes, train);
    if (code == 0) code = trn_data_begin(request, true, name, side, classes, test);
    if (code == 0) code = read_records(request, false, &of_train, classes, train);
    if (code == 0) code = read_records(request, true, &of_val, classes, test);
    if (code == 0) {
        measure(train);
        test->mean = train->mean;
        test->deviation = train->deviation;
    }
    if (of_train.file != NULL) fclose(of_train.file);
    if (of_val.file != NULL) fclose(of_val.file);
    return code;
}
