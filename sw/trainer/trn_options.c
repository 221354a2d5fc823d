/* trn_options.c - the command line of flx-train. Header: trn_options.h */
#include "trn_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trn_net.h"

int trn_usage(const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "flx-train: %s is %s, expected %s\n", field, value, expected);
    return 2;
}

static void print_help(void)
{
    printf("usage: flx-train [OPTION...]\n"
           "  --network NAME     alexnet, resnet, lenet or mlp (alexnet)\n"
           "  --format NAME      flexN+M, N of 8 to 16, M of 4 to 8 (flex16+5); float32, float16, bfloat16; dfpN, dynamic fixed point;\n"
           "                     fixedIL.FL, stochastic rounding; operands of products in blocks: hbfpN, mxint8\n"
           "  --products NAME    float32, float16, bfloat16: who multiplies, openblas or onednn (openblas)\n"
           "  --profile NAME     Autoflex profile: paper or code (paper)\n"
           "  --data DIR         CIFAR-10 binary files or MNIST IDX files; without it a generated set\n"
           "  --train N          training images (20000)      --test N    test images (5000)\n"
           "  --epochs N         (4)                          --batch N   images of a minibatch (64)\n"
           "  --rate X           first learning rate, falls to 0 as a cosine (0.02, resnet 0.1)\n"
           "  --momentum X       (0.9)                        --decay X   weight decay (0.0005)\n"
           "  --width N          channels of the first layer (alexnet 32, resnet 16, lenet 6, mlp 256)\n"
           "  --blocks N         residual blocks of a stage: 6 N + 2 weight layers, 3 for ResNet-20, 18 for ResNet-110 (1)\n"
           "  --no-augment       without random crops and flips\n"
           "  --seed N           of initial values, order and augmentation (1)\n"
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
           "  --json             summary as JSON on stdout\n"
           "exit: 0 done, 2 usage or bad input, 3 tool failure\n");
}

static bool parse_u32(const char *text, uint32_t low, uint32_t high, uint32_t *out)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < (long long)low || value > (long long)high) return false;
    *out = (uint32_t)value;
    return true;
}

static bool parse_real(const char *text, double low, double high, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= low && *out <= high;
}

static bool parse_iterations(const char *text, trn_record_t *r)
{
    while (*text != '\0') {
        char *end;
        errno = 0;
        const long long value = strtoll(text, &end, 10);
        if (errno != 0 || end == text || value < 0 || (*end != '\0' && *end != ',') || r->at_count == TRN_RECORD_ITERATIONS_MAX) return false;
        r->at[r->at_count++] = value;
        text = *end == ',' ? end + 1 : end;
    }
    return r->at_count != 0;
}

int trn_parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx)
{
    enum { NETWORK = 256, FORMAT, PRODUCTS, PROFILE, DATA, TRAIN, TEST, EPOCHS, BATCH, RATE, MOMENTUM, DECAY, WIDTH, BLOCKS, NO_AUGMENT, SEED, THREADS, CSV, CHECKPOINT,
           CHECKPOINT_EVERY, RECORD, AT, LAYERS, ELEMENTS, SATURATED, CHANGED, FROM, JSON, HELP };
    static const struct option all[] = {
        {"network", 1, NULL, NETWORK}, {"format", 1, NULL, FORMAT}, {"products", 1, NULL, PRODUCTS}, {"profile", 1, NULL, PROFILE}, {"data", 1, NULL, DATA}, {"train", 1, NULL, TRAIN},
        {"test", 1, NULL, TEST}, {"epochs", 1, NULL, EPOCHS}, {"batch", 1, NULL, BATCH}, {"rate", 1, NULL, RATE}, {"momentum", 1, NULL, MOMENTUM},
        {"decay", 1, NULL, DECAY}, {"width", 1, NULL, WIDTH}, {"blocks", 1, NULL, BLOCKS}, {"no-augment", 0, NULL, NO_AUGMENT}, {"seed", 1, NULL, SEED},
        {"threads", 1, NULL, THREADS}, {"csv", 1, NULL, CSV}, {"checkpoint", 1, NULL, CHECKPOINT},
        {"checkpoint-every", 1, NULL, CHECKPOINT_EVERY}, {"record", 1, NULL, RECORD}, {"record-at", 1, NULL, AT}, {"record-layers", 1, NULL, LAYERS},
        {"record-elements", 1, NULL, ELEMENTS}, {"record-saturated", 1, NULL, SATURATED}, {"record-changed", 1, NULL, CHANGED},
        {"record-from", 1, NULL, FROM}, {"json", 0, NULL, JSON}, {"help", 0, NULL, HELP}, {NULL, 0, NULL, 0}};
    uint32_t elements = 65536, from = 0;
    const struct { int option; const char *name; uint32_t low, high, *out; } number[] = {
        {TRAIN, "--train", 1, 60000, &o->train}, {TEST, "--test", 1, 10000, &o->test}, {EPOCHS, "--epochs", 1, 1000, &o->epochs},
        {BATCH, "--batch", 1, 120, &o->batch}, {WIDTH, "--width", 1, 4096, &o->width}, {BLOCKS, "--blocks", 1, 18, &o->blocks},
        {SEED, "--seed", 0, 1U << 30, &o->seed}, {THREADS, "--threads", 0, 64, &o->threads}, {ELEMENTS, "--record-elements", 64, 1U << 26, &elements},
        {SATURATED, "--record-saturated", 0, 10000, &o->recorder.saturated_left}, {CHANGED, "--record-changed", 0, 10000, &o->recorder.changed_left},
        {FROM, "--record-from", 0, 1U << 30, &from}, {CHECKPOINT_EVERY, "--checkpoint-every", 0, 1U << 30, &o->checkpoint_every}};
    const struct { int option; const char *name; double high, *out; } real[] = {
        {RATE, "--rate", 10.0, &o->rate}, {MOMENTUM, "--momentum", 1.0, &o->momentum}, {DECAY, "--decay", 1.0, &o->decay}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "h", all, NULL)) != -1;) {
        bool known = false;
        for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
            if (number[i].option != c) continue;
            char expected[64];
            snprintf(expected, sizeof expected, "an integer of %u to %u", number[i].low, number[i].high);
            if (!parse_u32(optarg, number[i].low, number[i].high, number[i].out)) return trn_usage(number[i].name, optarg, expected);
            known = true;
        }
        for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
            if (real[i].option != c) continue;
            char expected[64];
            snprintf(expected, sizeof expected, "a number of 0 to %g", real[i].high);
            if (!parse_real(optarg, 0.0, real[i].high, real[i].out)) return trn_usage(real[i].name, optarg, expected);
            known = true;
        }
        if (known) continue;
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
            if (!parse_iterations(optarg, &o->recorder)) return trn_usage("--record-at", optarg, "up to 64 iterations, such as 0,10,100");
            break;
        case LAYERS: o->recorder.layers = optarg; break;
        case JSON: o->json = true; break;
        case 'h':
        case HELP: print_help(); return 0;
        default: return trn_usage("OPTION", argv[optind - 1], "one that --help names, with its value");
        }
    }
    if (optind < argc) return trn_usage("argument", argv[optind], "none");
    if (strcmp(o->profile, "paper") != 0 && strcmp(o->profile, "code") != 0) return trn_usage("--profile", o->profile, "paper or code");
    ctx->autoflex = flx_autoflex_defaults(strcmp(o->profile, "code") == 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (recipe == NULL) return trn_usage("--network", o->network, "alexnet, resnet, lenet or mlp");
    if (!trn_format_parse(o->format, &ctx->format)) return trn_usage("--format", o->format, "one that --help names, with N of 8 to 16 and M of 4 to 8");
    if (strcmp(o->products, "openblas") != 0 && strcmp(o->products, "onednn") != 0) return trn_usage("--products", o->products, "openblas or onednn");
    ctx->products = strcmp(o->products, "onednn") == 0 ? TRN_ONEDNN : TRN_OPENBLAS;
    if (ctx->products == TRN_ONEDNN && ctx->format.kind > TRN_BFLOAT16) return trn_usage("--products", o->products, "it only with float32, float16 or bfloat16");
    if (o->record != NULL && ctx->format.kind != TRN_FLEX) return trn_usage("--record", o->record, "it only with a flex format");
    if (o->record != NULL && o->checkpoint != NULL) return trn_usage("--record", "beside --checkpoint", "one of them");
    if (o->train < o->batch || o->test < o->batch) return trn_usage("--batch", "more than --train or --test", "a minibatch within both");
    if (o->width == 0) o->width = recipe->width;
    if (o->rate < 0.0) o->rate = recipe->rate;
    o->recorder.elements_max = elements;
    o->recorder.events_from = from;
    return -1;
}
