/* trn_data_idx.c - MNIST's IDX files. Header: trn_data_layout.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "trn_data_layout.h"

enum { CLASSES = 10, DIGIT_SIDE = 28, FRAME = 2, SIDE = DIGIT_SIDE + 2 * FRAME, DIGIT_BYTES = DIGIT_SIDE * DIGIT_SIDE };

typedef struct trn_idx {
    char path[4096];
    FILE *file;
    size_t held, each; /* items, bytes of one */
} trn_idx_t;

/* A file of the IDX format: magic 0x08 (bytes) and the number of dimensions, each dimension as 4 bytes, then bytes[held][each]. */
static int open_idx(const char *directory, const char *name, uint32_t dimensions, size_t count, size_t each, trn_idx_t *idx)
{
    uint8_t header[16];
    snprintf(idx->path, sizeof idx->path, "%s/%s", directory, name);
    idx->each = each;
    size_t bytes;
    idx->file = trn_data_file(idx->path, "an IDX file of MNIST", &bytes);
    if (idx->file == NULL) return -1;
    const size_t header_bytes = 4 + 4 * (size_t)dimensions;
    const bool whole = fread(header, 1, header_bytes, idx->file) == header_bytes;
    size_t size = 1;
    for (uint32_t d = 0; whole && d < dimensions; d++) {
        const uint8_t *at = header + 4 + 4 * d;
        const size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        if (d == 0) idx->held = length;
        else size *= length;
    }
    if (!whole || header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != dimensions || size != each) {
        const bool packed = whole && header[0] == 0x1F && header[1] == 0x8B;
        return flx_cli_fail(FLX_EXIT_INPUT, "%s: %s, expected that of an IDX file of %s", idx->path, packed ? "is compressed" : "wrong header", dimensions == 3 ? "28 x 28 images" : "labels"), -1;
    }
    if (bytes != header_bytes + idx->held * each)
        return flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, expected %zu for the %zu items that its header tells", idx->path, bytes, header_bytes + idx->held * each, idx->held), -1;
    if (idx->held < count) return flx_cli_fail(FLX_EXIT_INPUT, "%s: %zu items, expected %zu, as asked for", idx->path, idx->held, count), -1;
    return 0;
}

static int next_item(trn_idx_t *idx, uint8_t *bytes)
{
    if (fread(bytes, 1, idx->each, idx->file) == idx->each) return 0;
    return flx_cli_fail(FLX_EXIT_INPUT, "%s: %s, expected %zu items of %zu bytes", idx->path, trn_data_why(idx->file), idx->held, idx->each), -1;
}

static int read_digits(const trn_data_request_t *request, bool test, trn_idx_t *images, trn_idx_t *labels, trn_data_t *data)
{
    uint8_t digit[DIGIT_BYTES], label, framed[TRN_CHANNELS * SIDE * SIDE] = {0};
    for (size_t i = 0; i < images->held && data->count < trn_data_asked(request, test); i++) {
        if (next_item(images, digit) != 0 || next_item(labels, &label) != 0) return -1;
        if (label >= CLASSES) return trn_data_fail(labels->path, i, "label is above 9", "a label of 0 to 9");
        for (size_t row = 0; row < TRN_CHANNELS * DIGIT_SIDE; row++)
            memcpy(framed + ((row / DIGIT_SIDE) * SIDE + row % DIGIT_SIDE + FRAME) * SIDE + FRAME, digit + (row % DIGIT_SIDE) * DIGIT_SIDE, DIGIT_SIDE);
        trn_data_add(data, request, test, label, framed);
    }
    return trn_data_enough(request, test, images->path, data);
}

int trn_idx_read(const trn_data_request_t *request, bool test, trn_data_t *data)
{
    trn_idx_t images = {.file = NULL}, labels = {.file = NULL};
    const size_t count = trn_data_asked(request, test);
    int code = trn_data_begin(request, test, "mnist", SIDE, CLASSES, data);
    data->mean = 25.5F;
    data->deviation = 70.2F;
    if (code == 0) code = open_idx(request->directory, test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte", 3, count, DIGIT_BYTES, &images);
    if (code == 0) code = open_idx(request->directory, test ? "t10k-labels-idx1-ubyte" : "train-labels-idx1-ubyte", 1, count, 1, &labels);
    if (code == 0 && labels.held != images.held) {
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: %zu labels, expected %zu, one for each image of %s", labels.path, labels.held, images.held, images.path);
        code = -1;
    }
    if (code == 0) code = read_digits(request, test, &images, &labels, data);
    if (images.file != NULL) fclose(images.file);
    if (labels.file != NULL) fclose(labels.file);
    return code;
}
