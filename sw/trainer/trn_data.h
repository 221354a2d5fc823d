/* trn_data.h - labelled images of 3 x 32 x 32 bytes: CIFAR-10 or MNIST files, or a generated set. Twin: docs/trainer.md */
#ifndef TRN_DATA_H
#define TRN_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRN_IMAGE_BYTES = 3 * 32 * 32 };

typedef struct trn_data {
    const char *name; /* "cifar10", "mnist" or "generated" */
    uint8_t *pixel;   /* [count][3][32][32] */
    uint8_t *label;   /* [count], 0..9 */
    size_t count;
    float mean, deviation; /* of the pixels, in bytes; images are normalised by them */
} trn_data_t;

/* The first `count` images of DIR/data_batch_1.bin .. data_batch_5.bin, or of DIR/test_batch.bin (Krizhevsky 2009: records of a
 * label byte and 3,072 pixel bytes); if DIR has train-images-idx3-ubyte, those of MNIST (LeCun: IDX files), 28 x 28 in a black
 * frame, all three channels alike. 0, or -1 after one line on stderr. */
int trn_data_open(const char *directory, bool test, size_t count, trn_data_t *data);

/* `count` images of ten textures: two waves of the class's directions, frequencies and colours, with random phases, a
 * shift of hue, a gradient of light and noise. test selects other images of the same classes. */
void trn_data_generate(bool test, size_t count, uint64_t seed, trn_data_t *data);

void trn_data_free(trn_data_t *data);

/* Image `index` normalised into out at stride `images` planes apart ([c][n][h][w], image n); augment: cropped from a frame of 4
 * zero pixels and flipped at random, as a function of `key`. */
void trn_data_load(const trn_data_t *data, size_t index, bool augment, uint64_t key, float *out, size_t images, size_t n);

#endif
