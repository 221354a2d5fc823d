/* trn_adjoint.h - backward pass of a strided convolution, which is the forward pass of a transposed one. Twin: docs/gan.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_ADJOINT_H
#define TRN_ADJOINT_H

#include "trn_layer.h"

typedef struct trn_adjoint trn_adjoint_t;

/* The convolution goes from `large` (h, w) to `small` (h / stride, w / stride) and has more than one step: kernel is a multiple of stride > 1,
 * kernel - 2 pad = stride. */
bool trn_adjoint_applies(trn_shape_t small, trn_shape_t large, size_t kernel, size_t stride, size_t pad);

/* Scratch for shapes to which it applies. */
trn_adjoint_t *trn_adjoint_create(const trn_ctx_t *ctx, trn_shape_t small, trn_shape_t large, size_t kernel, size_t stride, size_t pad);
void trn_adjoint_free(trn_adjoint_t *adjoint);

/* large[cl][n][h][w] = sum over cs, ky, kx of w[cs][cl][ky][kx] small[cs][n][(h + pad - ky) / stride][(w + pad - kx) / stride], where these are
 * whole numbers inside. The products are recorded as LAYER.YX, part (Y, X) of stride x stride. */
void trn_adjoint_run(trn_adjoint_t *adjoint, trn_ctx_t *ctx, const char *layer, const char *pass, const trn_tensor_t *w, const trn_tensor_t *small,
                     trn_tensor_t *large);

#endif
