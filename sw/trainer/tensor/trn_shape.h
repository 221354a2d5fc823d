/* trn_shape.h - the shape of a minibatch's activations. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_SHAPE_H
#define TRN_SHAPE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* [c][n][h][w]: channels, images, height, width. */
typedef struct trn_shape {
    size_t c, n, h, w;
} trn_shape_t;

size_t trn_shape_count(trn_shape_t shape);

#ifdef __cplusplus
}
#endif
#endif
