/* trn_watch.c - counts, exponents and histograms of tensors. Header: trn_watch.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_watch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/flx_output.h"

enum { FILES = TRN_WATCH_FILES, TENSORS = 0, SERIES = 1, HISTOGRAMS = 2 };
static const char *const file_name[FILES] = {"tensors.csv", "series.csv", "histograms.csv"};

struct trn_watch {
    FILE *file[FILES]; /* of output */
    flx_output_t *output[FILES];
};

/* Sums over the writes of one usage. */
typedef struct trn_watch_counts {
    uint64_t writes, elements, overflows, clipped, underflow, exp_changes, updates, lost_updates;
    int32_t exp_min, exp_max;
    double headroom_sum, headroom_min; /* bits above the largest mantissa */
} trn_watch_counts_t;

struct trn_watched {
    trn_watch_counts_t usage[2];
    bool chosen;
};

static trn_watched_t *watched(trn_tensor_t *tensor)
{
    if (tensor->watched == NULL) tensor->watched = trn_alloc(1, sizeof *tensor->watched);
    return tensor->watched;
}

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* By its name, as the layers give them. */
static const char *kind_of(const trn_tensor_t *t)
{
    static const struct { const char *end, *kind; } kinds[] = {
        {".g", "gradient"}, {".v", "momentum"}, {".u", "update"}, {".y", "activation"}, {"images", "activation"}, {".dx", "delta"}, {".ds", "delta"},
        {"dlogits", "delta"}, {".mean", "average"}, {".var", "average"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (ends_with(t->name, kinds[i].end)) return kinds[i].kind;
    return t->learned ? "weight" : "other";
}

static void discard(trn_watch_t *w)
{
    for (int i = 0; i < FILES; i++) flx_output_discard(w->output[i]);
    free(w);
}

void trn_watch_path(const char *directory, int file, char path[TRN_WATCH_PATH_BYTES])
{
    snprintf(path, TRN_WATCH_PATH_BYTES, "%.4000s/%s", directory, file_name[file]);
}

trn_watch_t *trn_watch_open(const char *directory, char error[FLX_OUTPUT_ERROR_BYTES])
{
    static const char *const heading[FILES] = {
        "tensor,kind,usage,bits,count,writes,elements,overflows,clipped,underflow,exponent_changes,updates,lost_updates,exponent_min,exponent_max,headroom_mean,headroom_min",
        "iteration,tensor,gamma,exp,exp_next", "epoch,kind,tensor,exp,log2,count"};
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        snprintf(error, FLX_OUTPUT_ERROR_BYTES, "%s", strerror(errno));
        return NULL;
    }
    trn_watch_t *w = trn_alloc(1, sizeof *w);
    for (int i = 0; i < FILES; i++) {
        char path[TRN_WATCH_PATH_BYTES];
        trn_watch_path(directory, i, path);
        w->output[i] = flx_output_open(path, error);
        if (w->output[i] == NULL) {
            discard(w);
            return NULL;
        }
        w->file[i] = flx_output_file(w->output[i]);
        fprintf(w->file[i], "%s\n", heading[i]);
    }
    return w;
}

static trn_tensor_t *find(const trn_ctx_t *ctx, const char *name)
{
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next)
        if (strcmp(t->name, name) == 0) return t;
    return NULL;
}

/* The middle weight, its layer's output, its update. */
static void choose_usual(trn_ctx_t *ctx)
{
    size_t weights = 0, at = 0;
    for (const trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) weights += ends_with(t->name, ".w");
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) {
        if (!ends_with(t->name, ".w") || at++ != weights / 2) continue;
        char name[TRN_NAME_BYTES + 4];
        watched(t)->chosen = true;
        snprintf(name, sizeof name, "%.*s.y", (int)(strlen(t->name) - 2), t->name);
        trn_tensor_t *y = find(ctx, name);
        snprintf(name, sizeof name, "%s.u", t->name);
        trn_tensor_t *u = find(ctx, name);
        if (y != NULL) watched(y)->chosen = true;
        if (u != NULL) watched(u)->chosen = true;
        return;
    }
}

bool trn_watch_choose(trn_ctx_t *ctx, const char *names, char unknown[TRN_NAME_BYTES])
{
    if (names == NULL) choose_usual(ctx);
    while (names != NULL) {
        const char *comma = strchr(names, ',');
        const size_t length = comma != NULL ? (size_t)(comma - names) : strlen(names);
        snprintf(unknown, TRN_NAME_BYTES, "%.*s", (int)length, names);
        trn_tensor_t *t = length < TRN_NAME_BYTES ? find(ctx, unknown) : NULL;
        if (t == NULL) return false;
        watched(t)->chosen = true;
        names = comma != NULL ? comma + 1 : NULL;
    }
    return true;
}

void trn_watch_write(trn_ctx_t *ctx, trn_tensor_t *tensor, const flx_stats_t *stats)
{
    trn_watched_t *own = watched(tensor);
    trn_watch_counts_t *c = &own->usage[ctx->eval ? 1 : 0];
    const int32_t exp_next = tensor->usage[ctx->eval ? 1 : 0].exp_next;
    const double headroom = ctx->format.fmt.mant_bits - 1 - log2(stats->gamma != 0 ? (double)stats->gamma : 1.0);
    if (c->writes == 0 || tensor->exp < c->exp_min) c->exp_min = tensor->exp;
    if (c->writes == 0 || tensor->exp > c->exp_max) c->exp_max = tensor->exp;
    if (c->writes == 0 || headroom < c->headroom_min) c->headroom_min = headroom;
    c->headroom_sum += headroom;
    c->writes++;
    c->elements += tensor->count;
    c->overflows += stats->overflow;
    c->clipped += stats->saturated;
    c->underflow += stats->underflow;
    c->exp_changes += exp_next != tensor->exp;
    if (own->chosen && !ctx->eval)
        fprintf(ctx->watch->file[SERIES], "%lld,%s,%u,%d,%d\n", (long long)ctx->iteration, tensor->name, stats->gamma, tensor->exp, exp_next);
}

void trn_watch_update(trn_ctx_t *ctx, trn_tensor_t *weight, uint64_t lost)
{
    trn_watch_counts_t *c = &watched(weight)->usage[ctx->eval ? 1 : 0];
    c->updates += weight->count;
    c->lost_updates += lost;
}

/* ---- histograms ---- */

/* floor(log2 |v|) is bin - BINS_BELOW; the last bin holds infinities and NaN. */
enum { BINS_BELOW = 256, BINS = BINS_BELOW + 129 };

static size_t bin_of(float v)
{
    if (!isfinite(v)) return BINS - 1;
    return (size_t)(BINS_BELOW + ilogbf(v));
}

static void add_histogram(trn_ctx_t *ctx, uint32_t epoch, const trn_tensor_t *t)
{
    FILE *file = ctx->watch->file[HISTOGRAMS];
    uint64_t bins[BINS] = {0}, zeros = 0, width[18] = {0};
    char exp[16] = "";
    if (t->mant != NULL) {
        for (size_t i = 0; i < t->count; i++) width[t->mant[i] == 0 ? 0 : 32 - __builtin_clz((unsigned)abs(t->mant[i]))]++;
        zeros = width[0];
        for (int bits = 1; bits < 18; bits++) bins[BINS_BELOW + bits - 1 - t->exp] += width[bits];
        snprintf(exp, sizeof exp, "%d", t->exp);
    } else {
        for (size_t i = 0; i < t->count; i++) {
            if (t->value[i] == 0.0F) zeros++;
            else bins[bin_of(t->value[i])]++;
        }
    }
    fprintf(file, "%u,%s,%s,%s,zero,%llu\n", epoch, kind_of(t), t->name, exp, (unsigned long long)zeros);
    for (int i = 0; i < BINS; i++)
        if (bins[i] != 0) fprintf(file, "%u,%s,%s,%s,%d,%llu\n", epoch, kind_of(t), t->name, exp, i - BINS_BELOW, (unsigned long long)bins[i]);
}

/* All tensors, the oldest first: an array that ends with NULL, to be freed. */
static trn_tensor_t **in_order(const trn_ctx_t *ctx)
{
    size_t count = 0;
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) count++;
    trn_tensor_t **all = trn_alloc(count + 1, sizeof *all);
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) all[--count] = t;
    return all;
}

void trn_watch_histograms(trn_ctx_t *ctx, uint32_t epoch)
{
    trn_tensor_t **all = in_order(ctx);
    for (size_t i = 0; all[i] != NULL; i++) add_histogram(ctx, epoch, all[i]);
    free(all);
}

/* ---- the end ---- */

/* A float tensor has no exponent and no statistics of writes: those columns stay empty. */
static void add_line(trn_ctx_t *ctx, const trn_tensor_t *t, int usage)
{
    FILE *file = ctx->watch->file[TENSORS];
    const trn_watch_counts_t *c = &t->watched->usage[usage];
    if (c->writes == 0 && c->updates == 0) return;
    fprintf(file, "%s,%s,%s,", t->name, kind_of(t), usage == 0 ? "training" : "evaluation");
    if (c->writes == 0) {
        fprintf(file, ",%zu,,,,,,,%llu,%llu,,,,\n", t->count, (unsigned long long)c->updates, (unsigned long long)c->lost_updates);
        return;
    }
    fprintf(file, "%u,%zu,%llu,%llu,%llu,%llu,%llu,%llu,", ctx->format.fmt.mant_bits, t->count, (unsigned long long)c->writes, (unsigned long long)c->elements,
            (unsigned long long)c->overflows, (unsigned long long)c->clipped, (unsigned long long)c->underflow, (unsigned long long)c->exp_changes);
    fprintf(file, "%llu,%llu,%d,%d,%.3f,%.3f\n", (unsigned long long)c->updates, (unsigned long long)c->lost_updates, c->exp_min, c->exp_max,
            c->headroom_sum / (double)c->writes, c->headroom_min);
}

int trn_watch_close(trn_ctx_t *ctx, bool keep, char error[FLX_OUTPUT_ERROR_BYTES])
{
    trn_watch_t *w = ctx->watch;
    bool good = true;
    if (keep) {
        trn_tensor_t **all = in_order(ctx);
        for (size_t i = 0; all[i] != NULL; i++)
            for (int usage = 0; usage < 2; usage++)
                if (all[i]->watched != NULL) add_line(ctx, all[i], usage);
        free(all);
        for (int i = 0; i < FILES; i++) { /* all of them are new, or none */
            if (fflush(w->file[i]) == 0 && ferror(w->file[i]) == 0) continue;
            snprintf(error, FLX_OUTPUT_ERROR_BYTES, "%s: %s", file_name[i], strerror(errno));
            good = keep = false;
        }
        for (int i = 0; keep && i < FILES; i++) {
            good = flx_output_close(w->output[i], error) && good;
            w->output[i] = NULL;
        }
    }
    discard(w);
    ctx->watch = NULL;
    return good ? 0 : -1;
}
