/* trn_conv.c - convolution as three matrix products: fprop, bprop, update. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 *   fprop   y[co][n ho wo]  = w[co][ci k k] * im2col(x)
 *   bprop   dx[ci][n h w]   = w'[ci][co k k] * im2col(dy, dilated by the stride); w' is w turned by 180 degrees
 *   update  g[co][ci k k]   = dy[co][n ho wo] * im2col(x)^T
 * Every result is thus rounded once. A 1x1 kernel needs no w': bprop takes w transposed. The exact product reads the tensor (dy without the zeros), or makes im2col's rows
 * when it needs them; OpenBLAS and a recorder get the whole matrix. With oneDNN nothing of this happens: trn_conv_onednn.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trn_adjoint.h"
#include "trn_conv_onednn.h"
#include "ops/trn_im2col.h"
#include "tensor/trn_random.h"

typedef struct trn_conv {
    size_t kernel, stride, pad;
    trn_window_t of_x, of_dy;
    void *col;    /* im2col(x), kept for the update */
    void *dcol;   /* im2col(dy) */
    void *turned; /* w' */
    trn_adjoint_t *adjoint; /* bprop without the zeros, where the kernel is a multiple of the stride */
    trn_onednn_t *onednn; /* does all of it, if not NULL */
} trn_conv_t;

static size_t element_size(const trn_ctx_t *ctx)
{
    return trn_integer(ctx) ? sizeof(int16_t) : sizeof(float);
}

static const void *data(const trn_tensor_t *t)
{
    return t->mant != NULL ? (const void *)t->mant : (const void *)t->value;
}

/* The tensor's values in another order. */
static trn_operand_t operand(const trn_ctx_t *ctx, const void *values, const trn_tensor_t *tensor)
{
    trn_operand_t out = trn_operand(tensor);
    if (trn_integer(ctx)) out.mant = values;
    else out.value = values;
    return out;
}

static bool is_plain(const trn_conv_t *c)
{
    return c->kernel == 1 && c->stride == 1 && c->pad == 0;
}

static void conv_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_conv_t *c = layer->own;
    const trn_shape_t out = layer->out;
    if (c->onednn != NULL) {
        trn_onednn_forward(c->onednn, ctx, layer, x);
        return;
    }
    const trn_product_t product = {.layer = layer->name, .pass = "fprop", .m = out.c, .n = out.n * out.h * out.w,
                                   .k = layer->in.c * c->kernel * c->kernel, .a = trn_operand(layer->param[0].w),
                                   .b = is_plain(c) ? trn_operand(x) : trn_lowered(ctx, &c->of_x, x, 0, &c->col, false)};
    trn_gemm(ctx, layer->y, &product);
}

/* w'[ci][co][ky][kx] = w[co][ci][k - 1 - ky][k - 1 - kx] */
static void turn_kernel(const trn_layer_t *layer, size_t element)
{
    const trn_conv_t *c = layer->own;
    const size_t area = c->kernel * c->kernel, co_count = layer->out.c, ci_count = layer->in.c;
    const char *from = data(layer->param[0].w);
    char *to = c->turned;
    for (size_t co = 0; co < co_count; co++)
        for (size_t ci = 0; ci < ci_count; ci++)
            for (size_t i = 0; i < area; i++)
                memcpy(to + ((ci * co_count + co) * area + area - 1 - i) * element, from + ((co * ci_count + ci) * area + i) * element, element);
}

static void conv_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_conv_t *c = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t area = c->kernel * c->kernel;
    if (c->onednn != NULL) {
        trn_onednn_backward(c->onednn, ctx, layer, x, dy);
        return;
    }
    const trn_product_t update = {.layer = layer->name, .pass = "update", .m = out.c, .n = in.c * area, .k = out.n * out.h * out.w, .trans_b = true,
                                  .a = trn_operand(dy), .b = is_plain(c) ? trn_operand(x) : trn_lowered(ctx, &c->of_x, x, 0, &c->col, true)};
    if (!layer->frozen) trn_gemm(ctx, layer->param[0].g, &update);
    if (layer->dx == NULL) return;
    if (c->adjoint != NULL) {
        trn_adjoint_run(c->adjoint, ctx, layer->name, "bprop", layer->param[0].w, dy, layer->dx);
        return;
    }
    trn_product_t bprop = {.layer = layer->name, .pass = "bprop", .m = in.c, .n = in.n * in.h * in.w, .k = out.c * area,
                           .b = is_plain(c) ? trn_operand(dy) : trn_lowered(ctx, &c->of_dy, dy, 0, &c->dcol, false)};
    if (c->kernel == 1) {
        bprop.a = trn_operand(layer->param[0].w);
        bprop.trans_a = true;
    } else {
        turn_kernel(layer, element_size(ctx));
        bprop.a = operand(ctx, c->turned, layer->param[0].w);
    }
    trn_gemm(ctx, layer->dx, &bprop);
}

static void conv_free(trn_layer_t *layer)
{
    trn_conv_t *c = layer->own;
    free(c->col);
    free(c->dcol);
    free(c->turned);
    trn_adjoint_free(c->adjoint);
    trn_onednn_free(c->onednn);
}

trn_layer_t *trn_conv_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, trn_kernel_t k)
{
    const size_t channels = k.channels, kernel = k.kernel, stride = k.stride, pad = k.pad;
    const bool first = k.first;
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_conv_t *c = trn_alloc(1, sizeof *c);
    const size_t element = element_size(ctx), area = kernel * kernel;
    const trn_shape_t out = {.c = channels, .n = in.n, .h = (in.h + 2 * pad - kernel) / stride + 1, .w = (in.w + 2 * pad - kernel) / stride + 1};
    snprintf(layer->name, sizeof layer->name, "%s", name);
    *c = (trn_conv_t){.kernel = kernel, .stride = stride, .pad = pad,
                      .of_x = trn_window(in, kernel, stride, pad, 1, out.h, out.w), .of_dy = trn_window(out, kernel, 1, kernel - 1 - pad, stride, in.h, in.w)};
    layer->own = c;
    layer->in = in;
    layer->out = out;
    c->onednn = trn_onednn_create(ctx, layer, kernel, stride, pad, first);
    layer->y = trn_tensor_create(ctx, trn_shape_count(out), "%.20s.y", name);
    if (!first) layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    const bool by_parts = trn_adjoint_applies(out, in, kernel, stride, pad);
    if (kernel > 1 && !first && !by_parts) c->turned = trn_alloc(out.c * in.c * area, element);
    if (!first && by_parts) c->adjoint = trn_adjoint_create(ctx, out, in, kernel, stride, pad);
    layer->forward = conv_forward;
    layer->backward = conv_backward;
    layer->free_own = conv_free;

    const size_t count = channels * in.c * area;
    const float scale = k.spread * sqrtf(2.0F / (float)(in.c * area));
    float *value = trn_alloc(count, sizeof *value);
    for (size_t i = 0; i < count; i++) value[i] = scale * trn_normal(k.seed, i);
    trn_layer_add_param(layer, ctx, "w", count, value, true);
    free(value);
    return layer;
}
