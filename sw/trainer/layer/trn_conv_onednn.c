/* trn_conv_onednn.c - convolution of float32 tensors by oneDNN's primitives. Header: trn_conv_onednn.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * A view is a tensor in two layouts: the trainer's, described by strides, and the one that a primitive asks for. Where both are the same
 * nothing moves. The source of the update is the forward pass's, and both backward products share one reordered gradient where they ask
 * for the same layout. */
#include "trn_conv_onednn.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>

#include "cli/flx_cli.h"

enum { DIMS = 4 };

typedef struct trn_side {
    dnnl_memory_t ours, theirs; /* the same object where the layouts are equal */
    dnnl_primitive_t reorder;   /* NULL then; into or out of theirs */
} trn_side_t;

struct trn_onednn {
    const char *layer;
    int threads;
    dnnl_primitive_t forward, bprop, update;
    trn_side_t x, w, y;    /* of forward */
    trn_side_t bw, bdy, dx; /* of bprop */
    trn_side_t ux, udy, g; /* of update */
    bool same_w, same_dy, same_x; /* bprop's w is forward's, update's dy is bprop's, update's x is forward's */
};

/* One for the process. */
static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void check(const trn_onednn_t *conv, dnnl_status_t status)
{
    if (status == dnnl_success) return;
    exit(flx_cli_fail(FLX_EXIT_TOOL, "layer %s: oneDNN's status is %d, expected %d", conv->layer, (int)status, (int)dnnl_success));
}

static trn_side_t view(const trn_onednn_t *conv, const dnnl_memory_desc_t *ours, const dnnl_memory_desc_t *theirs, bool in)
{
    trn_side_t v = {0};
    check(conv, dnnl_memory_create(&v.ours, ours, engine, DNNL_MEMORY_NONE));
    v.theirs = v.ours;
    if (dnnl_memory_desc_equal(ours, theirs)) return v;
    dnnl_primitive_desc_t reorder;
    check(conv, dnnl_memory_create(&v.theirs, theirs, engine, DNNL_MEMORY_ALLOCATE));
    check(conv, dnnl_reorder_primitive_desc_create(&reorder, in ? ours : theirs, engine, in ? theirs : ours, engine, NULL));
    check(conv, dnnl_primitive_create(&v.reorder, reorder));
    check(conv, dnnl_primitive_desc_destroy(reorder));
    return v;
}

static void view_free(trn_side_t *v)
{
    if (v->theirs != v->ours) dnnl_memory_destroy(v->theirs);
    if (v->ours != NULL) dnnl_memory_destroy(v->ours);
    if (v->reorder != NULL) dnnl_primitive_destroy(v->reorder);
}

static void run(const trn_onednn_t *conv, dnnl_primitive_t primitive, int count, const dnnl_exec_arg_t *args)
{
    check(conv, dnnl_primitive_execute(primitive, stream, count, args));
    check(conv, dnnl_stream_wait(stream));
}

static void move(const trn_onednn_t *conv, const trn_side_t *v, dnnl_memory_t from, dnnl_memory_t to)
{
    if (v->reorder != NULL) run(conv, v->reorder, 2, (dnnl_exec_arg_t[]){{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

/* oneDNN takes pointers to what it only reads without const. */
static void bind(const trn_onednn_t *conv, const trn_side_t *v, const float *data)
{
    check(conv, dnnl_memory_set_data_handle(v->ours, (void *)(uintptr_t)data));
}

static void bring(const trn_onednn_t *conv, const trn_side_t *v, const float *data)
{
    bind(conv, v, data);
    move(conv, v, v->ours, v->theirs);
}

static void use_threads(const trn_onednn_t *conv)
{
    omp_set_num_threads(conv->threads);
}

/* ---- creation ---- */

/* What the three primitives share: layouts left open, and the trainer's. */
typedef struct trn_plan {
    dnnl_memory_desc_t any_x, any_w, any_y, x, w, y;
    dnnl_dims_t stride, pad;
} trn_plan_t;

static dnnl_memory_desc_t describe(const trn_onednn_t *conv, const dnnl_dims_t dims, const dnnl_dims_t strides)
{
    dnnl_memory_desc_t out;
    if (strides == NULL) check(conv, dnnl_memory_desc_init_by_tag(&out, DIMS, dims, dnnl_f32, dnnl_format_tag_any));
    else check(conv, dnnl_memory_desc_init_by_strides(&out, DIMS, dims, dnnl_f32, strides));
    return out;
}

static void plan_activation(const trn_onednn_t *conv, trn_shape_t s, dnnl_memory_desc_t *any, dnnl_memory_desc_t *ours)
{
    const dnnl_dim_t c = (dnnl_dim_t)s.c, n = (dnnl_dim_t)s.n, h = (dnnl_dim_t)s.h, w = (dnnl_dim_t)s.w;
    *any = describe(conv, (dnnl_dims_t){n, c, h, w}, NULL);
    *ours = describe(conv, (dnnl_dims_t){n, c, h, w}, (dnnl_dims_t){h * w, n * h * w, w, 1});
}

static trn_plan_t make_plan(const trn_onednn_t *conv, const trn_layer_t *layer, size_t kernel, size_t stride, size_t pad)
{
    const dnnl_dim_t k = (dnnl_dim_t)kernel, s = (dnnl_dim_t)stride, p = (dnnl_dim_t)pad, ci = (dnnl_dim_t)layer->in.c, co = (dnnl_dim_t)layer->out.c;
    trn_plan_t plan = {.stride = {s, s}, .pad = {p, p}};
    plan_activation(conv, layer->in, &plan.any_x, &plan.x);
    plan_activation(conv, layer->out, &plan.any_y, &plan.y);
    plan.any_w = describe(conv, (dnnl_dims_t){co, ci, k, k}, NULL);
    plan.w = describe(conv, (dnnl_dims_t){co, ci, k, k}, (dnnl_dims_t){ci * k * k, k * k, k, 1});
    return plan;
}

static const dnnl_memory_desc_t *chosen(const_dnnl_primitive_desc_t primitive, dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(primitive, what, 0);
}

static dnnl_primitive_desc_t create_forward(trn_onednn_t *conv, const trn_plan_t *p)
{
    dnnl_convolution_desc_t desc;
    dnnl_primitive_desc_t chosen_forward;
    check(conv, dnnl_convolution_forward_desc_init(&desc, dnnl_forward_training, dnnl_convolution_auto, &p->any_x, &p->any_w, NULL, &p->any_y, p->stride,
                                                   p->pad, p->pad));
    check(conv, dnnl_primitive_desc_create(&chosen_forward, &desc, NULL, engine, NULL));
    check(conv, dnnl_primitive_create(&conv->forward, chosen_forward));
    conv->x = view(conv, &p->x, chosen(chosen_forward, dnnl_query_src_md), true);
    conv->w = view(conv, &p->w, chosen(chosen_forward, dnnl_query_weights_md), true);
    conv->y = view(conv, &p->y, chosen(chosen_forward, dnnl_query_dst_md), false);
    return chosen_forward;
}

static void create_backward(trn_onednn_t *conv, const trn_plan_t *p, dnnl_primitive_desc_t forward, bool first)
{
    dnnl_convolution_desc_t desc;
    dnnl_primitive_desc_t bprop = NULL, update;
    check(conv, dnnl_convolution_backward_weights_desc_init(&desc, dnnl_convolution_auto, &p->any_x, &p->any_w, NULL, &p->any_y, p->stride, p->pad, p->pad));
    check(conv, dnnl_primitive_desc_create(&update, &desc, NULL, engine, forward));
    check(conv, dnnl_primitive_create(&conv->update, update));
    conv->same_x = dnnl_memory_desc_equal(chosen(update, dnnl_query_src_md), chosen(forward, dnnl_query_src_md)) != 0;
    if (!conv->same_x) conv->ux = view(conv, &p->x, chosen(update, dnnl_query_src_md), true);
    conv->udy = view(conv, &p->y, chosen(update, dnnl_query_diff_dst_md), true);
    conv->g = view(conv, &p->w, chosen(update, dnnl_query_diff_weights_md), false);
    if (!first) {
        check(conv, dnnl_convolution_backward_data_desc_init(&desc, dnnl_convolution_auto, &p->any_x, &p->any_w, &p->any_y, p->stride, p->pad, p->pad));
        check(conv, dnnl_primitive_desc_create(&bprop, &desc, NULL, engine, forward));
        check(conv, dnnl_primitive_create(&conv->bprop, bprop));
        conv->same_w = dnnl_memory_desc_equal(chosen(bprop, dnnl_query_weights_md), chosen(forward, dnnl_query_weights_md)) != 0;
        conv->same_dy = dnnl_memory_desc_equal(chosen(bprop, dnnl_query_diff_dst_md), chosen(update, dnnl_query_diff_dst_md)) != 0;
        if (!conv->same_w) conv->bw = view(conv, &p->w, chosen(bprop, dnnl_query_weights_md), true);
        if (!conv->same_dy) conv->bdy = view(conv, &p->y, chosen(bprop, dnnl_query_diff_dst_md), true);
        conv->dx = view(conv, &p->x, chosen(bprop, dnnl_query_diff_src_md), false);
        check(conv, dnnl_primitive_desc_destroy(bprop));
    }
    check(conv, dnnl_primitive_desc_destroy(update));
}

trn_onednn_t *trn_onednn_create(const trn_ctx_t *ctx, const trn_layer_t *layer, size_t kernel, size_t stride, size_t pad, bool first)
{
    if (ctx->products != TRN_ONEDNN || layer->in.h * layer->in.w == 1) return NULL;
    trn_onednn_t *conv = trn_alloc(1, sizeof *conv);
    conv->layer = layer->name;
    conv->threads = ctx->threads != 0 ? (int)ctx->threads : omp_get_num_procs();
    use_threads(conv); /* primitives are made for so many */
    if (engine == NULL) {
        check(conv, dnnl_engine_create(&engine, dnnl_cpu, 0));
        check(conv, dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    }
    const trn_plan_t plan = make_plan(conv, layer, kernel, stride, pad);
    dnnl_primitive_desc_t forward = create_forward(conv, &plan);
    create_backward(conv, &plan, forward, first);
    check(conv, dnnl_primitive_desc_destroy(forward));
    return conv;
}

void trn_onednn_free(trn_onednn_t *conv)
{
    if (conv == NULL) return;
    trn_side_t *views[] = {&conv->x, &conv->w, &conv->y, &conv->bw, &conv->bdy, &conv->dx, &conv->ux, &conv->udy, &conv->g};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) view_free(views[i]);
    dnnl_primitive_destroy(conv->forward);
    dnnl_primitive_destroy(conv->update);
    if (conv->bprop != NULL) dnnl_primitive_destroy(conv->bprop);
    free(conv);
}

/* ---- the three products ---- */

void trn_onednn_forward(trn_onednn_t *conv, const trn_ctx_t *ctx, const trn_layer_t *layer, const trn_tensor_t *x)
{
    use_threads(conv);
    bring(conv, &conv->x, x->value);
    bring(conv, &conv->w, layer->param[0].w->value);
    bind(conv, &conv->y, layer->y->value);
    run(conv, conv->forward, 3, (dnnl_exec_arg_t[]){{DNNL_ARG_SRC, conv->x.theirs}, {DNNL_ARG_WEIGHTS, conv->w.theirs}, {DNNL_ARG_DST, conv->y.theirs}});
    move(conv, &conv->y, conv->y.theirs, conv->y.ours);
    trn_round_float(ctx->format.kind, layer->y->value, layer->y->count);
}

static void update(trn_onednn_t *conv, const trn_tensor_t *x, const trn_tensor_t *dy, trn_tensor_t *g)
{
    if (!conv->same_x) bring(conv, &conv->ux, x->value);
    bring(conv, &conv->udy, dy->value);
    bind(conv, &conv->g, g->value);
    const dnnl_memory_t source = conv->same_x ? conv->x.theirs : conv->ux.theirs;
    run(conv, conv->update, 3, (dnnl_exec_arg_t[]){{DNNL_ARG_SRC, source}, {DNNL_ARG_DIFF_DST, conv->udy.theirs}, {DNNL_ARG_DIFF_WEIGHTS, conv->g.theirs}});
    move(conv, &conv->g, conv->g.theirs, conv->g.ours);
}

static void bprop(trn_onednn_t *conv, const trn_tensor_t *w, const trn_tensor_t *dy, trn_tensor_t *dx)
{
    if (!conv->same_w) bring(conv, &conv->bw, w->value);
    if (!conv->same_dy) bring(conv, &conv->bdy, dy->value);
    bind(conv, &conv->dx, dx->value);
    const dnnl_memory_t gradient = conv->same_dy ? conv->udy.theirs : conv->bdy.theirs, kernel = conv->same_w ? conv->w.theirs : conv->bw.theirs;
    run(conv, conv->bprop, 3, (dnnl_exec_arg_t[]){{DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_WEIGHTS, kernel}, {DNNL_ARG_DIFF_SRC, conv->dx.theirs}});
    move(conv, &conv->dx, conv->dx.theirs, conv->dx.ours);
}

void trn_onednn_backward(trn_onednn_t *conv, const trn_ctx_t *ctx, const trn_layer_t *layer, const trn_tensor_t *x, const trn_tensor_t *dy)
{
    use_threads(conv);
    trn_tensor_t *g = layer->param[0].g, *dx = layer->dx;
    update(conv, x, dy, g);
    trn_round_float(ctx->format.kind, g->value, g->count);
    if (dx == NULL) return;
    bprop(conv, layer->param[0].w, dy, dx);
    trn_round_float(ctx->format.kind, dx->value, dx->count);
}
