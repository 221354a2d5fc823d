/* trn_options.c - the command line of flx-train. Header: trn_options.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_options.h"

#include <stdio.h>
#include <string.h>

#include "net/trn_net.h"

enum { EXAMPLES_MAX = 1 << 22, TESTS_MAX = 1 << 20 };
static const double not_given = -1.0; /* as a 0 of the integers: the network's recipe says it */
static const char networks[] = "alexnet|alexnet2012|resnet|lenet|mlp";

static const flx_option_t of_training[] = {
    {"network", "NAME", "what is trained", FLX_CHOICE(trn_options_t, network, networks)},
    {"width", "N", "channels of the first layer (alexnet 32, alexnet2012 96, resnet 16, lenet 6, mlp 256)", FLX_U32(trn_options_t, width, 1, 4096)},
    {"blocks", "N", "residual blocks of a stage: 6 N + 2 weight layers, 3 for ResNet-20, 18 for ResNet-110", FLX_U32(trn_options_t, blocks, 1, 18)},
    {"data", "DIR", "CIFAR-10 binary files, MNIST IDX files, or records, train.bin and val.bin; without it a generated set", FLX_TEXT(trn_options_t, common.data)},
    {"side", "N", "rows and columns of generated images (32), or of records whose files' sizes leave it open", FLX_U32(trn_options_t, side, TRN_SIDE_MIN, TRN_SIDE_MAX)},
    {"classes", "N", "only images with a label below N; generated ones have N classes (10)", FLX_U32(trn_options_t, classes, 2, TRN_CLASSES_MAX)},
    {"train", "N", "training images", FLX_U32(trn_options_t, train, 1, EXAMPLES_MAX)},
    {"test", "N", "test images", FLX_U32(trn_options_t, test, 1, TESTS_MAX)},
    {"epochs", "N", "times that each image is seen", FLX_U32(trn_options_t, epochs, 1, 1000)},
    {"batch", "N", "images of a minibatch (64, alexnet2012 32)", FLX_U32(trn_options_t, batch, 1, 65536)},
    {"rate", "X", "first learning rate, falls to 0 as a cosine (0.02, alexnet2012 0.01, resnet 0.1)", FLX_REAL(trn_options_t, rate, 0.0, 10.0)},
    {"momentum", "X", "of the velocity", FLX_REAL(trn_options_t, momentum, 0.0, 1.0)},
    {"decay", "X", "weight decay", FLX_REAL(trn_options_t, decay, 0.0, 1.0)},
    {"no-augment", NULL, "without random crops and flips", FLX_FLAG_OFF(trn_options_t, augment)},
    {"products", "NAME", "who multiplies in float32, float16, bfloat16", FLX_CHOICE(trn_options_t, products, "openblas|onednn")},
};
static const flx_option_t of_views[] = {
    {"shapes", NULL, "instead of a training: the matrix products of one step, as JSON", FLX_FLAG(trn_options_t, shapes)},
    {"csv", "FILE", "loss and rate of each iteration, accuracy of each epoch", FLX_TEXT(trn_options_t, common.csv)},
    {"watch", "DIR", "counts, exponents and histograms of tensors: DIR/tensors.csv, series.csv, histograms.csv", FLX_TEXT(trn_options_t, watch)},
    {"watch-tensors", "A,B,..", "tensors of series.csv (weight, output and update of the middle layer)", FLX_TEXT(trn_options_t, watch_tensors)},
};

/* What is left open the recipe says. -1, or the exit code after one line. */
static int follow_recipe(trn_options_t *o)
{
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (o->batch == 0) o->batch = recipe->batch;
    if (o->train < o->batch || o->test < o->batch) return flx_cli_usage("--batch", "more than --train or --test", "a minibatch within both");
    if (o->width == 0) o->width = recipe->width;
    if (o->width % recipe->width_step != 0) {
        char value[16], expected[48];
        snprintf(value, sizeof value, "%u", o->width);
        snprintf(expected, sizeof expected, "a multiple of %u for %s", recipe->width_step, recipe->name);
        return flx_cli_usage("--width", value, expected);
    }
    if (o->rate < 0.0) o->rate = recipe->rate;
    return -1;
}

int trn_parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx)
{
    *o = (trn_options_t){.common = TRN_COMMON_DEFAULTS, .train = 20000, .test = 5000, .epochs = 4, .blocks = 1, .products = "openblas", .rate = not_given,
                         .momentum = 0.9, .decay = 0.0005, .augment = true};
    const flx_cli_t cli = {.program = "flx-train", .usage = "--network NAME [OPTION...]",
                           .what = "Trains a network with every tensor in one format, and prints its accuracy on images that it has not seen.",
                           .group = {FLX_GROUP("network, images, training", of_training, o), trn_common_group(&o->common), FLX_GROUP("how it went", of_views, o),
                                     trn_record_group(&o->common)}};
    int code = flx_cli_parse(&cli, &argc, argv);
    if (code >= 0) return code;
    if (o->network == NULL) {
        char expected[128];
        flx_cli_alternatives(networks, expected, sizeof expected);
        return flx_cli_usage("--network", NULL, expected);
    }
    code = trn_common_finish(&o->common, ctx);
    if (code >= 0) return code;
    ctx->products = strcmp(o->products, "onednn") == 0 ? TRN_ONEDNN : TRN_OPENBLAS;
    if (ctx->products == TRN_ONEDNN && ctx->format.kind > TRN_BFLOAT16) return flx_cli_usage("--products", o->products, "it only with float32, float16 or bfloat16");
    if (o->watch != NULL && o->common.checkpoint != NULL) return flx_cli_usage("--watch", "beside --checkpoint", "one of them");
    if (o->watch_tensors != NULL && (o->watch == NULL || !trn_integer(ctx)))
        return flx_cli_usage("--watch-tensors", o->watch_tensors, "it only beside --watch and with an integer format");
    if (o->shapes && (!trn_integer(ctx) || o->common.record != NULL)) return flx_cli_usage("--shapes", "beside --record or a float format", "an integer format and no --record");
    return follow_recipe(o);
}
