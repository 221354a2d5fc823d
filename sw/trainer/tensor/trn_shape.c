/* trn_shape.c - the shape of a minibatch's activations. Header: trn_shape.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_shape.h"

size_t trn_shape_count(trn_shape_t shape)
{
    return shape.c * shape.n * shape.h * shape.w;
}
