/* trn_options.c - the command line of flx-train. Header: trn_options.h */
#include "trn_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "data/trn_data.h"
#include "net/trn_net.h"

static void print_help(void)
{
    printf("usage: flx-train [OPTION...]\n"
           "  --network NAME     alexnet, alexnet2012, resnet, lenet or mlp (alexnet)\n"
           "  --format NAME      flexN+M, N of 8 to 16, M of 4 to 8 (flex16+5); float32, float16, bfloat16; dfpN, dynamic fixed point;\n"
           "                     fixedIL.FL, stochastic rounding; operands of products in blocks: hbfpN, mxint8\n"
           "  --products NAME    float32, float16, bfloat16: who multiplies, openblas or onednn (openblas)\n"
           "  --profile NAME     Autoflex profile: paper or code (paper)\n"
           "  --data DIR         CIFAR-10 binary files, MNIST IDX files, or records, train.bin and val.bin; without it a generated set\n"
           "  --side N           rows and columns of generated images (32), or of records whose files' sizes leave it open\n"
           "  --classes N        only images with a label below N; generated ones have N classes (10)\n"
           "  --train N          training images (20000)      --test N    test images (5000)\n"
           "  --epochs N         (4)                          --batch N   images of a minibatch (64, alexnet2012 32)\n"
           "  --rate X           first learning rate, falls to 0 as a cosine (0.02, alexnet2012 0.01, resnet 0.1)\n"
           "  --momentum X       (0.9)                        --decay X   weight decay (0.0005)\n"
           "  --width N          channels of the first layer (alexnet 32, alexnet2012 96, resnet 16, lenet 6, mlp 256)\n"
           "  --blocks N         residual blocks of a stage: 6 N + 2 weight layers, 3 for ResNet-20, 18 for ResNet-110 (1)\n"
           "  --no-augment       without random crops and flips\n"
           "  --seed N           of initial values, order, augmentation and dropout (1)\n"
           "  --threads N        of the matrix products, 0 for all cores (1)\n"
           "  --csv FILE         loss and rate of each iteration, accuracy of each epoch\n"
           "  --checkpoint FILE  goes on from FILE if there is one; written after each epoch and at SIGINT or SIGTERM (then exit 130)\n"
           "  --checkpoint-every N   also after every N minibatches (0: never)\n"
           "  --record DIR       write products as trace files (flex formats):\n"
           "    --record-at I,J,..     every product of these iterations\n"
           "    --record-layers A,B,.. only of these layers\n"
           "    --record-elements N    cut a product whose larger operand has more elements (65536)\n"
           "    --record-saturated N   also the first N products with clipped elements\n"
           "    --record-changed N     also the first N products whose exponent changes next\n"
           "    --record-from I        events count from this iteration on (0)\n"
           "  --watch DIR        counts, exponents and histograms of tensors: DIR/tensors.csv, series.csv, histograms.csv\n"
           "    --watch-tensors A,B,.. tensors of series.csv (weight, output and update of the middle layer)\n"
           "  --json             summary as JSON on stdout\n"
           "exit: 0 done, 2 usage or bad input, 3 tool failure\n");
}

int trn_parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx)
{
    enum { NETWORK = 256, FORMAT, PRODUCTS, PROFILE, DATA, TRAIN, TEST, EPOCHS, BATCH, RATE, MOMENTUM, DECAY, WIDTH, BLOCKS, NO_AUGMENT, SEED, THREADS, CSV, CHECKPOINT,
           CHECKPOINT_EVERY, SIDE, CLASSES, RECORD, AT, LAYERS, ELEMENTS, SATURATED, CHANGED, FROM, WATCH, WATCH_TENSORS, JSON, HELP };
    static const struct option all[] = {
        {"network", 1, NULL, NETWORK}, {"format", 1, NULL, FORMAT}, {"products", 1, NULL, PRODUCTS}, {"profile", 1, NULL, PROFILE}, {"data", 1, NULL, DATA}, {"train", 1, NULL, TRAIN},
        {"test", 1, NULL, TEST}, {"epochs", 1, NULL, EPOCHS}, {"batch", 1, NULL, BATCH}, {"rate", 1, NULL, RATE}, {"momentum", 1, NULL, MOMENTUM},
        {"decay", 1, NULL, DECAY}, {"width", 1, NULL, WIDTH}, {"blocks", 1, NULL, BLOCKS}, {"no-augment", 0, NULL, NO_AUGMENT}, {"seed", 1, NULL, SEED},
        {"side", 1, NULL, SIDE}, {"classes", 1, NULL, CLASSES}, {"threads", 1, NULL, THREADS}, {"csv", 1, NULL, CSV}, {"checkpoint", 1, NULL, CHECKPOINT},
        {"checkpoint-every", 1, NULL, CHECKPOINT_EVERY}, {"record", 1, NULL, RECORD}, {"record-at", 1, NULL, AT}, {"record-layers", 1, NULL, LAYERS},
        {"record-elements", 1, NULL, ELEMENTS}, {"record-saturated", 1, NULL, SATURATED}, {"record-changed", 1, NULL, CHANGED},
        {"record-from", 1, NULL, FROM}, {"watch", 1, NULL, WATCH}, {"watch-tensors", 1, NULL, WATCH_TENSORS}, {"json", 0, NULL, JSON}, {"help", 0, NULL, HELP}, {NULL, 0, NULL, 0}};
    uint32_t elements = 65536, from = 0;
    const trn_number_t number[] = {
        {TRAIN, "--train", 1, 1U << 22, &o->train}, {TEST, "--test", 1, 1U << 20, &o->test}, {EPOCHS, "--epochs", 1, 1000, &o->epochs},
        {BATCH, "--batch", 1, 120, &o->batch}, {WIDTH, "--width", 1, 4096, &o->width}, {BLOCKS, "--blocks", 1, 18, &o->blocks},
        {SIDE, "--side", TRN_SIDE_MIN, TRN_SIDE_MAX, &o->side}, {CLASSES, "--classes", 2, TRN_CLASSES_MAX, &o->classes},
        {SEED, "--seed", 0, 1U << 30, &o->seed}, {THREADS, "--threads", 0, 64, &o->threads}, {ELEMENTS, "--record-elements", 64, 1U << 26, &elements},
        {SATURATED, "--record-saturated", 0, 10000, &o->recorder.saturated_left}, {CHANGED, "--record-changed", 0, 10000, &o->recorder.changed_left},
        {FROM, "--record-from", 0, 1U << 30, &from}, {CHECKPOINT_EVERY, "--checkpoint-every", 0, 1U << 30, &o->checkpoint_every}};
    const trn_real_t real[] = {
        {RATE, "--rate", 10.0, &o->rate}, {MOMENTUM, "--momentum", 1.0, &o->momentum}, {DECAY, "--decay", 1.0, &o->decay}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "h", all, NULL)) != -1;) {
        int code = trn_take_number(number, sizeof number / sizeof number[0], c, optarg);
        if (code < 0) code = trn_take_real(real, sizeof real / sizeof real[0], c, optarg);
        if (code > 0) return code;
        if (code == 0) continue;
        switch (c) {
        case NETWORK: o->network = optarg; break;
        case FORMAT: o->format = optarg; break;
        case PRODUCTS: o->products = optarg; break;
        case PROFILE: o->profile = optarg; break;
        case DATA: o->data = optarg; break;
        case NO_AUGMENT: o->augment = false; break;
        case CSV: o->csv = optarg; break;
        case CHECKPOINT: o->checkpoint = optarg; break;
        case RECORD: o->record = optarg; break;
        case AT:
            if (!trn_take_iterations(optarg, &o->recorder)) return trn_usage("--record-at", optarg, "up to 64 iterations, such as 0,10,100");
            break;
        case LAYERS: o->recorder.layers = optarg; break;
        case WATCH: o->watch = optarg; break;
        case WATCH_TENSORS: o->watch_tensors = optarg; break;
        case JSON: o->json = true; break;
        case 'h':
        case HELP: print_help(); return 0;
        default: return trn_usage("OPTION", argv[optind - 1], "one that --help names, with its value");
        }
    }
    if (optind < argc) return trn_usage("argument", argv[optind], "none");
    const int code = trn_take_format(ctx, o->format, o->profile);
    if (code >= 0) return code;
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (recipe == NULL) return trn_usage("--network", o->network, "alexnet, alexnet2012, resnet, lenet or mlp");
    if (strcmp(o->products, "openblas") != 0 && strcmp(o->products, "onednn") != 0) return trn_usage("--products", o->products, "openblas or onednn");
    ctx->products = strcmp(o->products, "onednn") == 0 ? TRN_ONEDNN : TRN_OPENBLAS;
    if (ctx->products == TRN_ONEDNN && ctx->format.kind > TRN_BFLOAT16) return trn_usage("--products", o->products, "it only with float32, float16 or bfloat16");
    if (o->record != NULL && ctx->format.kind != TRN_FLEX) return trn_usage("--record", o->record, "it only with a flex format");
    if (o->record != NULL && o->checkpoint != NULL) return trn_usage("--record", "beside --checkpoint", "one of them");
    if (o->watch != NULL && o->checkpoint != NULL) return trn_usage("--watch", "beside --checkpoint", "one of them");
    if (o->watch_tensors != NULL && (o->watch == NULL || !trn_integer(ctx))) return trn_usage("--watch-tensors", o->watch_tensors, "it only beside --watch and with an integer format");
    if (o->batch == 0) o->batch = recipe->batch;
    if (o->train < o->batch || o->test < o->batch) return trn_usage("--batch", "more than --train or --test", "a minibatch within both");
    if (o->width == 0) o->width = recipe->width;
    if (o->width % recipe->width_step != 0) {
        char value[16], expected[48];
        snprintf(value, sizeof value, "%u", o->width);
        snprintf(expected, sizeof expected, "a multiple of %u for %s", recipe->width_step, recipe->name);
        return trn_usage("--width", value, expected);
    }
    if (o->rate < 0.0) o->rate = recipe->rate;
    o->recorder.elements_max = elements;
    o->recorder.events_from = from;
    return -1;
}
