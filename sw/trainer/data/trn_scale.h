/* trn_scale.h - one plane of an image at another size. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_SCALE_H
#define TRN_SCALE_H

#include <stddef.h>

/* Bilinear: the centre of pixel i of `to` is (i + 1/2) from_side / to_side - 1/2 of `from`, kept within its edges. from[from_side][from_side],
 * to[to_side][to_side]. No low-pass filter: made for enlarging. */
void trn_scale(const float *from, size_t from_side, float *to, size_t to_side);

#endif
