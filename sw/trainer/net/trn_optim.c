/* trn_optim.c - optimisers. Header: trn_optim.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_optim.h"

#include <math.h>


static void sgd(trn_ctx_t *ctx, const trn_optim_t *o, trn_param_t *p, const trn_tensor_t *gradient)
{
    const size_t count = p->w->count;
    const float rate = o->rate, momentum = o->momentum, decay = o->decay;
    const float *w = trn_read(ctx, p->w, 0), *g = trn_read(ctx, gradient, 1), *old = trn_read(ctx, p->v, 2);
    float *v = trn_room(ctx, p->v, 3), *u = trn_room(ctx, p->u, 4);
    for (size_t i = 0; i < count; i++) v[i] = momentum * old[i] + g[i] + (p->decay ? decay * w[i] : 0.0F);
    trn_store(ctx, p->v, v);
    const float *stored = trn_read(ctx, p->v, 3);
    for (size_t i = 0; i < count; i++) u[i] = -rate * stored[i];
    trn_store(ctx, p->u, u);
}

static void rmsprop(trn_ctx_t *ctx, const trn_optim_t *o, trn_param_t *p, const trn_tensor_t *gradient)
{
    const size_t count = p->w->count;
    const float rate = o->rate, keep = o->momentum, take = 1.0F - o->momentum;
    const float *g = trn_read(ctx, gradient, 1), *old = trn_read(ctx, p->v, 2);
    float *v = trn_room(ctx, p->v, 3), *u = trn_room(ctx, p->u, 4);
    for (size_t i = 0; i < count; i++) v[i] = keep * old[i] + take * (g[i] * g[i]);
    trn_store(ctx, p->v, v);
    const float *stored = trn_read(ctx, p->v, 3);
    for (size_t i = 0; i < count; i++) u[i] = -rate * g[i] / (sqrtf(stored[i] + TRN_RMSPROP_EPSILON) + TRN_RMSPROP_EPSILON);
    trn_store(ctx, p->u, u);
}

void trn_clip(trn_ctx_t *ctx, trn_tensor_t *tensor, float clip)
{
    if (!trn_integer(ctx)) {
        float bound = clip;
        trn_round_float(ctx->format.kind, &bound, 1);
        for (size_t i = 0; i < tensor->count; i++) {
            const float value = tensor->value[i];
            tensor->value[i] = value > bound ? bound : value < -bound ? -bound : value; /* NaN stays */
        }
        return;
    }
    const double most = floor(ldexp((double)clip, tensor->exp));
    if (most >= (double)tensor->gamma) return;
    const int16_t bound = (int16_t)most;
    for (size_t i = 0; i < tensor->count; i++) {
        const int16_t m = tensor->mant[i];
        tensor->mant[i] = m > bound ? bound : m < -bound ? (int16_t)-bound : m;
    }
    tensor->gamma = (uint32_t)bound;
}

void trn_optim_step(trn_ctx_t *ctx, const trn_optim_t *optim, trn_param_t *param, const trn_tensor_t *g)
{
    if (optim->rule == TRN_SGD) sgd(ctx, optim, param, g);
    else rmsprop(ctx, optim, param, g);
    trn_add(ctx, param->w, param->w, param->u, true);
    if (optim->clip > 0.0F) trn_clip(ctx, param->w, optim->clip);
}
