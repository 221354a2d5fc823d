/* trn_data.c - labelled images. Header: trn_data.h */
#include "trn_data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trn_random.h"
#include "trn_tensor.h"

enum { RECORD_BYTES = 1 + TRN_IMAGE_BYTES, BATCH_IMAGES = 10000, TRAIN_FILES = 5 };

static int fail(const char *path, size_t record, const char *field, const char *expected)
{
    fprintf(stderr, "%s: record %zu: %s, expected %s\n", path, record, field, expected);
    return -1;
}

static int read_file(const char *path, size_t wanted, trn_data_t *data)
{
    uint8_t record[RECORD_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: %s, expected a CIFAR-10 binary file\n", path, strerror(errno));
        return -1;
    }
    int code = 0;
    for (size_t i = 0; i < wanted && code == 0; i++) {
        const size_t bytes = fread(record, 1, sizeof record, file);
        if (bytes != sizeof record) code = fail(path, i, "file ends", "10000 records of 3073 bytes");
        else if (record[0] > 9) code = fail(path, i, "label is above 9", "a label of 0 to 9");
        if (code != 0) break;
        data->label[data->count] = record[0];
        memcpy(data->pixel + data->count * TRN_IMAGE_BYTES, record + 1, TRN_IMAGE_BYTES);
        data->count++;
    }
    fclose(file);
    return code;
}

static void reserve(trn_data_t *data, const char *name, size_t count)
{
    *data = (trn_data_t){.name = name, .mean = 120.7F, .deviation = 64.2F /* of CIFAR-10 */, .pixel = trn_alloc(count, TRN_IMAGE_BYTES), .label = trn_alloc(count, 1)};
}

static int open_cifar10(const char *directory, bool test, size_t count, trn_data_t *data)
{
    reserve(data, "cifar10", count);
    for (int file = 1; data->count < count; file++) {
        char path[4096];
        if (test && file == 1) snprintf(path, sizeof path, "%s/test_batch.bin", directory);
        else snprintf(path, sizeof path, "%s/data_batch_%d.bin", directory, file);
        const size_t left = count - data->count;
        if (file > (test ? 1 : TRAIN_FILES)) {
            fprintf(stderr, "%s: %s is %zu, expected at most %d images\n", directory, test ? "--test" : "--train", count, (test ? 1 : TRAIN_FILES) * BATCH_IMAGES);
            trn_data_free(data);
            return -1;
        }
        if (read_file(path, left < BATCH_IMAGES ? left : BATCH_IMAGES, data) != 0) {
            trn_data_free(data);
            return -1;
        }
    }
    return 0;
}

/* A file of the IDX format: magic 0x08 (bytes) and the number of dimensions, each dimension as 4 bytes, then bytes[count][each]. */
static int read_idx(const char *directory, const char *name, uint32_t dimensions, size_t count, size_t each, uint8_t *bytes)
{
    char path[4096];
    uint8_t header[16];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: %s, expected an IDX file of MNIST\n", path, strerror(errno));
        return -1;
    }
    const size_t header_bytes = 4 + 4 * (size_t)dimensions;
    const bool whole = fread(header, 1, header_bytes, file) == header_bytes;
    size_t held = 0, size = 1;
    for (uint32_t d = 0; whole && d < dimensions; d++) {
        const uint8_t *at = header + 4 + 4 * d;
        const size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        if (d == 0) held = length;
        else size *= length;
    }
    int code = 0;
    if (!whole || header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != dimensions || size != each) {
        fprintf(stderr, "%s: wrong header, expected that of an IDX file of %s\n", path, dimensions == 3 ? "28 x 28 images" : "labels");
        code = -1;
    } else if (held < count) {
        fprintf(stderr, "%s: %zu items, expected %zu, as asked for\n", path, held, count);
        code = -1;
    } else if (fread(bytes, each, count, file) != count) {
        fprintf(stderr, "%s: file ends, expected %zu items of %zu bytes\n", path, held, each);
        code = -1;
    }
    fclose(file);
    return code;
}

static int open_mnist(const char *directory, bool test, size_t count, trn_data_t *data)
{
    enum { SIDE = 28, FRAME = 2 };
    reserve(data, "mnist", count);
    data->mean = 25.5F;
    data->deviation = 70.2F;
    uint8_t *small = trn_alloc(count, (size_t)SIDE * SIDE);
    int code = read_idx(directory, test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte", 3, count, (size_t)SIDE * SIDE, small);
    if (code == 0) code = read_idx(directory, test ? "t10k-labels-idx1-ubyte" : "train-labels-idx1-ubyte", 1, count, 1, data->label);
    for (size_t i = 0; i < count && code == 0; i++) {
        if (data->label[i] > 9) code = fail(directory, i, "label is above 9", "a label of 0 to 9");
        for (size_t row = 0; row < 3 * (size_t)SIDE; row++)
            memcpy(data->pixel + i * TRN_IMAGE_BYTES + ((row / SIDE) * 32 + row % SIDE + FRAME) * 32 + FRAME, small + (i * SIDE + row % SIDE) * SIDE, SIDE);
    }
    free(small);
    data->count = count;
    if (code != 0) trn_data_free(data);
    return code;
}

int trn_data_open(const char *directory, bool test, size_t count, trn_data_t *data)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte", directory);
    return access(path, F_OK) == 0 ? open_mnist(directory, test, count, data) : open_cifar10(directory, test, count, data);
}

/* One of the two waves of a class: direction, frequency and colour are functions of the class. */
static float wave(uint64_t class_key, uint64_t image_key, int which, float x, float y, int channel)
{
    const uint64_t key = trn_bits(class_key, (uint64_t)which), own = trn_bits(image_key, (uint64_t)which);
    const float angle = 3.14159265F * trn_uniform(key, 0) + 0.35F * (trn_uniform(own, 1) - 0.5F);
    const float frequency = (0.15F + 0.55F * trn_uniform(key, 1)) * (0.9F + 0.2F * trn_uniform(own, 2));
    const float phase = 6.2831853F * trn_uniform(own, 0);
    const float colour = trn_uniform(key, 2 + (uint64_t)channel) - 0.35F;
    return colour * sinf(frequency * (cosf(angle) * x + sinf(angle) * y) + phase);
}

void trn_data_generate(bool test, size_t count, uint64_t seed, trn_data_t *data)
{
    reserve(data, "generated", count);
    data->count = count;
    const uint64_t set_key = trn_bits(seed, test ? 1 : 0);
    for (size_t i = 0; i < count; i++) {
        const uint64_t key = trn_bits(set_key, i);
        const uint8_t label = (uint8_t)trn_below(key, 0, 10);
        const uint64_t class_key = trn_bits(0x5EED, label);
        const float contrast = 30.0F + 50.0F * trn_uniform(key, 1);
        const float slope_x = 2.0F * trn_uniform(key, 2) - 1.0F, slope_y = 2.0F * trn_uniform(key, 3) - 1.0F;
        data->label[i] = label;
        for (int c = 0; c < 3; c++) {
            const float base = 128.0F + 40.0F * (trn_uniform(key, 8 + (uint64_t)c) - 0.5F);
            for (int y = 0; y < 32; y++)
                for (int x = 0; x < 32; x++) {
                    const size_t at = i * TRN_IMAGE_BYTES + (size_t)((c * 32 + y) * 32 + x);
                    const float texture = wave(class_key, key, 0, (float)x, (float)y, c) + wave(class_key, key, 1, (float)x, (float)y, c);
                    const float noise = 25.0F * trn_normal(key, 100 + (uint64_t)((c * 32 + y) * 32 + x));
                    const float value = base + contrast * texture + slope_x * (float)(x - 16) + slope_y * (float)(y - 16) + noise;
                    data->pixel[at] = (uint8_t)(value < 0.0F ? 0.0F : value > 255.0F ? 255.0F : value);
                }
        }
    }
}

void trn_data_free(trn_data_t *data)
{
    free(data->pixel);
    free(data->label);
    *data = (trn_data_t){.name = NULL};
}

void trn_data_load(const trn_data_t *data, size_t index, bool augment, uint64_t key, float *out, size_t images, size_t n)
{
    const int shift_y = augment ? (int)trn_below(key, 0, 9) - 4 : 0, shift_x = augment ? (int)trn_below(key, 1, 9) - 4 : 0;
    const bool flip = augment && trn_below(key, 2, 2) == 1;
    const uint8_t *pixel = data->pixel + index * TRN_IMAGE_BYTES;
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) {
                const int from_y = y + shift_y, from_x = (flip ? 31 - x : x) + shift_x;
                const bool inside = from_y >= 0 && from_y < 32 && from_x >= 0 && from_x < 32;
                const float value = inside ? ((float)pixel[(c * 32 + from_y) * 32 + from_x] - data->mean) / data->deviation : 0.0F;
                out[(((size_t)c * images + n) * 32 + (size_t)y) * 32 + (size_t)x] = value;
            }
}
