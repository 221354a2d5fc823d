/* flx_train.c - flx-train: trains a network in one of the formats, goes on from checkpoints, records traces. Twin: docs/trainer.md */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trn_checkpoint.h"
#include "trn_data.h"
#include "trn_net.h"
#include "trn_options.h"
#include "trn_random.h"

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
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

static double evaluate(trn_net_t *net, trn_ctx_t *ctx, const trn_data_t *test, float *images, uint16_t *labels)
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
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:f, s:f, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:I, s:s, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}, s:I}",
                             "network", net->name, "format", o->format, "dataset", train->name, "side", (int)train->side, "classes", (int)train->classes,
                             "pixel_mean", (double)train->mean, "pixel_deviation", (double)train->deviation, "seed", (int)o->seed, "train", (int)o->train,
                             "test", (int)o->test, "epochs", (int)o->epochs, "accuracy", accuracy, "loss", loss, "step_seconds", step, "parameters",
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
static void describe_run(const trn_options_t *o, const trn_data_t *data, char text[TRN_RUN_BYTES])
{
    int used = snprintf(text, TRN_RUN_BYTES, "%s %s %s %s train %u test %u epochs %u batch %u rate %a momentum %a decay %a width %u blocks %u augment %d seed %u", o->network,
             o->format, o->profile, data->name, o->train, o->test, o->epochs, o->batch, o->rate, o->momentum, o->decay, o->width, o->blocks, o->augment, o->seed);
    /* Of the usual images nothing more is said: checkpoints from before other sides and classes go on. */
    if (data->side != TRN_SIDE_USUAL || data->classes != 10)
        snprintf(text + used, TRN_RUN_BYTES - (size_t)used, " side %zu classes %zu", data->side, data->classes);
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
            return trn_usage("--csv", o->csv, "the file of the interrupted run, FILE.part, beside it");
        if (ftruncate(fileno(csv), (off_t)place->csv_bytes) != 0 || fseek(csv, 0, SEEK_END) != 0) return trn_usage("--csv", o->csv, "a file that can be written");
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
    uint16_t *labels;
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

/* The accumulator must hold the sums over a minibatch. 0, or the exit code after one line on stderr. */
static int check_depth(const trn_options_t *o, const trn_net_t *net, const trn_ctx_t *ctx)
{
    const size_t depth = trn_net_depth(net), most = (size_t)flx_depth_max(ctx->format.fmt);
    if (!trn_integer(ctx) || depth <= most) return 0;
    char value[16], expected[128];
    snprintf(value, sizeof value, "%u", o->batch);
    snprintf(expected, sizeof expected, "at most %zu: a weight gradient sums %zu products of an image, the accumulator holds %zu", most * o->batch / depth,
             depth / o->batch, most);
    return trn_usage("--batch", value, expected);
}

/* Images get the side that the network wants. 0, or the exit code after one line on stderr. */
static int fit_images(const trn_options_t *o, trn_data_t *train, trn_data_t *test)
{
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (recipe->side != 0) train->load_side = test->load_side = recipe->side;
    if (train->load_side >= recipe->side_least) return 0;
    char value[32], expected[64];
    snprintf(value, sizeof value, "%zu", train->side);
    snprintf(expected, sizeof expected, "at least %u for %s", recipe->side_least, recipe->name);
    return trn_usage("the images' side", value, expected);
}

/* Trains and prints; returns the exit code. */
static int train_network(const trn_options_t *o, trn_ctx_t *ctx, const trn_data_t *train, const trn_data_t *test, FILE *csv)
{
    trn_run_t run = {.o = o, .ctx = ctx, .train = train, .test = test, .csv = csv, .steps = o->train / o->batch};
    run.net = trn_net_create(ctx, o->network, o->batch, train->load_side, train->classes, o->width, o->blocks, o->seed);
    run.order = trn_alloc(train->count, sizeof *run.order);
    run.images = trn_alloc(o->batch * trn_data_floats(train), sizeof *run.images);
    run.labels = trn_alloc(o->batch, sizeof *run.labels);
    describe_run(o, train, run.place.run);
    int code = check_depth(o, run.net, ctx);
    if (code == 0 && o->checkpoint != NULL) code = resume(o, ctx, &run.place, csv);
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
    trn_options_t o = {.network = "alexnet", .format = "flex16+5", .train = 20000, .test = 5000, .epochs = 4, .seed = 1, .blocks = 1,
                       .threads = 1, .profile = "paper", .rate = -1.0, .momentum = 0.9, .decay = 0.0005, .augment = true};
    int code = trn_parse_options(argc, argv, &o, &ctx);
    if (code >= 0) return code;
    ctx.threads = o.threads;
    const trn_data_request_t request = {.directory = o.data, .train = o.train, .test = o.test, .side = o.side, .classes = o.classes};
    trn_data_t train, test;
    if (trn_data_open(&request, &train, &test) != 0) return 2;
    code = fit_images(&o, &train, &test);
    if (code != 0) {
        trn_data_free(&train);
        trn_data_free(&test);
        return code;
    }
    if (o.record != NULL) {
        if (mkdir(o.record, 0777) != 0 && errno != EEXIST) return trn_usage("--record", o.record, "a directory that can be made");
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
        if (csv == NULL) return trn_usage("--csv", o.csv, goes_on ? "that of the interrupted run, FILE or FILE.part" : "a file that can be written");
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
