/* trn_conv.c - convolution as three matrix products: fprop, bprop, update. Header: trn_layer.h
 *
 *   fprop   y[co][n ho wo]  = w[co][ci k k] * im2col(x)
 *   bprop   dx[ci][n h w]   = w'[ci][co k k] * im2col(dy, spread by the stride); w' is w turned by 180 degrees
 *   update  g[co][ci k k]   = dy[co][n ho wo] * im2col(x)^T
 * Every result is thus rounded once. A 1x1 kernel needs no w': bprop takes w transposed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trn_adjoint.h"
#include "trn_random.h"

typedef struct trn_conv {
    size_t kernel, stride, pad;
    void *col;    /* im2col(x), kept for the update */
    void *spread; /* dy with zeros between, when stride > 1 */
    void *dcol;   /* im2col(dy) */
    void *turned; /* w' */
    trn_adjoint_t *adjoint; /* bprop without the zeros, where the kernel is a multiple of the stride */
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

void trn_im2col(const void *x, size_t element, trn_shape_t in, size_t kernel, size_t stride, size_t pad, size_t out_h, size_t out_w, void *out)
{
    const char *from = x;
    char *to = out;
    for (size_t c = 0; c < in.c; c++)
        for (size_t ky = 0; ky < kernel; ky++)
            for (size_t kx = 0; kx < kernel; kx++)
                for (size_t n = 0; n < in.n; n++)
                    for (size_t oy = 0; oy < out_h; oy++, to += out_w * element) {
                        const size_t iy = oy * stride + ky - pad; /* wraps far above in.h when negative */
                        if (iy >= in.h) {
                            memset(to, 0, out_w * element);
                            continue;
                        }
                        const char *row = from + ((c * in.n + n) * in.h + iy) * in.w * element;
                        if (stride == 1) {
                            const size_t left = kx < pad ? pad - kx : 0, start = kx < pad ? 0 : kx - pad;
                            size_t width = start < in.w ? in.w - start : 0;
                            if (left >= out_w) width = 0;
                            else if (width > out_w - left) width = out_w - left;
                            const size_t lead = left < out_w ? left : out_w;
                            memset(to, 0, lead * element);
                            memcpy(to + lead * element, row + start * element, width * element);
                            memset(to + (lead + width) * element, 0, (out_w - lead - width) * element);
                            continue;
                        }
                        for (size_t ox = 0; ox < out_w; ox++) {
                            const size_t ix = ox * stride + kx - pad;
                            if (ix < in.w) memcpy(to + ox * element, row + ix * element, element);
                            else memset(to + ox * element, 0, element);
                        }
                    }
}

static bool is_plain(const trn_conv_t *c)
{
    return c->kernel == 1 && c->stride == 1 && c->pad == 0;
}

static void conv_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_conv_t *c = layer->own;
    const trn_shape_t out = layer->out;
    if (!is_plain(c)) trn_im2col(data(x), element_size(ctx), layer->in, c->kernel, c->stride, c->pad, out.h, out.w, c->col);
    const trn_product_t product = {.layer = layer->name, .pass = "fprop", .m = out.c, .n = out.n * out.h * out.w,
                                   .k = layer->in.c * c->kernel * c->kernel, .a = trn_operand(layer->param[0].w),
                                   .b = operand(ctx, is_plain(c) ? data(x) : c->col, x)};
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

/* Puts stride - 1 zeros between the rows and columns of dy. */
static trn_shape_t spread(const trn_layer_t *layer, const trn_tensor_t *dy, size_t element)
{
    const trn_conv_t *c = layer->own;
    const trn_shape_t in = layer->out;
    const trn_shape_t out = {.c = in.c, .n = in.n, .h = (in.h - 1) * c->stride + 1, .w = (in.w - 1) * c->stride + 1};
    const char *from = data(dy);
    char *to = c->spread;
    memset(to, 0, trn_shape_count(out) * element);
    for (size_t plane = 0; plane < in.c * in.n; plane++)
        for (size_t y = 0; y < in.h; y++)
            for (size_t x = 0; x < in.w; x++)
                memcpy(to + ((plane * out.h + y * c->stride) * out.w + x * c->stride) * element, from + ((plane * in.h + y) * in.w + x) * element, element);
    return out;
}

static void conv_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_conv_t *c = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t element = element_size(ctx), area = c->kernel * c->kernel;
    const trn_product_t update = {.layer = layer->name, .pass = "update", .m = out.c, .n = in.c * area, .k = out.n * out.h * out.w, .trans_b = true,
                                  .a = trn_operand(dy), .b = operand(ctx, is_plain(c) ? data(x) : c->col, x)};
    if (!layer->frozen) trn_gemm(ctx, layer->param[0].g, &update);
    if (layer->dx == NULL) return;
    if (c->adjoint != NULL) {
        trn_adjoint_run(c->adjoint, ctx, layer->name, "bprop", layer->param[0].w, dy, layer->dx);
        return;
    }
    trn_product_t bprop = {.layer = layer->name, .pass = "bprop", .m = in.c, .n = in.n * in.h * in.w, .k = out.c * area};
    const void *from = data(dy);
    trn_shape_t shape = out;
    if (c->stride > 1) {
        shape = spread(layer, dy, element);
        from = c->spread;
    }
    if (!is_plain(c)) {
        trn_im2col(from, element, shape, c->kernel, 1, c->kernel - 1 - c->pad, in.h, in.w, c->dcol);
        from = c->dcol;
    }
    bprop.b = operand(ctx, from, dy);
    if (c->kernel == 1) {
        bprop.a = trn_operand(layer->param[0].w);
        bprop.trans_a = true;
    } else {
        turn_kernel(layer, element);
        bprop.a = operand(ctx, c->turned, layer->param[0].w);
    }
    trn_gemm(ctx, layer->dx, &bprop);
}

static void conv_free(trn_layer_t *layer)
{
    trn_conv_t *c = layer->own;
    free(c->col);
    free(c->spread);
    free(c->dcol);
    free(c->turned);
    trn_adjoint_free(c->adjoint);
}

trn_layer_t *trn_conv_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t kernel, size_t stride, size_t pad,
                             bool first, float gain, uint64_t seed)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_conv_t *c = trn_alloc(1, sizeof *c);
    const size_t element = element_size(ctx), area = kernel * kernel;
    const trn_shape_t out = {.c = channels, .n = in.n, .h = (in.h + 2 * pad - kernel) / stride + 1, .w = (in.w + 2 * pad - kernel) / stride + 1};
    snprintf(layer->name, sizeof layer->name, "%s", name);
    *c = (trn_conv_t){.kernel = kernel, .stride = stride, .pad = pad};
    layer->own = c;
    layer->in = in;
    layer->out = out;
    layer->y = trn_tensor_create(ctx, trn_shape_count(out), "%.20s.y", name);
    if (!first) layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    const bool by_parts = trn_adjoint_applies(out, in, kernel, stride, pad);
    if (!is_plain(c)) {
        c->col = trn_alloc(in.c * area * out.n * out.h * out.w, element);
        if (!first && !by_parts) c->dcol = trn_alloc(out.c * area * in.n * in.h * in.w, element);
    }
    if (stride > 1 && !first && !by_parts) c->spread = trn_alloc(out.c * out.n * ((out.h - 1) * stride + 1) * ((out.w - 1) * stride + 1), element);
    if (kernel > 1 && !first && !by_parts) c->turned = trn_alloc(out.c * in.c * area, element);
    if (!first && by_parts) c->adjoint = trn_adjoint_create(ctx, out, in, kernel, stride, pad);
    layer->forward = conv_forward;
    layer->backward = conv_backward;
    layer->free_own = conv_free;

    const size_t count = channels * in.c * area;
    const float scale = gain * sqrtf(2.0F / (float)(in.c * area));
    float *value = trn_alloc(count, sizeof *value);
    for (size_t i = 0; i < count; i++) value[i] = scale * trn_normal(seed, i);
    trn_layer_add_param(layer, ctx, "w", count, value, true);
    free(value);
    return layer;
}
