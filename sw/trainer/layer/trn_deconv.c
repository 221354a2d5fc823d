/* trn_deconv.c - transposed convolution as matrix products: fprop, bprop, update. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 *   fprop   y = backward pass of a convolution (trn_adjoint.h), weights w[ci][co][k][k]
 *   bprop   dx[ci][n h w] = w[ci][co k k] * im2col(dy)
 *   update  g[ci][co k k] = x[ci][n h w] * im2col(dy)^T
 * Every result is rounded once. */
#include <stdio.h>
#include <stdlib.h>

#include "trn_adjoint.h"
#include "ops/trn_im2col.h"
#include "tensor/trn_random.h"

typedef struct trn_deconv {
    trn_adjoint_t *adjoint;
    trn_window_t of_dy;
    void *col; /* im2col(dy), where it is asked for */
} trn_deconv_t;

static void deconv_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    const trn_deconv_t *d = layer->own;
    trn_adjoint_run(d->adjoint, ctx, layer->name, "fprop", layer->param[0].w, x, layer->y);
}

static void deconv_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_deconv_t *d = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t columns = in.n * in.h * in.w, rows = out.c * d->of_dy.kernel * d->of_dy.kernel;
    const trn_operand_t col = trn_lowered(ctx, &d->of_dy, dy, 0, &d->col, false);
    const trn_product_t update = {.layer = layer->name, .pass = "update", .m = in.c, .n = rows, .k = columns, .trans_b = true, .a = trn_operand(x), .b = col};
    if (!layer->frozen) trn_gemm(ctx, layer->param[0].g, &update);
    if (layer->dx == NULL) return;
    const trn_product_t bprop = {.layer = layer->name, .pass = "bprop", .m = in.c, .n = columns, .k = rows, .a = trn_operand(layer->param[0].w), .b = col};
    trn_gemm(ctx, layer->dx, &bprop);
}

static void deconv_free(trn_layer_t *layer)
{
    trn_deconv_t *d = layer->own;
    trn_adjoint_free(d->adjoint);
    free(d->col);
}

trn_layer_t *trn_deconv_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_kernel_t k)
{
    const size_t channels = k.channels, kernel = k.kernel, stride = k.stride, pad = k.pad;
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_deconv_t *d = trn_alloc(1, sizeof *d);
    const trn_shape_t out = {.c = channels, .n = in.n, .h = stride * in.h, .w = stride * in.w};
    const size_t rows = channels * kernel * kernel;
    snprintf(layer->name, sizeof layer->name, "%s", name);
    *d = (trn_deconv_t){.adjoint = trn_adjoint_create(ctx, in, out, kernel, stride, pad), .of_dy = trn_window(out, kernel, stride, pad, 1, in.h, in.w)};
    layer->own = d;
    layer->in = in;
    layer->out = out;
    layer->y = trn_tensor_create(ctx, trn_shape_count(out), "%.20s.y", name);
    if (!k.first) layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    layer->forward = deconv_forward;
    layer->backward = deconv_backward;
    layer->free_own = deconv_free;
    float *value = trn_alloc(in.c * rows, sizeof *value);
    for (size_t i = 0; i < in.c * rows; i++) value[i] = k.spread * trn_normal(k.seed, i);
    trn_layer_add_param(layer, ctx, "w", in.c * rows, value, true);
    free(value);
    return layer;
}
