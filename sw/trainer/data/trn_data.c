/* trn_data.c - labelled images: which layout, and a minibatch's share of them. Header: trn_data.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/flx_cli.h"
#include "trn_data_layout.h"
#include "tensor/trn_random.h"
#include "trn_scale.h"
#include "tensor/trn_tensor.h"

static bool holds(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static int read_both(int (*reader)(const trn_data_request_t *request, bool test, trn_data_t *data), const trn_data_request_t *request, trn_data_t *train,
                     trn_data_t *test)
{
    const int code = reader(request, false, train);
    return code != 0 ? code : reader(request, true, test);
}

/* One line about a directory without images. */
static void refuse_directory(const char *directory)
{
    static const char *const packed[] = {"train-images-idx3-ubyte.gz", "train.bin.gz", "data_batch_1.bin.gz", "cifar-10-binary.tar.gz", "cifar-10-batches-bin"};
    struct stat info;
    const char *expected = "data_batch_1.bin (CIFAR-10), train-images-idx3-ubyte (MNIST) or train.bin (records)";
    if (stat(directory, &info) != 0) {
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: %s, expected a directory with %s", directory, strerror(errno), expected);
        return;
    }
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++) {
        if (!holds(directory, packed[i])) continue;
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: holds %s, expected what is in it", directory, packed[i]);
        return;
    }
    (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: holds no images, expected %s", directory, expected);
}

int trn_data_open(const trn_data_request_t *request, trn_data_t *train, trn_data_t *test)
{
    const char *directory = request->directory;
    int code = 0;
    *train = *test = (trn_data_t){.count = 0};
    if (directory == NULL) {
        const size_t side = request->side != 0 ? request->side : TRN_SIDE_USUAL, classes = request->classes != 0 ? request->classes : 10;
        trn_data_generate(false, request->train, side, classes, 1, train);
        trn_data_generate(true, request->test, side, classes, 1, test);
    } else if (holds(directory, "train-images-idx3-ubyte")) {
        code = read_both(trn_idx_read, request, train, test);
    } else if (holds(directory, "train.bin") || holds(directory, "val.bin")) {
        code = trn_records_read(request, train, test);
    } else if (holds(directory, "data_batch_1.bin") || holds(directory, "test_batch.bin")) {
        code = read_both(trn_cifar_read, request, train, test);
    } else {
        refuse_directory(directory);
        code = -1;
    }
    if (code == 0) return 0;
    trn_data_free(train);
    trn_data_free(test);
    return -1;
}

size_t trn_data_asked(const trn_data_request_t *request, bool test)
{
    return test ? request->test : request->train;
}

int trn_data_begin(const trn_data_request_t *request, bool test, const char *name, size_t side, size_t classes, trn_data_t *data)
{
    if (request->classes > classes) {
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: --classes is %zu, expected at most %zu, those of %s", request->directory, request->classes, classes, name);
        return -1;
    }
    if (request->side != 0 && request->side != side) {
        (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: --side is %zu, expected %zu, that of %s", request->directory, request->side, side, name);
        return -1;
    }
    const size_t count = trn_data_asked(request, test);
    *data = (trn_data_t){.side = side, .load_side = side, .classes = request->classes != 0 ? request->classes : classes};
    data->pixel = trn_alloc(count, TRN_CHANNELS * side * side);
    data->label = trn_alloc(count, sizeof *data->label);
    snprintf(data->name, sizeof data->name, "%.31s", name);
    return 0;
}

void trn_data_add(trn_data_t *data, const trn_data_request_t *request, bool test, uint32_t label, const uint8_t *pixel)
{
    const size_t bytes = TRN_CHANNELS * data->side * data->side;
    if (label >= data->classes || data->count == trn_data_asked(request, test)) return;
    data->label[data->count] = (uint16_t)label;
    memcpy(data->pixel + data->count * bytes, pixel, bytes);
    data->count++;
}

int trn_data_enough(const trn_data_request_t *request, bool test, const char *path, const trn_data_t *data)
{
    const size_t asked = trn_data_asked(request, test);
    if (data->count == asked) return 0;
    (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: %s is %zu, expected at most %zu, its images with a label below %zu", path, test ? "--test" : "--train", asked, data->count, data->classes);
    return -1;
}

FILE *trn_data_file(const char *path, const char *what, size_t *bytes)
{
    struct stat info;
    FILE *file = NULL;
    const char *wrong = stat(path, &info) != 0 ? strerror(errno) : S_ISDIR(info.st_mode) ? strerror(EISDIR) : !S_ISREG(info.st_mode) ? "is no regular file" : NULL;
    if (wrong == NULL && (file = fopen(path, "rb")) == NULL) wrong = strerror(errno);
    if (wrong != NULL) (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: %s, expected %s", path, wrong, what);
    if (wrong == NULL && flx_cli_input(path) == FLX_EXIT_PASS) {
        *bytes = (size_t)info.st_size;
        return file;
    }
    if (file != NULL) fclose(file);
    return NULL;
}

const char *trn_data_why(FILE *file)
{
    return ferror(file) != 0 ? strerror(errno) : "file ends";
}

int trn_data_fail(const char *path, size_t record, const char *wrong, const char *expected)
{
    (void)flx_cli_fail(FLX_EXIT_INPUT, "%s: record %zu: %s, expected %s", path, record, wrong, expected);
    return -1;
}

void trn_data_free(trn_data_t *data)
{
    free(data->pixel);
    free(data->label);
    *data = (trn_data_t){.count = 0};
}

size_t trn_data_floats(const trn_data_t *data)
{
    return TRN_CHANNELS * data->load_side * data->load_side;
}

/* One plane of an image, moved and mirrored; what comes from outside is 0. */
static void load_plane(const trn_data_t *data, const uint8_t *pixel, int shift_y, int shift_x, bool flip, float *out)
{
    const int side = (int)data->side;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            const int from_y = y + shift_y, from_x = (flip ? side - 1 - x : x) + shift_x;
            const bool inside = from_y >= 0 && from_y < side && from_x >= 0 && from_x < side;
            out[y * side + x] = inside ? ((float)pixel[from_y * side + from_x] - data->mean) / data->deviation : 0.0F;
        }
}

void trn_data_load(const trn_data_t *data, size_t index, bool augment, uint64_t key, float *out, size_t images, size_t n)
{
    const int pad = (int)data->side / 8;
    const uint32_t shifts = 2 * (uint32_t)pad + 1;
    const int shift_y = augment ? (int)trn_below(key, 0, shifts) - pad : 0, shift_x = augment ? (int)trn_below(key, 1, shifts) - pad : 0;
    const bool flip = augment && trn_below(key, 2, 2) == 1;
    const size_t plane = data->side * data->side, load_plane_floats = data->load_side * data->load_side;
    float *whole = data->load_side != data->side ? trn_alloc(plane, sizeof *whole) : NULL;
    for (size_t c = 0; c < TRN_CHANNELS; c++) {
        float *to = out + (c * images + n) * load_plane_floats;
        load_plane(data, data->pixel + (index * TRN_CHANNELS + c) * plane, shift_y, shift_x, flip, whole != NULL ? whole : to);
        if (whole != NULL) trn_scale(whole, data->side, to, data->load_side);
    }
    free(whole);
}
