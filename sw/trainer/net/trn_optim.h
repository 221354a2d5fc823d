/* trn_optim.h - optimisers: a step of SGD with momentum or of RMSProp on one parameter, clipping of weights. Twin: docs/trainer.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * The optimiser's state is a tensor like all others (trn_param_t v), and so is the update u; w = w + u is rounded once. */
#ifndef TRN_OPTIM_H
#define TRN_OPTIM_H

#include "layer/trn_layer.h"

typedef enum trn_rule {
    TRN_SGD,    /* v = momentum v + g + decay w; u = -rate v */
    TRN_RMSPROP /* v = momentum v + (1 - momentum) g^2; u = -rate g / (sqrt(v + epsilon) + epsilon): Tieleman and Hinton 2012, with neon's epsilon */
} trn_rule_t;

#define TRN_RMSPROP_EPSILON 1e-8F

typedef struct trn_optim {
    trn_rule_t rule;
    float rate, momentum, decay; /* decay: TRN_SGD, of parameters that ask for it */
    float clip;                  /* weights end within -clip .. clip; 0: they are not clipped */
} trn_optim_t;

/* One step with gradient g; v, u and w are written. */
void trn_optim_step(trn_ctx_t *ctx, const trn_optim_t *optim, trn_param_t *param, const trn_tensor_t *g);

/* Values outside -clip .. clip become the nearest inside that the tensor can hold: the largest mantissa whose value is not above clip,
 * at the tensor's exponent; in a float format clip itself, rounded to the format. Nothing else changes, no exponent is predicted. */
void trn_clip(trn_ctx_t *ctx, trn_tensor_t *tensor, float clip);

#endif
