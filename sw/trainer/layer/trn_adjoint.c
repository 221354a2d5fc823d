/* trn_adjoint.c - backward pass of a strided convolution by parts. Header: trn_adjoint.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Row y of the large plane meets only the kernel rows ky = r + stride t, r = (y + pad) mod stride, t = 0 .. taps - 1. So the elements at
 * (stride a + py, stride b + px) are a product of their own, without the zeros of a spread plane:
 *   part(py, px)[cl][n a b] = w(py, px)[cl][cs ty tx] * col[cs ty tx][n a b],  col = small[cs][n][a + (py + pad) / stride - ty][.. x alike]
 * All parts are one tensor: one exponent, every element rounded once. */
#include "trn_adjoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct trn_adjoint {
    trn_shape_t small, large;
    size_t kernel, stride, pad, taps; /* taps = kernel / stride */
    size_t element;                   /* bytes */
    char *col;                        /* [part][cs][ty][tx][n][a][b] */
    char *weight;                     /* [part][cl][cs][ty][tx] */
    char *out;                        /* [part][cl][n][a][b] */
};

bool trn_adjoint_applies(trn_shape_t small, trn_shape_t large, size_t kernel, size_t stride, size_t pad)
{
    return stride > 1 && stride * stride <= TRN_GEMM_PARTS_MAX && kernel % stride == 0 && kernel == stride + 2 * pad && large.h == stride * small.h &&
           large.w == stride * small.w;
}

trn_adjoint_t *trn_adjoint_create(const trn_ctx_t *ctx, trn_shape_t small, trn_shape_t large, size_t kernel, size_t stride, size_t pad)
{
    trn_adjoint_t *a = trn_alloc(1, sizeof *a);
    const size_t element = trn_integer(ctx) ? sizeof(int16_t) : sizeof(float);
    *a = (trn_adjoint_t){.small = small, .large = large, .kernel = kernel, .stride = stride, .pad = pad, .taps = kernel / stride, .element = element};
    a->col = trn_alloc(kernel * kernel * trn_shape_count(small), element);
    a->weight = trn_alloc(small.c * large.c * kernel * kernel, element);
    a->out = trn_alloc(trn_shape_count(large), element);
    return a;
}

void trn_adjoint_free(trn_adjoint_t *a)
{
    if (a == NULL) return;
    free(a->col);
    free(a->weight);
    free(a->out);
    free(a);
}

/* to[width] = row[shift ..], 0 outside the row. */
static void shifted_row(char *to, const char *row, size_t width, long shift, size_t element)
{
    const size_t skip = (size_t)(shift < 0 ? -shift : shift), kept = skip < width ? width - skip : 0, empty = (width - kept) * element;
    if (shift < 0) {
        memset(to, 0, empty);
        memcpy(to + empty, row, kept * element);
    } else {
        memcpy(to, row + empty, kept * element);
        memset(to + kept * element, 0, empty);
    }
}

static void gather_columns(const trn_adjoint_t *a, const char *small, size_t py, size_t px, char *to)
{
    const trn_shape_t s = a->small;
    const size_t row_bytes = s.w * a->element;
    for (size_t c = 0; c < s.c; c++)
        for (size_t ty = 0; ty < a->taps; ty++)
            for (size_t tx = 0; tx < a->taps; tx++)
                for (size_t n = 0; n < s.n; n++)
                    for (size_t y = 0; y < s.h; y++, to += row_bytes) {
                        const size_t from = y + (py + a->pad) / a->stride - ty; /* wraps far above s.h when negative */
                        if (from >= s.h) memset(to, 0, row_bytes);
                        else shifted_row(to, small + ((c * s.n + n) * s.h + from) * row_bytes, s.w, (long)((px + a->pad) / a->stride) - (long)tx, a->element);
                    }
}

static void gather_weights(const trn_adjoint_t *a, const char *w, size_t py, size_t px, char *to)
{
    const size_t ry = (py + a->pad) % a->stride, rx = (px + a->pad) % a->stride;
    for (size_t cl = 0; cl < a->large.c; cl++)
        for (size_t cs = 0; cs < a->small.c; cs++)
            for (size_t ty = 0; ty < a->taps; ty++)
                for (size_t tx = 0; tx < a->taps; tx++, to += a->element)
                    memcpy(to, w + (((cs * a->large.c + cl) * a->kernel + ry + a->stride * ty) * a->kernel + rx + a->stride * tx) * a->element, a->element);
}

/* to[i * stride] = from[i] */
static void scatter(char *to, const char *from, size_t count, size_t stride, size_t element)
{
    if (element == sizeof(int16_t))
        for (size_t i = 0; i < count; i++) ((int16_t *)(void *)to)[i * stride] = ((const int16_t *)(const void *)from)[i];
    else
        for (size_t i = 0; i < count; i++) ((float *)(void *)to)[i * stride] = ((const float *)(const void *)from)[i];
}

static void interleave(const trn_adjoint_t *a, size_t py, size_t px, const char *from, char *large)
{
    const trn_shape_t s = a->small;
    for (size_t plane = 0; plane < a->large.c * s.n; plane++)
        for (size_t y = 0; y < s.h; y++, from += s.w * a->element)
            scatter(large + ((plane * a->large.h + y * a->stride + py) * a->large.w + px) * a->element, from, s.w, a->stride, a->element);
}

void trn_adjoint_run(trn_adjoint_t *a, trn_ctx_t *ctx, const char *layer, const char *pass, const trn_tensor_t *w, const trn_tensor_t *small,
                     trn_tensor_t *large)
{
    const size_t parts = a->stride * a->stride, m = a->large.c, n = trn_shape_count(a->small) / a->small.c, k = a->small.c * a->taps * a->taps;
    char name[TRN_GEMM_PARTS_MAX][TRN_NAME_BYTES];
    trn_product_t product[TRN_GEMM_PARTS_MAX];
    const bool integer = trn_integer(ctx);
    for (size_t i = 0; i < parts; i++) {
        const size_t py = i / a->stride, px = i % a->stride;
        char *col = a->col + i * k * n * a->element, *weight = a->weight + i * m * k * a->element;
        gather_columns(a, integer ? (const char *)small->mant : (const char *)small->value, py, px, col);
        gather_weights(a, integer ? (const char *)w->mant : (const char *)w->value, py, px, weight);
        snprintf(name[i], sizeof name[i], "%.20s.%u%u", layer, (unsigned)py % 10, (unsigned)px % 10);
        product[i] = (trn_product_t){.layer = name[i], .pass = pass, .m = m, .n = n, .k = k, .a = trn_operand(w), .b = trn_operand(small)};
        if (integer) {
            product[i].a.mant = (const int16_t *)(const void *)weight;
            product[i].b.mant = (const int16_t *)(const void *)col;
        } else {
            product[i].a.value = (const float *)(const void *)weight;
            product[i].b.value = (const float *)(const void *)col;
        }
    }
    trn_gemm_parts(ctx, large, product, parts, a->out);
    for (size_t i = 0; i < parts; i++)
        interleave(a, i / a->stride, i % a->stride, a->out + i * m * n * a->element, integer ? (char *)large->mant : (char *)large->value);
}
