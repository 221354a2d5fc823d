/* trn_data.h - labelled square images of three channels, from files or generated. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_DATA_H
#define TRN_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRN_CHANNELS = 3, TRN_CLASSES_MAX = 1000, TRN_SIDE_MIN = 8, TRN_SIDE_MAX = 512, TRN_SIDE_USUAL = 32, TRN_DATA_NAME_BYTES = 32 };

typedef struct trn_data {
    char name[TRN_DATA_NAME_BYTES]; /* "cifar10", "mnist", "generated", or the directory's name */
    size_t side, classes, count;
    size_t load_side;      /* side of what trn_data_load gives; trn_data_open sets it to side */
    uint8_t *pixel;        /* [count][3][side][side] */
    uint16_t *label;       /* [count], 0 .. classes - 1 */
    float mean, deviation; /* of the pixels, in bytes; images are normalised by them */
} trn_data_t;

/* What is asked for. */
typedef struct trn_data_request {
    const char *directory; /* NULL: generated images */
    size_t train, test;    /* images, each >= 1 */
    size_t side;           /* of generated images, or of records; 0: 32, or what the sizes of the record files say */
    size_t classes;        /* only images with a label below it; 0: all of the set, 10 if generated */
} trn_data_request_t;

/* The first images of each set, of the layout that the directory's files have: MNIST if it has train-images-idx3-ubyte, records if it has
 * train.bin, CIFAR-10 if it has data_batch_1.bin. 0, or -1 after one line on stderr; then there is nothing to free. */
int trn_data_open(const trn_data_request_t *request, trn_data_t *train, trn_data_t *test);

/* `count` images of textures: two waves of the class's directions, frequencies and colours, with random phases, a shift of hue, a
 * gradient of light and noise; a larger side shows the same texture finer. test selects other images of the same classes. */
void trn_data_generate(bool test, size_t count, size_t side, size_t classes, uint64_t seed, trn_data_t *data);

void trn_data_free(trn_data_t *data);

/* Floats of one image as trn_data_load gives it. */
size_t trn_data_floats(const trn_data_t *data);

/* Image `index` normalised into out at stride `images` planes apart ([c][n][h][w], image n); augment: cropped from a frame of side / 8
 * zero pixels and flipped at random, as a function of `key`; then scaled bilinearly if load_side is another than side. */
void trn_data_load(const trn_data_t *data, size_t index, bool augment, uint64_t key, float *out, size_t images, size_t n);

#endif
