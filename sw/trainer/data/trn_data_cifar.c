/* trn_data_cifar.c - the official binary files of CIFAR-10. Header: trn_data_layout.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/flx_cli.h"
#include "trn_data_layout.h"

enum { SIDE = 32, CLASSES = 10, PIXELS = TRN_CHANNELS * SIDE * SIDE, BATCH_IMAGES = 10000, TRAIN_FILES = 5 };

static int read_batch(const char *path, const trn_data_request_t *request, bool test, trn_data_t *data)
{
    uint8_t record[1 + PIXELS];
    size_t bytes;
    FILE *file = trn_data_file(path, "a CIFAR-10 binary file", &bytes);
    if (file == NULL) return -1;
    if (bytes % sizeof record != 0 || bytes > BATCH_IMAGES * sizeof record) {
        fclose(file);
        return flx_cli_fail(FLX_EXIT_INPUT, "%s: size is %zu bytes, expected a multiple of %zu, at most %d records", path, bytes, sizeof record, BATCH_IMAGES), -1;
    }
    int code = 0;
    for (size_t i = 0; i < BATCH_IMAGES && data->count < trn_data_asked(request, test) && code == 0; i++) {
        if (fread(record, 1, sizeof record, file) != sizeof record) code = trn_data_fail(path, i, trn_data_why(file), "10000 records of 3073 bytes");
        else if (record[0] >= CLASSES) code = trn_data_fail(path, i, "label is above 9", "a label of 0 to 9");
        else trn_data_add(data, request, test, record[0], record + 1);
    }
    fclose(file);
    return code;
}

int trn_cifar_read(const trn_data_request_t *request, bool test, trn_data_t *data)
{
    int code = trn_data_begin(request, test, "cifar10", SIDE, CLASSES, data);
    data->mean = 120.7F;
    data->deviation = 64.2F;
    for (int file = 1; code == 0 && file <= (test ? 1 : TRAIN_FILES) && data->count < trn_data_asked(request, test); file++) {
        char path[4096];
        if (test) snprintf(path, sizeof path, "%s/test_batch.bin", request->directory);
        else snprintf(path, sizeof path, "%s/data_batch_%d.bin", request->directory, file);
        code = read_batch(path, request, test, data);
    }
    return code != 0 ? code : trn_data_enough(request, test, request->directory, data);
}
