/* trn_shapes.h - the matrix products of one training step of a network, as it was built. See docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_SHAPES_H
#define TRN_SHAPES_H

#include <jansson.h>

#include "trn_net.h"

/* Runs one step on random images and lists its products: network, images (of the minibatch), side, classes, parameters, and products, each with layer, pass,
 * m, n, k, parts (equal products that make one tensor) and macs_per_image. A product whose operand is spread with zeros, the bprop of a convolution with
 * stride, counts only what meets no such zero. The context is of an integer format, whose operands say how they are spread, and records nothing. */
json_t *trn_shapes(trn_net_t *net, trn_ctx_t *ctx);

#endif
