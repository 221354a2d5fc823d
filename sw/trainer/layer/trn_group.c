/* trn_group.c - convolution in groups: the products of trn_conv.c, one per group. Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Channels come first in every tensor, so a group's part of x, y, dx, w and g is a run of rows. The groups of one pass are the parts of one
 * product (trn_gemm_parts): they share the exponent that the tensor was given before the first of them starts, their statistics are
 * merged, and Autoflex sees one write. Each output is still rounded once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/trn_im2col.h"
#include "trn_layer.h"
#include "tensor/trn_random.h"

/* Of one group. */
typedef struct trn_own_group {
    trn_window_t of_x, of_dy;
    void *col, *dcol; /* im2col(x), im2col(dy), where they are asked for */
    char name[TRN_NAME_BYTES + 4];
} trn_own_group_t;

typedef struct trn_groups {
    size_t count, kernel;
    trn_own_group_t group[TRN_GEMM_PARTS_MAX];
    void *turned; /* [count][ci][co][kernel][kernel]: each group's w turned by 180 degrees */
} trn_groups_t;

/* The tensor's values from element `first` on. */
static trn_operand_t operand_from(const trn_ctx_t *ctx, const trn_tensor_t *tensor, size_t first)
{
    trn_operand_t out = trn_operand(tensor);
    if (trn_integer(ctx)) out.mant += first;
    else out.value += first;
    return out;
}

static void multiply(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *product, size_t groups)
{
    trn_gemm_parts(ctx, c, product, groups, trn_integer(ctx) ? (void *)c->mant : (void *)c->value);
}

static void group_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_groups_t *own = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t m = out.c / own->count, n = out.n * out.h * out.w, k = in.c / own->count * own->kernel * own->kernel;
    trn_product_t product[TRN_GEMM_PARTS_MAX];
    for (size_t g = 0; g < own->count; g++) {
        trn_own_group_t *group = &own->group[g];
        product[g] = (trn_product_t){.layer = group->name, .pass = "fprop", .m = m, .n = n, .k = k, .a = operand_from(ctx, layer->param[0].w, g * m * k),
                                     .b = trn_lowered(ctx, &group->of_x, x, g * (x->count / own->count), &group->col, false)};
    }
    multiply(ctx, layer->y, product, own->count);
}

/* turned[g][ci][co][i] = w[g][co][ci][area - 1 - i] */
static void turn_kernel(const trn_layer_t *layer, size_t element)
{
    const trn_groups_t *own = layer->own;
    const size_t area = own->kernel * own->kernel, co_count = layer->out.c / own->count, ci_count = layer->in.c / own->count;
    const trn_tensor_t *w = layer->param[0].w;
    const char *from = w->mant != NULL ? (const char *)w->mant : (const char *)w->value;
    for (size_t g = 0; g < own->count; g++) {
        char *to = (char *)own->turned + g * co_count * ci_count * area * element;
        for (size_t co = 0; co < co_count; co++)
            for (size_t ci = 0; ci < ci_count; ci++)
                for (size_t i = 0; i < area; i++, from += element) memcpy(to + ((ci * co_count + co) * area + area - 1 - i) * element, from, element);
    }
}

static void group_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_groups_t *own = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t area = own->kernel * own->kernel, co = out.c / own->count, ci = in.c / own->count;
    trn_product_t update[TRN_GEMM_PARTS_MAX], bprop[TRN_GEMM_PARTS_MAX];
    turn_kernel(layer, trn_integer(ctx) ? sizeof(int16_t) : sizeof(float));
    for (size_t g = 0; g < own->count; g++) {
        trn_own_group_t *group = &own->group[g];
        const size_t first = g * (dy->count / own->count);
        update[g] = (trn_product_t){.layer = group->name, .pass = "update", .m = co, .n = ci * area, .k = out.n * out.h * out.w, .trans_b = true,
                                    .a = operand_from(ctx, dy, first),
                                    .b = trn_lowered(ctx, &group->of_x, x, g * (x->count / own->count), &group->col, true)};
        bprop[g] = (trn_product_t){.layer = group->name, .pass = "bprop", .m = ci, .n = in.n * in.h * in.w, .k = co * area,
                                   .a = trn_operand(layer->param[0].w), .b = trn_lowered(ctx, &group->of_dy, dy, first, &group->dcol, false)};
        if (trn_integer(ctx)) bprop[g].a.mant = (const int16_t *)own->turned + g * ci * co * area;
        else bprop[g].a.value = (const float *)own->turned + g * ci * co * area;
    }
    if (!layer->frozen) multiply(ctx, layer->param[0].g, update, own->count);
    multiply(ctx, layer->dx, bprop, own->count);
}

static void group_free(trn_layer_t *layer)
{
    trn_groups_t *own = layer->own;
    for (size_t g = 0; g < own->count; g++) {
        free(own->group[g].col);
        free(own->group[g].dcol);
    }
    free(own->turned);
}

trn_layer_t *trn_group_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t kernel, size_t pad, size_t groups, uint64_t seed)
{
    const trn_shape_t out = {.c = channels, .n = in.n, .h = in.h + 2 * pad - kernel + 1, .w = in.w + 2 * pad - kernel + 1};
    trn_layer_t *layer = trn_layer_create(ctx, name, in, out);
    trn_groups_t *own = trn_alloc(1, sizeof *own);
    const size_t area = kernel * kernel, count = channels * in.c / groups * area;
    own->count = groups;
    own->kernel = kernel;
    own->turned = trn_alloc(count, trn_integer(ctx) ? sizeof(int16_t) : sizeof(float));
    trn_shape_t part_in = in, part_out = out;
    part_in.c /= groups;
    part_out.c /= groups;
    for (size_t g = 0; g < groups; g++) {
        trn_own_group_t *group = &own->group[g];
        group->of_x = trn_window(part_in, kernel, 1, pad, 1, out.h, out.w);
        group->of_dy = trn_window(part_out, kernel, 1, kernel - 1 - pad, 1, in.h, in.w);
        snprintf(group->name, sizeof group->name, "%.20sg%u", name, (unsigned)(g + 1) % 100);
    }
    layer->own = own;
    layer->forward = group_forward;
    layer->backward = group_backward;
    layer->free_own = group_free;
    const float scale = sqrtf(2.0F / (float)(in.c / groups * area)); /* He et al. 2015 */
    float *value = trn_alloc(count, sizeof *value);
    for (size_t i = 0; i < count; i++) value[i] = scale * trn_normal(seed, i);
    trn_layer_add_param(layer, ctx, "w", count, value, true);
    free(value);
    return layer;
}
