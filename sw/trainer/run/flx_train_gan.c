/* flx_train_gan.c - flx-train-gan: trains a Wasserstein GAN in one of the formats, scores and shows what it generates. Twin: docs/gan.md */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_json.h"
#include "net/trn_gan.h"
#include "tensor/trn_random.h"
#include "trn_gan_options.h"
#include "trn_picture.h"
#include "trn_score.h"

/* Random numbers of a run are functions of the seed, one of these, and an index. */
enum { NOISE_OF_CRITIC = 3000, NOISE_OF_GENERATOR, CHOICE_OF_IMAGES, NOISE_OF_SCORE, NOISE_OF_SAMPLES };
enum { SAMPLE_ROWS = 4, SAMPLE_COLUMNS = 6, SAMPLES = SAMPLE_ROWS * SAMPLE_COLUMNS };

typedef struct trn_gan_run {
    const trn_gan_options_t *o;
    trn_ctx_t *ctx;
    trn_gan_t *gan;
    const trn_data_t *train, *test;
    trn_csv_t *csv;
    float *images; /* of a minibatch */
    float *noise;
    trn_place_t place;
    flx_progress_t progress;
    double score, score_real;
} trn_gan_run_t;

/* Image n of the minibatch gets noise of its own index: what it shows does not depend on the batch. */
static void draw_noise(trn_gan_run_t *run, uint64_t purpose, uint64_t first)
{
    const uint32_t batch = run->o->batch;
    for (uint32_t n = 0; n < batch; n++) {
        const uint64_t key = trn_bits(trn_bits(run->o->common.seed, purpose), first + n);
        for (size_t i = 0; i < TRN_GAN_NOISE; i++) run->noise[i * batch + n] = trn_normal(key, i);
    }
}

static void train_iteration(trn_gan_run_t *run)
{
    const trn_gan_options_t *o = run->o;
    const uint64_t iteration = run->place.steps;
    const trn_optim_t critic = {.rule = TRN_RMSPROP, .rate = (float)o->rate, .momentum = (float)o->decay, .clip = (float)o->clip};
    trn_optim_t generator = critic;
    generator.clip = 0.0F;
    trn_record_t *record = run->ctx->record;
    run->ctx->iteration = (int64_t)iteration;
    for (uint32_t step = 0; step < o->critic_steps; step++) {
        const uint64_t first = (iteration * o->critic_steps + step) * o->batch, key = trn_bits(o->common.seed, CHOICE_OF_IMAGES);
        for (uint32_t n = 0; n < o->batch; n++)
            trn_data_load(run->train, trn_below(key, first + n, (uint32_t)run->train->count), false, 0, run->images, o->batch, n);
        draw_noise(run, NOISE_OF_CRITIC, first);
        run->ctx->record = step + 1 == o->critic_steps ? record : NULL;
        run->place.critic_loss = trn_gan_train_critic(run->gan, run->ctx, run->images, run->noise, &critic);
    }
    draw_noise(run, NOISE_OF_GENERATOR, iteration * o->batch);
    run->place.generator_loss = trn_gan_train_generator(run->gan, run->ctx, run->noise, &generator);
}

/* The iterations from where the run stands; 0, or the exit code. */
static int train(trn_gan_run_t *run)
{
    const trn_gan_options_t *o = run->o;
    while (run->place.steps < o->iterations) {
        const double begun = flx_progress_clock();
        train_iteration(run);
        run->place.busy += flx_progress_clock() - begun;
        if (o->common.recorder.failed != 0) return o->common.recorder.failed;
        trn_csv_print(run->csv, "%llu,%.6g,%.6g\n", (unsigned long long)run->place.steps, trn_plain(run->place.critic_loss), trn_plain(run->place.generator_loss));
        run->place.steps++;
        flx_progress_show(&run->progress, run->place.steps, "loss %.3f", trn_plain(run->place.critic_loss));
        const bool due = run->place.steps == o->iterations || (o->common.checkpoint_every != 0 && run->place.steps % o->common.checkpoint_every == 0);
        if (o->common.checkpoint == NULL || (!due && !trn_asked_to_stop())) continue;
        const int code = trn_save(o->common.checkpoint, run->ctx, &run->place, run->csv);
        if (code != 0) return code;
        if (trn_asked_to_stop()) return trn_stopped(&run->progress, &run->place, "iterations");
    }
    flx_progress_clear(&run->progress);
    return 0;
}

/* Image n of a minibatch in -1 .. 1 as bytes [3][32][32]; what is no number becomes 0. */
static void to_bytes(const float *images, size_t batch, size_t n, uint8_t *out)
{
    enum { PLANE = TRN_GAN_SIDE * TRN_GAN_SIDE };
    for (size_t i = 0; i < TRN_GAN_IMAGE_BYTES; i++) {
        const float value = 127.5F * (images[(i / PLANE * batch + n) * PLANE + i % PLANE] + 1.0F) + 0.5F;
        out[i] = (uint8_t)(!(value > 0.0F) ? 0.0F : value > 255.0F ? 255.0F : value);
    }
}

/* `count` generated images, to visit one by one. */
static void generate(trn_gan_run_t *run, uint64_t purpose, size_t count, void (*visit)(void *user, size_t index, const uint8_t *image), void *user)
{
    uint8_t image[TRN_GAN_IMAGE_BYTES];
    for (size_t first = 0; first < count; first += run->o->batch) {
        draw_noise(run, purpose, first);
        trn_gan_sample(run->gan, run->ctx, run->noise, run->images);
        for (size_t n = 0; n < run->o->batch && first + n < count; n++) {
            to_bytes(run->images, run->o->batch, n, image);
            visit(user, first + n, image);
        }
    }
}

static void add_to_set(void *user, size_t index, const uint8_t *image)
{
    (void)index;
    trn_score_add(user, image);
}

static void add_to_grid(void *user, size_t index, const uint8_t *image)
{
    memcpy((uint8_t *)user + index * TRN_GAN_IMAGE_BYTES, image, TRN_GAN_IMAGE_BYTES);
}

/* Of generated images, and of as many training images: both beside the test images. */
static void score(trn_gan_run_t *run)
{
    trn_score_set_t *set = trn_alloc(3, sizeof *set);
    for (size_t i = 0; i < run->o->score; i++) trn_score_add(&set[0], run->test->pixel + i * TRN_GAN_IMAGE_BYTES);
    for (size_t i = 0; i < run->o->score; i++) trn_score_add(&set[1], run->train->pixel + i % run->train->count * TRN_GAN_IMAGE_BYTES);
    generate(run, NOISE_OF_SCORE, run->o->score, add_to_set, &set[2]);
    run->score_real = trn_score_distance(&set[0], &set[1]);
    run->score = trn_score_distance(&set[0], &set[2]);
    free(set);
}

/* 0, or the exit code. */
static int show_samples(trn_gan_run_t *run)
{
    uint8_t *grid = trn_alloc(SAMPLES, TRN_GAN_IMAGE_BYTES);
    char title[200], error[FLX_OUTPUT_ERROR_BYTES];
    generate(run, NOISE_OF_SAMPLES, SAMPLES, add_to_grid, grid);
    snprintf(title, sizeof title, "%.40s: %s, %u iterations, seed %u", run->o->common.format, run->train->name, run->o->iterations, run->o->common.seed);
    const int failed = trn_picture_write(run->o->samples, title, grid, SAMPLE_ROWS, SAMPLE_COLUMNS, TRN_GAN_SIDE, error);
    free(grid);
    return failed != 0 ? flx_cli_fail(FLX_EXIT_TOOL, "--samples %.150s: cannot be written (%s)", run->o->samples, error) : FLX_EXIT_PASS;
}

static int print_summary(const trn_gan_run_t *run)
{
    const trn_gan_options_t *o = run->o;
    const trn_place_t *place = &run->place;
    const double step = place->steps != 0 ? place->busy / (double)place->steps : 0.0;
    const bool diverged = !isfinite(place->critic_loss) || !isfinite(place->generator_loss) || (o->score != 0 && !isfinite(run->score));
    char digest[32];
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)trn_gan_digest(run->gan));
    if (!o->common.json) {
        printf("dcgan %s on %s, seed %u: Wasserstein estimate %.4g, generator loss %.4g%s, %.1f ms per iteration, weights %s\n", o->common.format, run->train->name, o->common.seed,
               trn_plain(place->critic_loss), trn_plain(place->generator_loss), diverged ? " (diverged)" : "", 1e3 * step, digest);
        if (o->score != 0)
            printf("Frechet distance of random features over %u images: generated %.3f, training images %.3f\n", o->score, trn_plain(run->score), trn_plain(run->score_real));
        trn_totals_print(run->ctx);
        return FLX_EXIT_PASS;
    }
    return flx_json_print(json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:o, s:o, s:b, s:i, s:o, s:o, s:o, s:I, s:s, s:o, s:I}", "network", "dcgan", "format",
                                    o->common.format, "dataset", run->train->name, "seed", (int)o->common.seed, "train", (int)o->train, "iterations", (int)o->iterations,
                                    "critic_steps", (int)o->critic_steps, "batch", (int)o->batch, "width", (int)o->width, "rate", o->rate, "decay", o->decay, "clip", o->clip,
                                    "wasserstein", flx_json_real(place->critic_loss), "generator_loss", flx_json_real(place->generator_loss), "diverged", (int)diverged,
                                    "score_images", (int)o->score, "score", flx_json_real(run->score), "score_real", flx_json_real(run->score_real), "step_seconds",
                                    flx_json_real(step), "parameters", (json_int_t)trn_gan_parameters(run->gan), "weights", digest, "flex", trn_totals_json(run->ctx), "traces",
                                    (json_int_t)o->common.recorder.written));
}

/* Trains, scores and prints; returns the exit code. */
static int run_gan(const trn_gan_options_t *o, trn_job_t *job)
{
    trn_ctx_t *ctx = &job->ctx;
    const trn_data_t *train_images = &job->train, *test = &job->test;
    trn_csv_t *csv = &job->csv;
    trn_gan_run_t run = {.o = o, .ctx = ctx, .train = train_images, .test = test, .csv = csv, .score = NAN, .score_real = NAN};
    run.gan = trn_gan_create(ctx, o->batch, o->width, o->common.seed);
    run.images = trn_alloc((size_t)o->batch * TRN_GAN_IMAGE_BYTES, sizeof *run.images);
    run.noise = trn_alloc((size_t)o->batch * TRN_GAN_NOISE, sizeof *run.noise);
    snprintf(run.place.run, TRN_RUN_BYTES, "dcgan %s %s %s train %u iterations %u critic steps %u batch %u rate %a decay %a clip %a width %u seed %u", o->common.format, o->common.profile,
             train_images->name, o->train, o->iterations, o->critic_steps, o->batch, o->rate, o->decay, o->clip, o->width, o->common.seed);
    int code = o->common.checkpoint != NULL ? trn_resume(o->common.checkpoint, ctx, &run.place, csv, "iterations") : 0;
    if (code == 0) {
        if (run.place.steps == 0) trn_csv_print(csv, "iteration,wasserstein,generator_loss\n");
        run.progress = flx_progress_begin("iterations", o->iterations, run.place.steps);
        code = train(&run);
    }
    if (code == 0) {
        code = trn_csv_close(csv, code); /* whatever comes of the rest */
        if (o->score != 0) score(&run);
        const int shown = o->samples != NULL ? show_samples(&run) : FLX_EXIT_PASS, printed = print_summary(&run);
        if (code == 0) code = shown != 0 ? shown : printed;
        if (o->common.record != NULL) flx_cli_say("%llu traces in %s", (unsigned long long)o->common.recorder.written, o->common.record);
    }
    trn_gan_free(run.gan);
    free(run.images);
    free(run.noise);
    return code;
}

static int fit_images(trn_data_t *train_images)
{
    char value[32];
    train_images->mean = train_images->deviation = 127.5F; /* -1 .. 1, as tanh */
    if (train_images->side == TRN_GAN_SIDE) return FLX_EXIT_PASS;
    snprintf(value, sizeof value, "%zu", train_images->side);
    return flx_cli_usage("the images' side", value, "32");
}

static int run_job(trn_gan_options_t *o, trn_job_t *job)
{
    const trn_data_request_t request = {.directory = o->common.data, .train = o->train, .test = o->score != 0 ? o->score : 1, .side = o->common.data == NULL ? TRN_GAN_SIDE : 0};
    int code = trn_job_outputs(&o->common);
    if (code == 0) code = flx_cli_output("--samples", o->samples);
    if (code == 0) code = trn_job_data(job, &request);
    if (code == 0) code = fit_images(&job->train);
    if (code == 0) code = trn_job_files(job, &o->common, "wgan", o->batch);
    if (code == 0) code = run_gan(o, job);
    return trn_job_end(job, code);
}

int main(int argc, char **argv)
{
    trn_job_t job = {.csv = {.output = NULL}};
    trn_gan_options_t o;
    const int code = trn_parse_gan_options(argc, argv, &o, &job.ctx);
    return flx_cli_finish(code >= 0 ? code : run_job(&o, &job));
}
