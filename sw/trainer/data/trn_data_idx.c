/* trn_data_idx.c - MNIST's IDX files. Header: trn_data_layout.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

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
    idx->file = fopen(idx->path, "rb");
    if (idx->file == NULL) {
        fprintf(stderr, "%s: %s, expected an IDX file of MNIST\n", idx->path, strerror(errno));
        return -1;
    }
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
        fprintf(stderr, "%s: wrong header, expected that of an IDX file of %s\n", idx->path, dimensions == 3 ? "28 x 28 images" : "labels");
        return -1;
    }
    if (idx->held < count) {
        fprintf(stderr, "%s: %zu items, expected %zu, as asked for\n", idx->path, idx->held, count);
        return -1;
    }
    return 0;
}

static int next_item(trn_idx_t *idx, uint8_t *bytes)
{
    if (fread(bytes, 1, idx->each, idx->file) == idx->each) return 0;
    fprintf(stderr, "%s: file ends, expected %zu items of %zu bytes\n", idx->path, idx->held, idx->each);
    return -1;
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
    if (code == 0) code = read_digits(request, test, &images, &labels, data);
    if (images.file != NULL) fclose(images.file);
    if (labels.file != NULL) fclose(labels.file);
    return code;
}
