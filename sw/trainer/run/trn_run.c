/* trn_run.c - what the training programs share. Header: trn_run.h */
#include "trn_run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trn_args.h"

double trn_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

trn_progress_t trn_progress_begin(uint64_t first)
{
    const double now = trn_seconds();
    return (trn_progress_t){.start = now, .last = now, .first = first, .terminal = isatty(STDERR_FILENO) != 0};
}

void trn_progress_show(trn_progress_t *p, uint64_t done, uint64_t all, double loss)
{
    const double now = trn_seconds();
    if (now - p->last < (p->terminal ? 0.2 : 30.0)) return;
    p->last = now;
    const double left = (now - p->start) * (double)(all - done) / (double)(done - p->first), percent = 100.0 * (double)done / (double)all;
    const int width = 32, full = (int)((uint64_t)width * done / all);
    if (p->terminal) fprintf(stderr, "\r[%.*s%*s] %3.0f %%, loss %.3f, %.0f s left \033[K", full, "################################", width - full, "", percent, loss, left);
    else fprintf(stderr, "%s: %.0f %%, loss %.3f, about %.0f s left\n", program_invocation_short_name, percent, loss, left);
}

void trn_progress_clear(const trn_progress_t *p)
{
    if (p->terminal) fprintf(stderr, "\r\033[K");
}

static volatile sig_atomic_t asked_to_stop;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    asked_to_stop = 1;
}

void trn_stop_on_signals(void)
{
    signal(SIGINT, ask_to_stop);
    signal(SIGTERM, ask_to_stop);
}

bool trn_asked_to_stop(void)
{
    return asked_to_stop != 0;
}

int trn_csv_open(trn_csv_t *csv, const char *path, const char *checkpoint)
{
    *csv = (trn_csv_t){.path = path};
    if (path == NULL) return 0;
    snprintf(csv->part, sizeof csv->part, "%s.part", path);
    const bool goes_on = checkpoint != NULL && access(checkpoint, F_OK) == 0;
    if (goes_on && access(csv->part, F_OK) != 0 && access(path, F_OK) == 0 && rename(path, csv->part) != 0) csv->part[0] = '\0'; /* the run was complete */
    csv->file = fopen(csv->part, goes_on ? "r+" : "w");
    return csv->file != NULL ? 0 : trn_usage("--csv", path, goes_on ? "that of the interrupted run, FILE or FILE.part" : "a file that can be written");
}

int trn_csv_close(trn_csv_t *csv, int code)
{
    if (csv->file == NULL || (fclose(csv->file) == 0 && (code != 0 || rename(csv->part, csv->path) == 0))) return code;
    remove(csv->part);
    fprintf(stderr, "%s: --csv %s: cannot be written\n", program_invocation_short_name, csv->path);
    return 3;
}

void trn_csv_discard(trn_csv_t *csv)
{
    if (csv->file != NULL && fclose(csv->file) == 0) remove(csv->part);
}

int trn_resume(const char *checkpoint, trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv, const char *steps)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    trn_stop_on_signals();
    if (access(checkpoint, F_OK) != 0) return 0;
    if (trn_checkpoint_read(checkpoint, ctx, place, error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    if (csv->file != NULL) {
        struct stat info;
        if (fstat(fileno(csv->file), &info) != 0 || (uint64_t)info.st_size < place->csv_bytes)
            return trn_usage("--csv", csv->path, "the file of the interrupted run, FILE.part, beside it");
        if (ftruncate(fileno(csv->file), (off_t)place->csv_bytes) != 0 || fseek(csv->file, 0, SEEK_END) != 0)
            return trn_usage("--csv", csv->path, "a file that can be written");
    }
    fprintf(stderr, "%s: goes on after %llu %s\n", program_invocation_short_name, (unsigned long long)place->steps, steps);
    return 0;
}

int trn_save(const char *checkpoint, const trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    if (csv->file != NULL) {
        fflush(csv->file);
        place->csv_bytes = (uint64_t)ftell(csv->file);
    }
    if (trn_checkpoint_write(checkpoint, ctx, place, error) == 0) return 0;
    fprintf(stderr, "%s\n", error);
    return 3;
}

int trn_stopped(const trn_progress_t *progress, const trn_place_t *place, const char *steps)
{
    fprintf(stderr, "%s%s: stopped after %llu %s; the same command goes on\n", progress->terminal ? "\n" : "", program_invocation_short_name,
            (unsigned long long)place->steps, steps);
    return 130;
}

json_t *trn_totals_json(const trn_ctx_t *ctx)
{
    const trn_totals_t *t = &ctx->totals;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "writes", (json_int_t)t->writes, "elements", (json_int_t)t->elements, "overflows",
                     (json_int_t)t->overflows, "clipped", (json_int_t)t->saturated, "underflow", (json_int_t)t->underflow, "exponent_changes",
                     (json_int_t)t->exp_changes, "updates", (json_int_t)t->updates, "lost_updates", (json_int_t)t->lost_updates);
}

void trn_totals_print(const trn_ctx_t *ctx)
{
    const trn_totals_t *t = &ctx->totals;
    if (!trn_integer(ctx)) return;
    printf("%llu writes of %llu elements: %llu overflowed, %llu elements clipped, %llu became 0, %llu changes of exponent; %.2f %% of %llu updates lost\n",
           (unsigned long long)t->writes, (unsigned long long)t->elements, (unsigned long long)t->overflows, (unsigned long long)t->saturated,
           (unsigned long long)t->underflow, (unsigned long long)t->exp_changes, t->updates != 0 ? 100.0 * (double)t->lost_updates / (double)t->updates : 0.0,
           (unsigned long long)t->updates);
}

int trn_record_begin(trn_ctx_t *ctx, trn_record_t *record, const char *directory, const char *network, const char *dataset, uint32_t images)
{
    if (directory == NULL) return 0;
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) return trn_usage("--record", directory, "a directory that can be made");
    record->directory = directory;
    record->network = network;
    record->dataset = dataset;
    record->images = images;
    ctx->record = record;
    return 0;
}
