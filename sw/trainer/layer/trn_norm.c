/* trn_norm.c - y = relu(batch_norm(x) + skip). Header: trn_layer.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ioffe and Szegedy 2015. Inside the operation, and only there, mean, variance and 1 / sqrt(variance + epsilon) are float32 with
 * float64 sums; its inputs, outputs, parameters and running averages are tensors like all others. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/trn_clones.h"
#include "trn_layer.h"

static const float epsilon = 1e-5F;
static const float momentum = 0.9F; /* of the running averages */

enum { LANES = 8, HALF = LANES / 2 }; /* partial sums, added up in order: the same on every machine */

typedef struct trn_norm {
    const trn_tensor_t *skip;
    trn_tensor_t *ds;    /* gradient of y before relu, for the shortcut */
    float slope;         /* of y where it is negative: 0, or that of a leaky relu */
    float *mean, *scale; /* [c] of this minibatch: scale = 1 / sqrt(variance + epsilon) */
} trn_norm_t;

/* What a pass over the tensors works on: layers' parts are filled with it. */
typedef struct trn_norm_pass {
    trn_layer_t *layer;
    trn_ctx_t *ctx;
    const trn_tensor_t *x, *dy;
    const float *gamma, *beta;   /* [c] */
    float *dgamma, *dbeta;       /* [c] */
    size_t each;                 /* elements of a channel */
    float a, b, d;               /* backward: of the channel that is being filled */
} trn_norm_pass_t;

static double add_up(const double sum[LANES])
{
    double all = 0.0;
    for (int i = 0; i < LANES; i++) all += sum[i];
    return all;
}

/* Element i; `packed`: of mantissas. A constant, so that each kind has loops of its own. */
static inline __attribute__((always_inline)) float at(trn_view_t x, bool packed, size_t i)
{
    return packed ? (float)x.mant[i] * x.scale : x.value[i];
}

/* LANES neighbours, in the machine's vectors. */
typedef int16_t trn_shorts_t __attribute__((vector_size(LANES * sizeof(int16_t))));
typedef int32_t trn_ints_t __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef float trn_floats_t __attribute__((vector_size(LANES * sizeof(float))));
typedef float trn_half_t __attribute__((vector_size(HALF * sizeof(float))));
typedef double trn_doubles_t __attribute__((vector_size(HALF * sizeof(double))));

/* By pointer, as a function that returned them would be another one on every machine. */
static inline __attribute__((always_inline)) void lanes_at(trn_view_t x, bool packed, size_t i, trn_floats_t *out)
{
    trn_shorts_t mant;
    if (!packed) {
        memcpy(out, x.value + i, sizeof *out);
        return;
    }
    memcpy(&mant, x.mant + i, sizeof mant);
    *out = __builtin_convertvector(__builtin_convertvector(mant, trn_ints_t), trn_floats_t) * x.scale;
}

/* *low, *high += values, lane by lane. */
static inline __attribute__((always_inline)) void add_lanes(trn_doubles_t *low, trn_doubles_t *high, const trn_floats_t *values)
{
    const trn_half_t first = __builtin_shufflevector(*values, *values, 0, 1, 2, 3), second = __builtin_shufflevector(*values, *values, 4, 5, 6, 7);
    *low += __builtin_convertvector(first, trn_doubles_t);
    *high += __builtin_convertvector(second, trn_doubles_t);
}

static inline __attribute__((always_inline)) void load_lanes(const double sum[LANES], trn_doubles_t *low, trn_doubles_t *high)
{
    memcpy(low, sum, sizeof *low);
    memcpy(high, sum + HALF, sizeof *high);
}

static inline __attribute__((always_inline)) void store_lanes(const trn_doubles_t *low, const trn_doubles_t *high, double sum[LANES])
{
    memcpy(sum, low, sizeof *low);
    memcpy(sum + HALF, high, sizeof *high);
}

/* A sum of float64 that is exact in any order, so it is one of integers: count <= TRN_PART. */
static inline __attribute__((always_inline)) void sum_mantissas(trn_view_t x, size_t count, double sum[LANES])
{
    int32_t all = 0;
    for (size_t i = 0; i < count; i++) all += x.mant[i];
    sum[0] += (double)all * (double)x.scale;
}

static inline __attribute__((always_inline)) void sum_values(trn_view_t x, size_t count, double sum[LANES])
{
    trn_doubles_t low, high;
    size_t i = 0;
    load_lanes(sum, &low, &high);
    for (; i + LANES <= count; i += LANES) {
        trn_floats_t value;
        lanes_at(x, false, i, &value);
        add_lanes(&low, &high, &value);
    }
    store_lanes(&low, &high, sum);
    for (; i < count; i++) sum[i % LANES] += (double)x.value[i];
}

TRN_CLONES static void add_sum(trn_view_t x, size_t count, double sum[LANES])
{
    if (x.mant != NULL) sum_mantissas(x, count, sum);
    else sum_values(x, count, sum);
}

static inline __attribute__((always_inline)) void square_view(trn_view_t x, bool packed, size_t count, float mean, double sum[LANES])
{
    trn_doubles_t low, high;
    size_t i = 0;
    load_lanes(sum, &low, &high);
    for (; i + LANES <= count; i += LANES) {
        trn_floats_t far;
        lanes_at(x, packed, i, &far);
        far -= mean;
        far *= far;
        add_lanes(&low, &high, &far);
    }
    store_lanes(&low, &high, sum);
    for (; i < count; i++) {
        const float far = at(x, packed, i) - mean;
        sum[i % LANES] += (double)(far * far);
    }
}

TRN_CLONES static void add_squares(trn_view_t x, size_t count, float mean, double sum[LANES])
{
    if (x.mant != NULL) square_view(x, true, count, mean, sum);
    else square_view(x, false, count, mean, sum);
}

static inline __attribute__((always_inline)) void product_view(trn_view_t g, bool g_packed, trn_view_t x, bool packed, size_t count, float mean, double product[LANES])
{
    trn_doubles_t low, high;
    size_t i = 0;
    load_lanes(product, &low, &high);
    for (; i + LANES <= count; i += LANES) {
        trn_floats_t gradient, far;
        lanes_at(g, g_packed, i, &gradient);
        lanes_at(x, packed, i, &far);
        gradient *= far - mean;
        add_lanes(&low, &high, &gradient);
    }
    store_lanes(&low, &high, product);
    for (; i < count; i++) product[i % LANES] += (double)(at(g, g_packed, i) * (at(x, packed, i) - mean));
}

TRN_CLONES static void add_products(trn_view_t g, trn_view_t x, size_t count, float mean, double product[LANES])
{
    if (g.mant != NULL && x.mant != NULL) product_view(g, true, x, true, count, mean, product);
    else if (g.mant != NULL) product_view(g, true, x, false, count, mean, product);
    else if (x.mant != NULL) product_view(g, false, x, true, count, mean, product);
    else product_view(g, false, x, false, count, mean, product);
}

static size_t part_of(size_t done, size_t each)
{
    return each - done < TRN_PART ? each - done : TRN_PART;
}

/* Mean and variance of channel c. */
static void measure(trn_norm_pass_t *p, size_t c, float *mean, float *variance)
{
    double sum[LANES] = {0.0}, squares[LANES] = {0.0};
    for (size_t i = 0, part; i < p->each; i += part) {
        part = part_of(i, p->each);
        add_sum(trn_view_part(p->ctx, p->x, 0, c * p->each + i, part), part, sum);
    }
    *mean = (float)(add_up(sum) / (double)p->each);
    for (size_t i = 0, part; i < p->each; i += part) {
        part = part_of(i, p->each);
        add_squares(trn_view_part(p->ctx, p->x, 0, c * p->each + i, part), part, *mean, squares);
    }
    *variance = (float)(add_up(squares) / (double)p->each);
}

static void average(trn_ctx_t *ctx, trn_tensor_t *running, const float *value)
{
    const float *old = trn_read(ctx, running, 4);
    float *out = trn_room(ctx, running, 5);
    for (size_t c = 0; c < running->count; c++) out[c] = momentum * old[c] + (1.0F - momentum) * value[c];
    trn_store(ctx, running, out);
}

/* y = relu(a x + b + skip), leaky when slope is not 0. */
typedef struct trn_line { float a, b, slope; } trn_line_t;

static inline __attribute__((always_inline)) void normalise_view(trn_view_t x, bool packed, trn_view_t skip, bool has_skip, bool skip_packed, size_t count, trn_line_t line, float *y)
{
    const float a = line.a, b = line.b, slope = line.slope;
    if (!has_skip)
        for (size_t i = 0; i < count; i++) {
            const float sum = a * at(x, packed, i) + b;
            y[i] = sum > 0.0F ? sum : slope != 0.0F ? slope * sum : 0.0F;
        }
    else
        for (size_t i = 0; i < count; i++) {
            const float sum = a * at(x, packed, i) + b + at(skip, skip_packed, i);
            y[i] = sum > 0.0F ? sum : slope != 0.0F ? slope * sum : 0.0F;
        }
}

/* skip may be empty. */
TRN_CLONES static void normalise(trn_view_t x, trn_view_t skip, size_t count, trn_line_t line, float *y)
{
    const bool has_skip = skip.mant != NULL || skip.value != NULL;
    if (x.mant != NULL && skip.mant != NULL) normalise_view(x, true, skip, true, true, count, line, y);
    else if (x.mant != NULL) normalise_view(x, true, skip, has_skip, false, count, line, y);
    else if (skip.mant != NULL) normalise_view(x, false, skip, true, true, count, line, y);
    else normalise_view(x, false, skip, has_skip, false, count, line, y);
}

static void fill_y(void *user, size_t first, size_t count, float *out)
{
    const trn_norm_pass_t *p = user;
    const trn_norm_t *n = p->layer->own;
    const size_t c = first / p->each;
    const float a = p->gamma[c] * n->scale[c], b = p->beta[c] - n->mean[c] * a;
    const trn_view_t skip = n->skip != NULL ? trn_view_part(p->ctx, n->skip, 1, first, count) : (trn_view_t){0};
    normalise(trn_view_part(p->ctx, p->x, 0, first, count), skip, count, (trn_line_t){.a = a, .b = b, .slope = n->slope}, out);
}

static void norm_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_norm_t *n = layer->own;
    const size_t channels = layer->in.c;
    trn_norm_pass_t pass = {.layer = layer, .ctx = ctx, .x = x, .each = x->count / channels};
    if (ctx->eval) {
        const float *mean = trn_read(ctx, layer->state[0], 4), *variance = trn_read(ctx, layer->state[1], 5);
        for (size_t c = 0; c < channels; c++) {
            n->mean[c] = mean[c];
            n->scale[c] = 1.0F / sqrtf((variance[c] > 0.0F ? variance[c] : 0.0F) + epsilon);
        }
    } else {
        float *variance = trn_scratch(ctx, 1, channels);
        for (size_t c = 0; c < channels; c++) measure(&pass, c, &n->mean[c], &variance[c]);
        for (size_t c = 0; c < channels; c++) n->scale[c] = 1.0F / sqrtf(variance[c] + epsilon);
        average(ctx, layer->state[0], n->mean);
        average(ctx, layer->state[1], variance);
    }
    pass.gamma = trn_read(ctx, layer->param[0].w, 4);
    pass.beta = trn_read(ctx, layer->param[1].w, 5);
    trn_store_parts(ctx, layer->y, pass.each, fill_y, &pass);
}

/* out = y > 0 ? dy : slope dy; both are of mantissas, or none */
TRN_CLONES static void mask(trn_view_t dy, trn_view_t y, size_t count, float slope, float *out)
{
    if (dy.mant != NULL && slope == 0.0F)
        for (size_t i = 0; i < count; i++) out[i] = (float)(dy.mant[i] & -(y.mant[i] > 0)) * dy.scale;
    else if (dy.mant != NULL)
        for (size_t i = 0; i < count; i++) {
            const float gradient = (float)dy.mant[i] * dy.scale;
            out[i] = y.mant[i] > 0 ? gradient : slope * gradient;
        }
    else
        for (size_t i = 0; i < count; i++) out[i] = y.value[i] > 0.0F ? dy.value[i] : slope != 0.0F ? slope * dy.value[i] : 0.0F;
}

static void fill_ds(void *user, size_t first, size_t count, float *out)
{
    const trn_norm_pass_t *p = user;
    const trn_norm_t *n = p->layer->own;
    trn_view_t dy = trn_view_part(p->ctx, p->dy, 0, first, count), y = trn_view_part(p->ctx, p->layer->y, 1, first, count);
    if ((dy.mant == NULL) != (y.mant == NULL)) { /* one exponent is extreme */
        dy = (trn_view_t){.value = trn_read_part(p->ctx, p->dy, 0, first, count)};
        y = (trn_view_t){.value = trn_read_part(p->ctx, p->layer->y, 1, first, count)};
    }
    mask(dy, y, count, n->slope, out);
}

/* The gradient behind relu: what was stored for the shortcut, or made anew. */
static trn_view_t read_masked(const trn_norm_pass_t *p, size_t first, size_t count)
{
    const trn_norm_t *n = p->layer->own;
    if (n->ds != NULL) return trn_view_part(p->ctx, n->ds, 0, first, count);
    float *out = trn_scratch(p->ctx, 2, count);
    fill_ds((void *)p, first, count, out);
    return (trn_view_t){.value = out};
}

/* dx = a (g - b - (x - mean) d) */
typedef struct trn_gradient { float mean, a, b, d; } trn_gradient_t;

static inline __attribute__((always_inline)) void differentiate_view(trn_view_t g, bool g_packed, trn_view_t x, bool packed, size_t count, trn_gradient_t k, float *dx)
{
    const float mean = k.mean, a = k.a, b = k.b, d = k.d;
    for (size_t i = 0; i < count; i++) dx[i] = a * (at(g, g_packed, i) - b - (at(x, packed, i) - mean) * d);
}

TRN_CLONES static void differentiate(trn_view_t g, trn_view_t x, size_t count, trn_gradient_t k, float *dx)
{
    if (g.mant != NULL && x.mant != NULL) differentiate_view(g, true, x, true, count, k, dx);
    else if (g.mant != NULL) differentiate_view(g, true, x, false, count, k, dx);
    else if (x.mant != NULL) differentiate_view(g, false, x, true, count, k, dx);
    else differentiate_view(g, false, x, false, count, k, dx);
}

/* The sums over channel c, and what its dx needs of them. */
static void begin_channel(trn_norm_pass_t *p, size_t c)
{
    const trn_norm_t *n = p->layer->own;
    double sums[LANES] = {0.0}, products[LANES] = {0.0};
    for (size_t i = 0, part; i < p->each; i += part) {
        part = part_of(i, p->each);
        const trn_view_t g = read_masked(p, c * p->each + i, part);
        add_sum(g, part, sums);
        add_products(g, trn_view_part(p->ctx, p->x, 3, c * p->each + i, part), part, n->mean[c], products);
    }
    const double sum = add_up(sums), product = add_up(products);
    p->dbeta[c] = (float)sum;
    p->dgamma[c] = (float)product * n->scale[c];
    p->a = p->gamma[c] * n->scale[c];
    p->b = (float)(sum / (double)p->each);
    p->d = n->scale[c] * n->scale[c] * (float)(product / (double)p->each);
}

static void fill_dx(void *user, size_t first, size_t count, float *out)
{
    trn_norm_pass_t *p = user;
    const trn_norm_t *n = p->layer->own;
    const size_t c = first / p->each;
    if (first % p->each == 0) begin_channel(p, c);
    const trn_view_t g = read_masked(p, first, count);
    differentiate(g, trn_view_part(p->ctx, p->x, 3, first, count), count, (trn_gradient_t){.mean = n->mean[c], .a = p->a, .b = p->b, .d = p->d}, out);
}

static void norm_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_norm_t *n = layer->own;
    const size_t channels = layer->in.c;
    float *sums = trn_scratch(ctx, 4, 2 * channels);
    trn_norm_pass_t pass = {.layer = layer, .ctx = ctx, .x = x, .dy = dy, .each = x->count / channels, .gamma = trn_read(ctx, layer->param[0].w, 5),
                            .dgamma = sums, .dbeta = sums + channels};
    if (n->ds != NULL) trn_store_parts(ctx, n->ds, pass.each, fill_ds, &pass); /* what goes on is what was stored */
    trn_store_parts(ctx, layer->dx, pass.each, fill_dx, &pass);
    trn_store(ctx, layer->param[0].g, pass.dgamma);
    trn_store(ctx, layer->param[1].g, pass.dbeta);
}

static void norm_free(trn_layer_t *layer)
{
    trn_norm_t *n = layer->own;
    trn_tensor_free(n->ds);
    free(n->mean);
    free(n->scale);
}

void trn_norm_set_skip(trn_layer_t *layer, const trn_tensor_t *skip)
{
    ((trn_norm_t *)layer->own)->skip = skip;
}

void trn_norm_set_slope(trn_layer_t *layer, float slope)
{
    ((trn_norm_t *)layer->own)->slope = slope;
}

const trn_tensor_t *trn_norm_skip_gradient(const trn_layer_t *layer)
{
    return ((const trn_norm_t *)layer->own)->ds;
}

trn_layer_t *trn_norm_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, bool has_skip)
{
    trn_layer_t *layer = trn_alloc(1, sizeof *layer);
    trn_norm_t *n = trn_alloc(1, sizeof *n);
    snprintf(layer->name, sizeof layer->name, "%s", name);
    layer->in = layer->out = in;
    layer->own = n;
    layer->y = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.y", name);
    layer->dx = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.dx", name);
    if (has_skip) n->ds = trn_tensor_create(ctx, trn_shape_count(in), "%.20s.ds", name);
    n->mean = trn_alloc(in.c, sizeof *n->mean);
    n->scale = trn_alloc(in.c, sizeof *n->scale);
    layer->forward = norm_forward;
    layer->backward = norm_backward;
    layer->free_own = norm_free;
    float *value = trn_alloc(2 * in.c, sizeof *value); /* zeros, ones */
    for (size_t c = 0; c < in.c; c++) value[in.c + c] = 1.0F;
    trn_layer_add_param(layer, ctx, "gamma", in.c, value + in.c, false);
    trn_layer_add_param(layer, ctx, "beta", in.c, value, false);
    layer->state[0] = trn_tensor_create(ctx, in.c, "%.20s.mean", name);
    layer->state[1] = trn_tensor_create(ctx, in.c, "%.20s.var", name);
    layer->state[0]->learned = layer->state[1]->learned = true;
    layer->states = 2;
    trn_store(ctx, layer->state[0], value);
    trn_store(ctx, layer->state[1], value + in.c);
    free(value);
    return layer;
}
