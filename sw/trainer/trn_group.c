/* trn_group.c - convolution in groups: the products of trn_conv.c, one per group. Header: trn_layer.h
 *
 * Channels come first in every tensor, so a group's part of x, y, dx, w and g is a run of rows, and its im2col matrix a run of the whole's.
 * The groups of one pass write one tensor: they share the exponent that it was given before the first of them starts, their statistics
 * are merged, and Autoflex sees one write (Algorithm 1: one dry run of all groups). Each output is still rounded once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trn_layer.h"
#include "trn_random.h"
#include "trn_record.h"

typedef struct trn_group {
    size_t groups, kernel, pad;
    void *col;    /* im2col(x), kept for the update */
    void *dcol;   /* im2col(dy) */
    void *turned; /* [groups][ci][co][kernel][kernel]: each group's w turned by 180 degrees */
} trn_group_t;

/* A pass: the product of the first group, whose operands the others follow without a gap. */
typedef struct trn_group_job {
    const trn_ctx_t *ctx;
    trn_product_t first;
    size_t groups;
    trn_tensor_t *c;
    flx_stats_t *stats; /* [groups] of the last run */
} trn_group_job_t;

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

static trn_product_t product_of(const trn_group_job_t *job, size_t g)
{
    trn_product_t p = job->first;
    const size_t a = g * p.m * p.k, b = g * p.k * p.n;
    if (trn_integer(job->ctx)) {
        p.a.mant += a;
        p.b.mant += b;
    } else {
        p.a.value += a;
        p.b.value += b;
    }
    return p;
}

/* The rows of c that group g writes. */
static trn_tensor_t part_of(const trn_group_job_t *job, size_t g)
{
    trn_tensor_t part = *job->c;
    part.count = job->first.m * job->first.n;
    if (part.mant != NULL) part.mant += g * part.count;
    if (part.value != NULL) part.value += g * part.count;
    return part;
}

static flx_gemm_t operation(const trn_group_job_t *job, int32_t exp, bool dry_run)
{
    const trn_product_t *p = &job->first;
    return (flx_gemm_t){.fmt = job->ctx->format.fmt, .m = p->m, .n = p->n, .k = p->k, .trans_a = p->trans_a, .trans_b = p->trans_b, .exp_a = p->a.exp,
                        .exp_b = p->b.exp, .exp_c = exp, .rounding = trn_rounding(job->ctx), .seed = (uint32_t)job->ctx->random,
                        .lanes = FLX_LANES_DEFAULT, .max_a = p->a.max, .max_b = p->b.max, .dry_run = dry_run};
}

/* All groups at one exponent, statistics of the whole tensor. */
static flx_stats_t group_kernel(void *user, int32_t exp, bool dry_run)
{
    trn_group_job_t *job = user;
    flx_stats_t all = {0};
    for (size_t g = 0; g < job->groups; g++) {
        flx_gemm_t op = operation(job, exp, dry_run);
        op.seed += (uint32_t)(g << 24); /* stochastic rounding: another sequence for each group */
        const trn_product_t p = product_of(job, g);
        const flx_err_t err = flx_gemm_run(&op, p.a.mant, p.b.mant, part_of(job, g).mant, &job->stats[g], job->ctx->threads);
        if (err != FLX_OK) {
            fprintf(stderr, "flx-train: layer %s, %s: %s\n", p.layer, p.pass, flx_err_text(err));
            exit(3);
        }
        all = flx_stats_merge(all, job->stats[g]);
    }
    return all;
}

/* What is recorded of a group is its own product: its words, statistics and next exponent, from the history of the whole tensor. */
static void record(trn_ctx_t *ctx, const trn_group_job_t *job, const trn_usage_t *before)
{
    const flx_gemm_t op = operation(job, job->c->exp, false);
    for (size_t g = 0; g < job->groups; g++) {
        char name[2 * TRN_NAME_BYTES];
        trn_product_t p = product_of(job, g);
        const trn_tensor_t part = part_of(job, g);
        snprintf(name, sizeof name, "%.20sg%zu", p.layer, g + 1);
        p.layer = name;
        trn_record_gemm(ctx, &p, &op, &part, before, &job->stats[g]);
    }
}

static void multiply(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *first, size_t groups)
{
    trn_group_job_t job = {.ctx = ctx, .first = *first, .groups = groups, .c = c};
    if (!trn_integer(ctx)) {
        for (size_t g = 0; g < groups; g++) {
            const trn_product_t p = product_of(&job, g);
            trn_tensor_t part = part_of(&job, g);
            trn_gemm(ctx, &part, &p);
        }
        return;
    }
    trn_usage_t before;
    job.stats = trn_alloc(groups, sizeof *job.stats);
    trn_write(ctx, c, group_kernel, &job, &before);
    if (ctx->record != NULL && !ctx->eval) record(ctx, &job, &before);
    free(job.stats);
}

static void group_forward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x)
{
    trn_group_t *own = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    trn_im2col(data(x), element_size(ctx), in, own->kernel, 1, own->pad, out.h, out.w, own->col);
    const trn_product_t first = {.layer = layer->name, .pass = "fprop", .m = out.c / own->groups, .n = out.n * out.h * out.w,
                                 .k = in.c / own->groups * own->kernel * own->kernel, .a = trn_operand(layer->param[0].w), .b = operand(ctx, own->col, x)};
    multiply(ctx, layer->y, &first, own->groups);
}

/* turned[g][ci][co][i] = w[g][co][ci][area - 1 - i] */
static void turn_kernel(const trn_layer_t *layer, size_t element)
{
    const trn_group_t *own = layer->own;
    const size_t area = own->kernel * own->kernel, co_count = layer->out.c / own->groups, ci_count = layer->in.c / own->groups;
    const char *from = data(layer->param[0].w);
    for (size_t g = 0; g < own->groups; g++) {
        char *to = (char *)own->turned + g * co_count * ci_count * area * element;
        for (size_t co = 0; co < co_count; co++)
            for (size_t ci = 0; ci < ci_count; ci++)
                for (size_t i = 0; i < area; i++, from += element) memcpy(to + ((ci * co_count + co) * area + area - 1 - i) * element, from, element);
    }
}

static void group_backward(trn_layer_t *layer, trn_ctx_t *ctx, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    trn_group_t *own = layer->own;
    const trn_shape_t in = layer->in, out = layer->out;
    const size_t area = own->kernel * own->kernel, co = out.c / own->groups, ci = in.c / own->groups;
    const trn_product_t update = {.layer = layer->name, .pass = "update", .m = co, .n = ci * area, .k = out.n * out.h * out.w, .trans_b = true,
                                  .a = trn_operand(dy), .b = operand(ctx, own->col, x)};
    multiply(ctx, layer->param[0].g, &update, own->groups);
    turn_kernel(layer, element_size(ctx));
    trn_im2col(data(dy), element_size(ctx), out, own->kernel, 1, own->kernel - 1 - own->pad, in.h, in.w, own->dcol);
    const trn_product_t bprop = {.layer = layer->name, .pass = "bprop", .m = ci, .n = in.n * in.h * in.w, .k = co * area,
                                 .a = operand(ctx, own->turned, layer->param[0].w), .b = operand(ctx, own->dcol, dy)};
    multiply(ctx, layer->dx, &bprop, own->groups);
}

static void group_free(trn_layer_t *layer)
{
    trn_group_t *own = layer->own;
    free(own->col);
    free(own->dcol);
    free(own->turned);
}

trn_layer_t *trn_group_create(trn_ctx_t *ctx, const char *name, trn_shape_t in, size_t channels, size_t kernel, size_t pad, size_t groups, uint64_t seed)
{
    const trn_shape_t out = {.c = channels, .n = in.n, .h = in.h + 2 * pad - kernel + 1, .w = in.w + 2 * pad - kernel + 1};
    trn_layer_t *layer = trn_layer_create(ctx, name, in, out);
    trn_group_t *own = trn_alloc(1, sizeof *own);
    const size_t element = element_size(ctx), area = kernel * kernel, count = channels * in.c / groups * area;
    *own = (trn_group_t){.groups = groups, .kernel = kernel, .pad = pad, .col = trn_alloc(in.c * area * out.n * out.h * out.w, element),
                         .dcol = trn_alloc(out.c * area * in.n * in.h * in.w, element), .turned = trn_alloc(count, element)};
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
