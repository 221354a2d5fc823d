/* trn_gan_options.c - the command line of flx-train-gan. Header: trn_gan_options.h */
#include "trn_gan_options.h"

#include <getopt.h>
#include <stdio.h>

static void print_help(void)
{
    printf("usage: flx-train-gan [OPTION...]\n"
           "  --format NAME      flexN+M, N of 8 to 16, M of 4 to 8 (flex16+5); float32, float16, bfloat16; dfpN, dynamic fixed point;\n"
           "                     fixedIL.FL, stochastic rounding; operands of products in blocks: hbfpN, mxint8\n"
           "  --profile NAME     Autoflex profile: paper or code (paper)\n"
           "  --data DIR         CIFAR-10 binary files or MNIST IDX files; without it a generated set\n"
           "  --train N          training images (10000)      --score N   test images and generated ones for the score, 0: no score (2000)\n"
           "  --iterations N     steps of the generator (300) --critic-steps N   of the critic before each (5)\n"
           "  --batch N          images of a minibatch (64)   --width N   channels of the critic's first layer (16)\n"
           "  --rate X           learning rate of RMSProp (0.00005)\n"
           "  --decay X          of the mean square of gradients (0.99)\n"
           "  --clip X           the critic's weights stay within -X .. X (0.01)\n"
           "  --seed N           of initial values, noise and choice of images (1)\n"
           "  --threads N        of the matrix products, 0 for all cores (1)\n"
           "  --csv FILE         Wasserstein estimate and loss of the generator of each iteration\n"
           "  --samples FILE     24 generated images as SVG, at the end\n"
           "  --checkpoint FILE  goes on from FILE if there is one; written at the end and at SIGINT or SIGTERM (then exit 130)\n"
           "  --checkpoint-every N   also after every N iterations (0: never)\n"
           "  --record DIR       write products as trace files (flex formats); of an iteration the last step of the critic, and the generator's:\n"
           "    --record-at I,J,..     every product of these iterations\n"
           "    --record-layers A,B,.. only of these layers\n"
           "    --record-elements N    cut a product whose larger operand has more elements (65536)\n"
           "    --record-saturated N   also the first N products with clipped elements\n"
           "    --record-changed N     also the first N products whose exponent changes next\n"
           "    --record-from I        events count from this iteration on (0)\n"
           "  --json             summary as JSON on stdout\n"
           "exit: 0 done, 2 usage or bad input, 3 tool failure\n");
}

int trn_parse_gan_options(int argc, char **argv, trn_gan_options_t *o, trn_ctx_t *ctx)
{
    enum { FORMAT = 256, PROFILE, DATA, TRAIN, SCORE, ITERATIONS, CRITIC_STEPS, BATCH, WIDTH, RATE, DECAY, CLIP, SEED, THREADS, CSV, SAMPLES, CHECKPOINT,
           CHECKPOINT_EVERY, RECORD, AT, LAYERS, ELEMENTS, SATURATED, CHANGED, FROM, JSON, HELP };
    static const struct option all[] = {
        {"format", 1, NULL, FORMAT}, {"profile", 1, NULL, PROFILE}, {"data", 1, NULL, DATA}, {"train", 1, NULL, TRAIN}, {"score", 1, NULL, SCORE},
        {"iterations", 1, NULL, ITERATIONS}, {"critic-steps", 1, NULL, CRITIC_STEPS}, {"batch", 1, NULL, BATCH}, {"width", 1, NULL, WIDTH},
        {"rate", 1, NULL, RATE}, {"decay", 1, NULL, DECAY}, {"clip", 1, NULL, CLIP}, {"seed", 1, NULL, SEED}, {"threads", 1, NULL, THREADS},
        {"csv", 1, NULL, CSV}, {"samples", 1, NULL, SAMPLES}, {"checkpoint", 1, NULL, CHECKPOINT}, {"checkpoint-every", 1, NULL, CHECKPOINT_EVERY},
        {"record", 1, NULL, RECORD}, {"record-at", 1, NULL, AT}, {"record-layers", 1, NULL, LAYERS}, {"record-elements", 1, NULL, ELEMENTS},
        {"record-saturated", 1, NULL, SATURATED}, {"record-changed", 1, NULL, CHANGED}, {"record-from", 1, NULL, FROM}, {"json", 0, NULL, JSON},
        {"help", 0, NULL, HELP}, {NULL, 0, NULL, 0}};
    uint32_t elements = 65536, from = 0;
    const trn_number_t number[] = {
        {TRAIN, "--train", 1, 60000, &o->train}, {SCORE, "--score", 0, 10000, &o->score}, {ITERATIONS, "--iterations", 0, 1U << 20, &o->iterations},
        {CRITIC_STEPS, "--critic-steps", 1, 100, &o->critic_steps}, {BATCH, "--batch", 1, 120, &o->batch}, {WIDTH, "--width", 1, 512, &o->width},
        {SEED, "--seed", 0, 1U << 30, &o->seed}, {THREADS, "--threads", 0, 64, &o->threads}, {ELEMENTS, "--record-elements", 64, 1U << 26, &elements},
        {SATURATED, "--record-saturated", 0, 10000, &o->recorder.saturated_left}, {CHANGED, "--record-changed", 0, 10000, &o->recorder.changed_left},
        {FROM, "--record-from", 0, 1U << 30, &from}, {CHECKPOINT_EVERY, "--checkpoint-every", 0, 1U << 30, &o->checkpoint_every}};
    const trn_real_t real[] = {{RATE, "--rate", 1.0, &o->rate}, {DECAY, "--decay", 1.0, &o->decay}, {CLIP, "--clip", 100.0, &o->clip}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "h", all, NULL)) != -1;) {
        int code = trn_take_number(number, sizeof number / sizeof number[0], c, optarg);
        if (code < 0) code = trn_take_real(real, sizeof real / sizeof real[0], c, optarg);
        if (code > 0) return code;
        if (code == 0) continue;
        switch (c) {
        case FORMAT: o->format = optarg; break;
        case PROFILE: o->profile = optarg; break;
        case DATA: o->data = optarg; break;
        case CSV: o->csv = optarg; break;
        case SAMPLES: o->samples = optarg; break;
        case CHECKPOINT: o->checkpoint = optarg; break;
        case RECORD: o->record = optarg; break;
        case AT:
            if (!trn_take_iterations(optarg, &o->recorder)) return trn_usage("--record-at", optarg, "up to 64 iterations, such as 0,10,100");
            break;
        case LAYERS: o->recorder.layers = optarg; break;
        case JSON: o->json = true; break;
        case 'h':
        case HELP: print_help(); return 0;
        default: return trn_usage("OPTION", argv[optind - 1], "one that --help names, with its value");
        }
    }
    if (optind < argc) return trn_usage("argument", argv[optind], "none");
    const int code = trn_take_format(ctx, o->format, o->profile);
    if (code >= 0) return code;
    if (o->record != NULL && ctx->format.kind != TRN_FLEX) return trn_usage("--record", o->record, "it only with a flex format");
    if (o->record != NULL && o->checkpoint != NULL) return trn_usage("--record", "beside --checkpoint", "one of them");
    if (o->score == 1) return trn_usage("--score", "1", "0, or at least 2 images");
    o->recorder.elements_max = elements;
    o->recorder.events_from = from;
    return -1;
}
