/* trn_shapes.c - the matrix products of one training step of a network, as it was built. Header: trn_shapes.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_shapes.h"

#include <stdlib.h>
#include <string.h>

#include "ops/trn_im2col.h"
#include "tensor/trn_random.h"

static size_t macs(const trn_product_t *p)
{
    const size_t spread = p->b.window != NULL ? p->b.window->conv.dilate : 1;
    return p->m * p->n * p->k / (spread * spread);
}

static bool same(const json_t *row, const trn_product_t *p)
{
    return strcmp(json_string_value(json_object_get(row, "layer")), p->layer) == 0 && strcmp(json_string_value(json_object_get(row, "pass")), p->pass) == 0 &&
           json_integer_value(json_object_get(row, "k")) == (json_int_t)p->k;
}

typedef struct trn_listing {
    json_t *rows;
    size_t images;
} trn_listing_t;

static void list(void *user, const trn_product_t *p)
{
    const trn_listing_t *listing = user;
    const size_t count = json_array_size(listing->rows), of_image = macs(p) / listing->images;
    json_t *last = count != 0 ? json_array_get(listing->rows, count - 1) : NULL;
    if (last == NULL || !same(last, p)) {
        json_array_append_new(listing->rows, json_pack("{s:s, s:s, s:I, s:I, s:I, s:i, s:I}", "layer", p->layer, "pass", p->pass, "m", (json_int_t)p->m, "n", (json_int_t)p->n, "k",
                                                       (json_int_t)p->k, "parts", 1, "macs_per_image", (json_int_t)of_image));
        return;
    }
    json_object_set_new(last, "parts", json_integer(json_integer_value(json_object_get(last, "parts")) + 1));
    json_object_set_new(last, "macs_per_image", json_integer(json_integer_value(json_object_get(last, "macs_per_image")) + (json_int_t)of_image));
}

json_t *trn_shapes(trn_net_t *net, trn_ctx_t *ctx)
{
    const size_t count = trn_shape_count(net->in);
    trn_listing_t listing = {.rows = json_array(), .images = net->in.n};
    float *images = trn_alloc(count, sizeof *images);
    uint16_t *labels = trn_alloc(net->in.n, sizeof *labels);
    size_t right;
    for (size_t i = 0; i < count; i++) images[i] = trn_normal(1, i);
    memset(labels, 0, net->in.n * sizeof *labels);
    ctx->on_product = list;
    ctx->on_product_user = &listing;
    trn_net_forward(net, ctx, images, labels, &right);
    trn_net_backward(net, ctx, labels, 0.01F, 0.9F, 0.0F);
    ctx->on_product = NULL;
    free(images);
    free(labels);
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "network", net->name, "images", (json_int_t)net->in.n, "side", (json_int_t)net->in.h, "classes", (json_int_t)net->classes,
                     "parameters", (json_int_t)trn_net_parameters(net), "products", listing.rows);
}
