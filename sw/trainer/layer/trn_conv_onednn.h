/* trn_conv_onednn.h - convolution of float32 tensors by oneDNN, instead of im2col and OpenBLAS. Twin: trn_conv.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * oneDNN chooses the layouts; tensors are reordered on their way in and out, each once a pass. Every failure of oneDNN ends the program
 * with one line and exit 3. */
#ifndef TRN_CONV_ONEDNN_H
#define TRN_CONV_ONEDNN_H

#include "trn_layer.h"

typedef struct trn_onednn trn_onednn_t;

/* The convolution of a layer with in and out set. NULL where oneDNN is not asked for, and for fully connected layers: their plane is 1x1, and
 * OpenBLAS takes their tensors as they stand. */
trn_onednn_t *trn_onednn_create(const trn_ctx_t *ctx, const trn_layer_t *layer, size_t kernel, size_t stride, size_t pad, bool first);

/* layer->y = x * w, rounded to the context's float format. */
void trn_onednn_forward(trn_onednn_t *conv, const trn_ctx_t *ctx, const trn_layer_t *layer, const trn_tensor_t *x);

/* The gradients of w and, unless layer->dx is NULL, of x; x and w are those of the last forward pass. */
void trn_onednn_backward(trn_onednn_t *conv, const trn_ctx_t *ctx, const trn_layer_t *layer, const trn_tensor_t *x, const trn_tensor_t *dy);

void trn_onednn_free(trn_onednn_t *conv);

#endif
