/* flx_train.c - flx-train: trains a network in one of the formats, goes on from checkpoints, records traces. Twin: docs/trainer.md */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/flx_json.h"
#include "net/trn_shapes.h"
#include "tensor/trn_random.h"
#include "tensor/trn_watch.h"
#include "trn_options.h"

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

static int print_summary(const trn_options_t *o, const trn_net_t *net, const trn_ctx_t *ctx, const trn_data_t *train, const trn_place_t *place)
{
    const bool diverged = !isfinite(place->epoch_loss);
    const double step = place->busy / (double)place->steps;
    char digest[32];
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)trn_net_digest(net));
    if (!o->common.json) {
        printf("%s %s on %s, seed %u: test accuracy %.4f, training loss of the last epoch %.4f%s, %.1f ms per step of %u images, weights %s\n", net->name, o->common.format,
               train->name, o->common.seed, place->accuracy, trn_plain(place->epoch_loss), diverged ? " (diverged)" : "", 1e3 * step, o->batch, digest);
        trn_totals_print(ctx);
        return FLX_EXIT_PASS;
    }
    return flx_json_print(json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:i, s:i, s:i, s:i, s:o, s:o, s:b, s:o, s:I, s:s, s:o, s:I}", "network", net->name, "format",
                                    o->common.format, "products", trn_integer(ctx) ? "exact" : o->products, "dataset", train->name, "side", (int)train->side, "classes",
                                    (int)train->classes, "pixel_mean", flx_json_real((double)train->mean), "pixel_deviation", flx_json_real((double)train->deviation), "seed",
                                    (int)o->common.seed, "train", (int)o->train, "test", (int)o->test, "epochs", (int)o->epochs, "accuracy", flx_json_real(place->accuracy),
                                    "loss", flx_json_real(place->epoch_loss), "diverged", (int)diverged, "step_seconds", flx_json_real(step), "parameters",
                                    (json_int_t)trn_net_parameters(net), "weights", digest, "flex", trn_totals_json(ctx), "traces", (json_int_t)o->common.recorder.written));
}

/* The options that the numbers of a run depend on. */
static void describe_run(const trn_options_t *o, const trn_data_t *data, char text[TRN_RUN_BYTES])
{
    int used = snprintf(text, TRN_RUN_BYTES, "%s %s %s %s train %u test %u epochs %u batch %u rate %a momentum %a decay %a width %u blocks %u augment %d seed %u", o->network,
             o->common.format, o->common.profile, data->name, o->train, o->test, o->epochs, o->batch, o->rate, o->momentum, o->decay, o->width, o->blocks, o->augment, o->common.seed);
    /* Of the usual images and products nothing more is said: checkpoints from before there were others go on. */
    if (data->side != TRN_SIDE_USUAL || data->classes != 10)
        used += snprintf(text + used, TRN_RUN_BYTES - (size_t)used, " side %zu classes %zu", data->side, data->classes);
    if (strcmp(o->products, "openblas") != 0) snprintf(text + used, TRN_RUN_BYTES - (size_t)used, " %s", o->products);
}

/* What one run of training works on. */
typedef struct trn_run {
    const trn_options_t *o;
    trn_ctx_t *ctx;
    trn_net_t *net;
    const trn_data_t *train, *test;
    trn_csv_t *csv;
    uint32_t *order; /* of the images in this epoch */
    float *images;   /* of a minibatch */
    uint16_t *labels;
    uint32_t steps;  /* of an epoch */
    trn_place_t place;
    flx_progress_t progress;
} trn_run_t;

static void load_batch(trn_run_t *run, uint32_t epoch, uint32_t step)
{
    const trn_options_t *o = run->o;
    for (uint32_t n = 0; n < o->batch; n++) {
        const uint32_t index = run->order[step * o->batch + n];
        trn_data_load(run->train, index, o->augment, trn_bits(trn_bits(o->common.seed, 2000 + epoch), index), run->images, o->batch, n);
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
    const double begun = flx_progress_clock();
    run->ctx->iteration = (int64_t)done;
    const double loss = trn_net_forward(run->net, run->ctx, run->images, run->labels, &right) / o->batch;
    trn_net_backward(run->net, run->ctx, run->labels, (float)rate, (float)o->momentum, (float)o->decay);
    run->place.busy += flx_progress_clock() - begun;
    if (run->ctx->watch != NULL && step == run->steps / 2 && (epoch == 0 || epoch + 1 == o->epochs)) trn_watch_histograms(run->ctx, epoch + 1);
    run->place.epoch_loss += loss / run->steps;
    run->place.steps = done + 1;
    flx_progress_show(&run->progress, done + 1, "loss %.3f", trn_plain(loss));
    const bool last = step + 1 == run->steps;
    if (last) run->place.accuracy = evaluate(run->net, run->ctx, run->test, run->images, run->labels);
    trn_csv_print(run->csv, "%llu,%u,%.6f,%.6g,", (unsigned long long)done, epoch, trn_plain(loss), rate);
    if (last) trn_csv_print(run->csv, "%.6f", run->place.accuracy);
    trn_csv_print(run->csv, "\n");
}

/* The steps from where the run stands; 0, or the exit code. */
static int train_steps(trn_run_t *run)
{
    const trn_options_t *o = run->o;
    for (uint32_t epoch = (uint32_t)(run->place.steps / run->steps); epoch < o->epochs; epoch++) {
        shuffle(run->order, (uint32_t)run->train->count, trn_bits(o->common.seed, 1000 + epoch));
        uint32_t step = (uint32_t)(run->place.steps % run->steps);
        if (step == 0) run->place.epoch_loss = 0.0;
        for (; step < run->steps; step++) {
            train_step(run, epoch, step);
            if (o->common.recorder.failed != 0) return o->common.recorder.failed;
            const bool due = step + 1 == run->steps || (o->common.checkpoint_every != 0 && run->place.steps % o->common.checkpoint_every == 0);
            if (o->common.checkpoint == NULL || (!due && !trn_asked_to_stop())) continue;
            const int code = trn_save(o->common.checkpoint, run->ctx, &run->place, run->csv);
            if (code != 0) return code;
            if (!trn_asked_to_stop()) continue;
            return trn_stopped(&run->progress, &run->place, "minibatches");
        }
        flx_progress_clear(&run->progress);
        if (!o->common.json) printf("epoch %u: training loss %.4f, test accuracy %.4f\n", epoch + 1, trn_plain(run->place.epoch_loss), run->place.accuracy);
        fflush(stdout);
    }
    return 0;
}

/* *side of the images becomes what the network wants. 0, or the exit code after one line on stderr. */
static int fit_side(const trn_options_t *o, size_t *side)
{
    const trn_recipe_t *recipe = trn_net_recipe(o->network);
    if (recipe->side != 0) *side = recipe->side;
    if (*side >= recipe->side_least) return 0;
    char value[32], expected[64];
    snprintf(value, sizeof value, "%zu", *side);
    snprintf(expected, sizeof expected, "at least %u for %s", recipe->side_least, recipe->name);
    return flx_cli_usage("the images' side", value, expected);
}

static int fit_images(const trn_options_t *o, trn_data_t *train, trn_data_t *test)
{
    const int code = fit_side(o, &train->load_side);
    test->load_side = train->load_side;
    return code;
}

static int choose_watched(const trn_options_t *o, trn_ctx_t *ctx)
{
    char unknown[TRN_NAME_BYTES];
    if (ctx->watch == NULL || trn_watch_choose(ctx, o->watch_tensors, unknown)) return 0;
    return flx_cli_usage("--watch-tensors", unknown, "names of tensors of the network, such as those in tensors.csv");
}

/* Trains and prints; returns the exit code. */
static int train_network(const trn_options_t *o, trn_job_t *job)
{
    trn_ctx_t *ctx = &job->ctx;
    const trn_data_t *train = &job->train, *test = &job->test;
    trn_csv_t *csv = &job->csv;
    trn_run_t run = {.o = o, .ctx = ctx, .train = train, .test = test, .csv = csv, .steps = o->train / o->batch};
    run.net = trn_net_create(ctx, o->network, o->batch, train->load_side, train->classes, o->width, o->blocks, o->common.seed);
    run.order = trn_alloc(train->count, sizeof *run.order);
    run.images = trn_alloc(o->batch * trn_data_floats(train), sizeof *run.images);
    run.labels = trn_alloc(o->batch, sizeof *run.labels);
    describe_run(o, train, run.place.run);
    int code = choose_watched(o, ctx);
    if (code == 0 && o->common.checkpoint != NULL) code = trn_resume(o->common.checkpoint, ctx, &run.place, csv, "minibatches");
    if (code == 0) {
        if (run.place.steps == 0) trn_csv_print(csv, "iteration,epoch,loss,rate,accuracy\n");
        run.progress = flx_progress_begin("minibatches", (uint64_t)run.steps * o->epochs, run.place.steps);
        code = train_steps(&run);
    }
    const bool trained = code == 0;
    if (trained) {
        const int written = trn_csv_close(csv, code); /* whatever comes of the rest */
        code = print_summary(o, run.net, ctx, train, &run.place);
        if (code == 0) code = written;
        if (o->common.record != NULL) flx_cli_say("%llu traces in %s", (unsigned long long)o->common.recorder.written, o->common.record);
    }
    char error[FLX_OUTPUT_ERROR_BYTES];
    if (ctx->watch != NULL && trn_watch_close(ctx, trained, error) != 0) code = flx_cli_fail(FLX_EXIT_TOOL, "--watch %.150s: cannot be written (%s)", o->watch, error);
    trn_net_free(run.net);
    free(run.order);
    free(run.images);
    free(run.labels);
    return code;
}

static int open_watch(const trn_options_t *o, trn_job_t *job)
{
    char error[FLX_OUTPUT_ERROR_BYTES], expected[FLX_OUTPUT_ERROR_BYTES + 64];
    if (o->watch == NULL || (job->ctx.watch = trn_watch_open(o->watch, error)) != NULL) return FLX_EXIT_PASS;
    snprintf(expected, sizeof expected, "a directory that can be made and written (%s)", error);
    return flx_cli_usage("--watch", o->watch, expected);
}

/* Before anything is read or made. */
static int check_outputs(const trn_options_t *o)
{
    int code = trn_job_outputs(&o->common);
    if (code == 0) code = flx_cli_output_folder("--watch", o->watch);
    for (int i = 0; code == 0 && o->watch != NULL && access(o->watch, F_OK) == 0 && i < TRN_WATCH_FILES; i++) {
        static char path[TRN_WATCH_FILES][TRN_WATCH_PATH_BYTES]; /* named until the program ends */
        trn_watch_path(o->watch, i, path[i]);
        code = flx_cli_output("--watch", path[i]);
    }
    return code;
}

/* Of the network for images as they would be generated. */
static int print_shapes(const trn_options_t *o, trn_ctx_t *ctx)
{
    enum { CLASSES = 10 };
    size_t side = o->side != 0 ? o->side : TRN_SIDE_USUAL;
    int code = fit_side(o, &side);
    if (code != 0) return code;
    trn_net_t *net = trn_net_create(ctx, o->network, o->batch, side, o->classes != 0 ? o->classes : CLASSES, o->width, o->blocks, o->common.seed);
    code = flx_json_print(trn_shapes(net, ctx));
    trn_net_free(net);
    return code;
}

static int run(trn_options_t *o, trn_job_t *job)
{
    if (o->shapes) return trn_job_end(job, print_shapes(o, &job->ctx));
    const trn_data_request_t request = {.directory = o->common.data, .train = o->train, .test = o->test, .side = o->side, .classes = o->classes};
    int code = check_outputs(o);
    if (code == 0) code = trn_job_data(job, &request);
    if (code == 0) code = fit_images(o, &job->train, &job->test);
    if (code == 0) code = trn_job_files(job, &o->common, o->network, o->batch);
    if (code == 0) code = open_watch(o, job);
    if (code == 0) code = train_network(o, job);
    return trn_job_end(job, code);
}

int main(int argc, char **argv)
{
    trn_job_t job = {.csv = {.output = NULL}};
    trn_options_t o;
    const int code = trn_parse_options(argc, argv, &o, &job.ctx);
    return flx_cli_finish(code >= 0 ? code : run(&o, &job));
}
