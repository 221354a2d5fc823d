/* trn_data.c - labelled images. Header: trn_data.h */
#include "trn_data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    *data = (trn_data_t){.name = name, .pixel = trn_alloc(count, TRN_IMAGE_BYTES), .label = trn_alloc(count, 1)};
}

int trn_data_cifar10(const char *directory, bool test, size_t count, trn_data_t *data)
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
                const float value = inside ? ((float)pixel[(c * 32 + from_y) * 32 + from_x] - 120.7F) / 64.2F : 0.0F; /* mean and deviation of CIFAR-10's pixels */
                out[(((size_t)c * images + n) * 32 + (size_t)y) * 32 + (size_t)x] = value;
            }
}
