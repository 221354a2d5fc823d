/* trn_data_layout.h - readers of each layout of files, and what they share. Twin: trn_data.h */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_DATA_LAYOUT_H
#define TRN_DATA_LAYOUT_H

#include <stdio.h>

#include "trn_data.h"

/* Readers: 0, or -1 after one line on stderr; then the caller frees what *data holds. */

/* Krizhevsky 2009: DIR/data_batch_1.bin .. data_batch_5.bin, DIR/test_batch.bin, records of a label byte and 3 x 32 x 32 bytes. */
int trn_cifar_read(const trn_data_request_t *request, bool test, trn_data_t *data);

/* LeCun: four IDX files of MNIST, 28 x 28, in a black frame of 32 x 32, all three channels alike. */
int trn_idx_read(const trn_data_request_t *request, bool test, trn_data_t *data);

/* DIR/train.bin and DIR/val.bin: records of a label byte and 3 x side x side bytes, both files of one side. Labels are 0 .. classes - 1,
 * each in use in train.bin. Mean and deviation are those of the training images read. */
int trn_records_read(const trn_data_request_t *request, trn_data_t *train, trn_data_t *test);

/* Starts a set that holds `classes` classes of images of one side: compares with the request, and makes room for its images. 0, or -1
 * after one line on stderr. */
int trn_data_begin(const trn_data_request_t *request, bool test, const char *name, size_t side, size_t classes, trn_data_t *data);

/* Keeps an image if its label is below data->classes and the set is not full; pixel[3][side][side]. */
void trn_data_add(trn_data_t *data, const trn_data_request_t *request, bool test, uint32_t label, const uint8_t *pixel);

/* Images asked for. */
size_t trn_data_asked(const trn_data_request_t *request, bool test);

/* 0 if the set holds the images asked for, or -1 after one line on stderr about `path`, which was read to its end. */
int trn_data_enough(const trn_data_request_t *request, bool test, const char *path, const trn_data_t *data);

/* Opens a file to read, and tells its size. NULL after one line on stderr: "PATH: ..., expected WHAT". */
FILE *trn_data_file(const char *path, const char *what, size_t *bytes);

/* Why the last read of a file gave fewer bytes than asked. */
const char *trn_data_why(FILE *file);

/* One line on stderr: PATH: record N: WRONG, expected EXPECTED. Returns -1. */
int trn_data_fail(const char *path, size_t record, const char *wrong, const char *expected);

#endif
