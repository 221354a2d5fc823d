/* trn_chain.h - layers in a row: forward, backward, and what is asked of all their parameters. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_CHAIN_H
#define TRN_CHAIN_H

#include "trn_layer.h"

/* Digest of nothing: where trn_chain_digest starts. */
#define TRN_DIGEST_START UINT64_C(0xCBF29CE484222325)

/* Output of the last of layer[count]. */
const trn_tensor_t *trn_chain_forward(trn_layer_t *const *layer, size_t count, trn_ctx_t *ctx, const trn_tensor_t *x);

/* After a forward pass of x: gradients of all parameters, and each layer's dx, from the gradient of the last output. */
void trn_chain_backward(trn_layer_t *const *layer, size_t count, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy);

/* Calls visit for every layer that has parameters of its own, those inside blocks too. */
void trn_chain_each(trn_layer_t *const *layer, size_t count, void (*visit)(trn_layer_t *layer, void *user), void *user);

/* Goes on with a 64-bit digest by every learned value of the layers. */
uint64_t trn_chain_digest(trn_layer_t *const *layer, size_t count, uint64_t digest);
size_t trn_chain_parameters(trn_layer_t *const *layer, size_t count);

#endif
