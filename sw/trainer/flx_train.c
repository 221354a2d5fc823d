/* flx_train.c - flx-train: trains a network in flexN+M or float32 and records traces. Twin: docs/trainer.md */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trn_checkpoint.h"
#include "trn_data.h"
#include "trn_net.h"
#include "trn_random.h"
#include "trn_record.h"

typedef struct trn_options {
    const char *network, *format, *data, *csv, *record, *checkpoint, *profile;
    uint32_t train, test, epochs, batch, seed, width, blocks, threads, checkpoint_every;
    double rate, momentum, decay;
    bool augment, json;
    trn_record_t recorder;
} trn_options_t;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int usage(const char *field, const char *value, const char *expected)
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

/* -1 to go on, or the exit code. */
static int parse_options(int argc, char **argv, trn_options_t *o, trn_ctx_t *ctx)
{
    enum { NETWORK = 256, FORMAT, PROFILE, DATA, TRAIN, TEST, EPOCHS, BATCH, RATE, MOMENTUM, DECAY, WIDTH, BLOCKS, NO_AUGMENT, SEED, THREADS, CSV, CHECKPOINT, CHECKPOINT_EVERY, RECORD, AT,
           LAYERS, ELEMENTS, SATURATED, CHANGED, FROM, JSON, HELP };
    static const struct option all[] = {
        {"network", 1, NULL, NETWORK}, {"format", 1, NULL, FORMAT}, {"profile", 1, NULL, PROFILE}, {"data", 1, NULL, DATA}, {"train", 1, NULL, TRAIN},
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
            if (!parse_u32(optarg, number[i].low, number[i].high, number[i].out)) return usage(number[i].name, optarg, expected);
            known = true;
        }
        for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
            if (real[i].option != c) continue;
            char expected[64];
            snprintf(expected, sizeof expected, "a number of 0 to %g", real[i].high);
            if (!parse_real(optarg, 0.0, real[i].high, real[i].out)) return usage(real[i].name, optarg, expected);
            known = true;
        }
        if (known) continue;
        switch (c) {
        case NETWORK: o->network = optarg; break;
        case FORMAT: o->format = optarg; break;
        case PROFILE: o->profile = optarg; break;
        case DATA: o->data = optarg; break;
        case NO_AUGMENT: o->augment = false; break;
        case CSV: o->csv = optarg; break;
        case CHECKPOINT: o->checkpoint = optarg; break;
        case RECORD: o->record = optarg; break;
        case AT:
            if (!parse_iterations(optarg, &o->recorder)) return usage("--record-at", optarg, "up to 64 iterations, such as 0,10,100");
            break;
        case LAYERS: o->recorder.layers = optarg; break;
        case JSON: o->json = true; break;
        case 'h':
        case HELP: print_help(); return 0;
        default: return usage("OPTION", argv[optind - 1], "one that --help names, with its value");
        }
    }
    if (optind < argc) return usage("argument", argv[optind], "none");
    if (strcmp(o->profile, "paper") != 0 && strcmp(o->profile, "code") != 0) return usage("--profile", o->profile, "paper or code");
    ctx->autoflex = flx_autoflex_defaults(strcmp(o->profile, "code") == 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (recipe == NULL) return usage("--network", o->network, "alexnet, resnet, lenet or mlp");
    if (!trn_format_parse(o->format, &ctx->format)) return usage("--format", o->format, "one that --help names, with N of 8 to 16 and M of 4 to 8");
    if (o->record != NULL && ctx->format.kind != TRN_FLEX) return usage("--record", o->record, "it only with a flex format");
    if (o->record != NULL && o->checkpoint != NULL) return usage("--record", "beside --checkpoint", "one of them");
    if (o->train < o->batch || o->test < o->batch) return usage("--batch", "more than --train or --test", "a minibatch within both");
    if (o->width == 0) o->width = recipe->width;
    if (o->rate < 0.0) o->rate = recipe->rate;
    o->recorder.elements_max = elements;
    o->recorder.events_from = from;
    return -1;
}

/* A permutation of 0 .. count - 1 (Fisher and Yates). */
static void shuffle(uint32_t *order, uint32_t count, uint64_t key)
{
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    for (uint32_t i = count; i-- > 1;) {
        const uint32_t j = trn_below(key, i, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static double evaluate(trn_net_t *net, trn_ctx_t *ctx, const trn_data_t *test, float *images, uint8_t *labels)
{
    size_t right = 0, total = 0;
    const size_t batch = net->in.n;
    ctx->eval = true;
    for (size_t first = 0; first + batch <= test->count; first += batch) {
        size_t now;
        for (size_t n = 0; n < batch; n++) {
            trn_data_load(test, first + n, false, 0, images, batch, n);
            labels[n] = test->label[first + n];
        }
        trn_net_forward(net, ctx, images, labels, &now);
        right += now;
        total += batch;
    }
    ctx->eval = false;
    return (double)right / (double)total;
}

typedef struct trn_progress {
    double start, last;
    uint64_t first; /* minibatch of this start */
    bool terminal;
} trn_progress_t;

static void show_progress(trn_progress_t *p, uint64_t done, uint64_t all, double loss)
{
    const double now = seconds_now();
    if (now - p->last < (p->terminal ? 0.2 : 30.0)) return;
    p->last = now;
    const double left = (now - p->start) * (double)(all - done) / (double)(done - p->first);
    const int width = 32, full = (int)((uint64_t)width * done / all);
    if (p->terminal) fprintf(stderr, "\r[%.*s%*s] %3.0f %%, loss %.3f, %.0f s left \033[K", full, "################################", width - full, "", 100.0 * (double)done / (double)all, loss, left);
    else fprintf(stderr, "flx-train: %.0f %%, loss %.3f, about %.0f s left\n", 100.0 * (double)done / (double)all, loss, left);
}

static void print_summary(const trn_options_t *o, const trn_net_t *net, const trn_ctx_t *ctx, const trn_data_t *train, double accuracy, double loss, double step)
{
    const trn_totals_t *t = &ctx->totals;
    if (!o->json) {
        printf("%s %s on %s, seed %u: test accuracy %.4f, training loss of the last epoch %.4f, %.1f ms per step of %u images, weights %016llx\n", net->name, o->format,
               train->name, o->seed, accuracy, loss, 1e3 * step, o->batch, (unsigned long long)trn_net_digest(net));
        if (trn_integer(ctx))
            printf("%llu writes of %llu elements: %llu overflowed, %llu elements clipped, %llu became 0, %llu changes of exponent; %.2f %% of %llu updates lost\n",
                   (unsigned long long)t->writes, (unsigned long long)t->elements, (unsigned long long)t->overflows, (unsigned long long)t->saturated,
                   (unsigned long long)t->underflow, (unsigned long long)t->exp_changes,
                   t->updates != 0 ? 100.0 * (double)t->lost_updates / (double)t->updates : 0.0, (unsigned long long)t->updates);
        return;
    }
    char digest[32];
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)trn_net_digest(net));
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:I, s:s, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}, s:I}", "network", net->name,
                             "format", o->format, "dataset", train->name, "seed", (int)o->seed, "train", (int)o->train, "test", (int)o->test, "epochs",
                             (int)o->epochs, "accuracy", accuracy, "loss", loss, "step_seconds", step, "parameters",
                             (json_int_t)trn_net_parameters(net), "weights", digest, "flex", "writes", (json_int_t)t->writes, "elements",
                             (json_int_t)t->elements, "overflows", (json_int_t)t->overflows, "clipped", (json_int_t)t->saturated, "underflow",
                             (json_int_t)t->underflow, "exponent_changes", (json_int_t)t->exp_changes, "updates", (json_int_t)t->updates,
                             "lost_updates", (json_int_t)t->lost_updates, "traces", (json_int_t)o->recorder.written);
    if (json != NULL) {
        json_dumpf(json, stdout, JSON_INDENT(2));
        printf("\n");
    }
    json_decref(json);
}

/* The options that the numbers of a run depend on. */
static void describe_run(const trn_options_t *o, const char *dataset, char text[TRN_RUN_BYTES])
{
    snprintf(text, TRN_RUN_BYTES, "%s %s %s %s train %u test %u epochs %u batch %u rate %a momentum %a decay %a width %u blocks %u augment %d seed %u", o->network,
             o->format, o->profile, dataset, o->train, o->test, o->epochs, o->batch, o->rate, o->momentum, o->decay, o->width, o->blocks, o->augment, o->seed);
}

static volatile sig_atomic_t asked_to_stop;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    asked_to_stop = 1;
}

/* Goes on from the checkpoint if there is one; the CSV file is cut to what the checkpoint holds. 0, or the exit code. */
static int resume(const trn_options_t *o, trn_ctx_t *ctx, trn_place_t *place, FILE *csv)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    signal(SIGINT, ask_to_stop);
    signal(SIGTERM, ask_to_stop);
    if (access(o->checkpoint, F_OK) != 0) return 0;
    if (trn_checkpoint_read(o->checkpoint, ctx, place, error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    if (csv != NULL) {
        struct stat info;
        if (fstat(fileno(csv), &info) != 0 || (uint64_t)info.st_size < place->csv_bytes)
            return usage("--csv", o->csv, "the file of the interrupted run, FILE.part, beside it");
        if (ftruncate(fileno(csv), (off_t)place->csv_bytes) != 0 || fseek(csv, 0, SEEK_END) != 0) return usage("--csv", o->csv, "a file that can be written");
    }
    fprintf(stderr, "flx-train: goes on after %llu minibatches\n", (unsigned long long)place->steps);
    return 0;
}

static int save(const trn_options_t *o, const trn_ctx_t *ctx, trn_place_t *place, FILE *csv)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    if (csv != NULL) {
        fflush(csv);
        place->csv_bytes = (uint64_t)ftell(csv);
    }
    if (trn_checkpoint_write(o->checkpoint, ctx, place, error) == 0) return 0;
    fprintf(stderr, "%s\n", error);
    return 3;
}

/* What one run of training works on. */
typedef struct trn_run {
    const trn_options_t *o;
    trn_ctx_t *ctx;
    trn_net_t *net;
    const trn_data_t *train, *test;
    FILE *csv;
    uint32_t *order; /* of the images in this epoch */
    float *images;   /* of a minibatch */
    uint8_t *labels;
    uint32_t steps;  /* of an epoch */
    trn_place_t place;
    trn_progress_t progress;
} trn_run_t;

static void load_batch(trn_run_t *run, uint32_t epoch, uint32_t step)
{
    const trn_options_t *o = run->o;
    for (uint32_t n = 0; n < o->batch; n++) {
        const uint32_t index = run->order[step * o->batch + n];
        trn_data_load(run->train, index, o->augment, trn_bits(trn_bits(o->seed, 2000 + epoch), index), run->images, o->batch, n);
        run->labels[n] = run->train->label[index];
    }
}

static void train_step(trn_run_t *run, uint32_t epoch, uint32_t step)
{
    const trn_options_t *o = run->o;
    const uint64_t done = (uint64_t)epoch * run->steps + step, all = (uint64_t)run->steps * o->epochs;
    const double rate = 0.5 * o->rate * (1.0 + cos(3.14159265358979 * (double)done / (double)all));
    size_t right;
    load_batch(run, epoch, step);
    const double begun = seconds_now();
    run->ctx->iteration = (int64_t)done;
    const double loss = trn_net_forward(run->net, run->ctx, run->images, run->labels, &right) / o->batch;
    trn_net_backward(run->net, run->ctx, run->labels, (float)rate, (float)o->momentum, (float)o->decay);
    run->place.busy += seconds_now() - begun;
    run->place.epoch_loss += loss / run->steps;
    run->place.steps = done + 1;
    show_progress(&run->progress, done + 1, all, loss);
    const bool last = step + 1 == run->steps;
    if (last) run->place.accuracy = evaluate(run->net, run->ctx, run->test, run->images, run->labels);
    if (run->csv == NULL) return;
    fprintf(run->csv, "%llu,%u,%.6f,%.6g,", (unsigned long long)done, epoch, loss, rate);
    if (last) fprintf(run->csv, "%.6f", run->place.accuracy);
    fprintf(run->csv, "\n");
}

/* The steps from where the run stands; 0, or the exit code. */
static int train_steps(trn_run_t *run)
{
    const trn_options_t *o = run->o;
    for (uint32_t epoch = (uint32_t)(run->place.steps / run->steps); epoch < o->epochs; epoch++) {
        shuffle(run->order, (uint32_t)run->train->count, trn_bits(o->seed, 1000 + epoch));
        uint32_t step = (uint32_t)(run->place.steps % run->steps);
        if (step == 0) run->place.epoch_loss = 0.0;
        for (; step < run->steps; step++) {
            train_step(run, epoch, step);
            const bool due = step + 1 == run->steps || (o->checkpoint_every != 0 && run->place.steps % o->checkpoint_every == 0);
            if (o->checkpoint == NULL || (!due && !asked_to_stop)) continue;
            const int code = save(o, run->ctx, &run->place, run->csv);
            if (code != 0) return code;
            if (!asked_to_stop) continue;
            fprintf(stderr, "%sflx-train: stopped after %llu minibatches; the same command goes on\n", run->progress.terminal ? "\n" : "",
                    (unsigned long long)run->place.steps);
            return 130;
        }
        if (run->progress.terminal) fprintf(stderr, "\r\033[K");
        if (!o->json) printf("epoch %u: training loss %.4f, test accuracy %.4f\n", epoch + 1, run->place.epoch_loss, run->place.accuracy);
        fflush(stdout);
    }
    return 0;
}

/* Trains and prints; returns the exit code. */
static int train_network(const trn_options_t *o, trn_ctx_t *ctx, const trn_data_t *train, const trn_data_t *test, FILE *csv)
{
    trn_run_t run = {.o = o, .ctx = ctx, .train = train, .test = test, .csv = csv, .steps = o->train / o->batch};
    run.net = trn_net_create(ctx, o->network, o->batch, o->width, o->blocks, o->seed);
    run.order = trn_alloc(train->count, sizeof *run.order);
    run.images = trn_alloc((size_t)o->batch * TRN_IMAGE_BYTES, sizeof *run.images);
    run.labels = trn_alloc(o->batch, 1);
    describe_run(o, train->name, run.place.run);
    int code = o->checkpoint != NULL ? resume(o, ctx, &run.place, csv) : 0;
    if (code == 0) {
        if (csv != NULL && run.place.steps == 0) fprintf(csv, "iteration,epoch,loss,rate,accuracy\n");
        run.progress = (trn_progress_t){.start = seconds_now(), .terminal = isatty(STDERR_FILENO) != 0, .first = run.place.steps};
        run.progress.last = run.progress.start;
        code = train_steps(&run);
    }
    if (code == 0) {
        print_summary(o, run.net, ctx, train, run.place.accuracy, run.place.epoch_loss, run.place.busy / (double)run.place.steps);
        if (o->record != NULL) fprintf(stderr, "flx-train: %llu traces in %s\n", (unsigned long long)o->recorder.written, o->record);
    }
    trn_net_free(run.net);
    free(run.order);
    free(run.images);
    free(run.labels);
    return code;
}

int main(int argc, char **argv)
{
    trn_ctx_t ctx = {.threads = 1};
    trn_options_t o = {.network = "alexnet", .format = "flex16+5", .train = 20000, .test = 5000, .epochs = 4, .batch = 64, .seed = 1, .blocks = 1,
                       .threads = 1, .profile = "paper", .rate = -1.0, .momentum = 0.9, .decay = 0.0005, .augment = true};
    int code = parse_options(argc, argv, &o, &ctx);
    if (code >= 0) return code;
    ctx.threads = o.threads;
    trn_data_t train, test = {.name = NULL};
    if (o.data == NULL) {
        trn_data_generate(false, o.train, 1, &train);
        trn_data_generate(true, o.test, 1, &test);
    } else if (trn_data_open(o.data, false, o.train, &train) != 0) {
        return 2;
    } else if (trn_data_open(o.data, true, o.test, &test) != 0) {
        trn_data_free(&train);
        return 2;
    }
    if (o.record != NULL) {
        if (mkdir(o.record, 0777) != 0 && errno != EEXIST) return usage("--record", o.record, "a directory that can be made");
        o.recorder.directory = o.record;
        o.recorder.network = o.network;
        o.recorder.dataset = train.name;
        o.recorder.images = o.batch;
        ctx.record = &o.recorder;
    }
    char part[4096] = "";
    FILE *csv = NULL;
    if (o.csv != NULL) {
        snprintf(part, sizeof part, "%s.part", o.csv);
        const bool goes_on = o.checkpoint != NULL && access(o.checkpoint, F_OK) == 0;
        if (goes_on && access(part, F_OK) != 0 && access(o.csv, F_OK) == 0 && rename(o.csv, part) != 0) part[0] = '\0'; /* the run was complete */
        csv = fopen(part, goes_on ? "r+" : "w");
        if (csv == NULL) return usage("--csv", o.csv, goes_on ? "that of the interrupted run, FILE or FILE.part" : "a file that can be written");
    }
    code = train_network(&o, &ctx, &train, &test, csv);
    if (csv != NULL && (fclose(csv) != 0 || (code == 0 && rename(part, o.csv) != 0))) {
        remove(part);
        fprintf(stderr, "flx-train: --csv %s: cannot be written\n", o.csv);
        code = 3;
    }
    for (int i = 0; i < TRN_SCRATCH_SLOTS; i++) free(ctx.scratch[i]);
    trn_data_free(&train);
    trn_data_free(&test);
    return code;
}
