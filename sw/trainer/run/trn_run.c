/* trn_run.c - what the training programs share. Header: trn_run.h */
#include "trn_run.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/flx_cli.h"

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
    return csv->file != NULL ? 0 : flx_cli_usage("--csv", path, goes_on ? "that of the interrupted run, FILE or FILE.part" : "a file that can be written");
}

int trn_csv_close(trn_csv_t *csv, int code)
{
    if (csv->file == NULL || (fclose(csv->file) == 0 && (code != 0 || rename(csv->part, csv->path) == 0))) return code;
    remove(csv->part);
    return flx_cli_fail(FLX_EXIT_TOOL, "--csv %s: cannot be written", csv->path);
}

void trn_csv_discard(trn_csv_t *csv)
{
    if (csv->file != NULL && fclose(csv->file) == 0) remove(csv->part);
    csv->file = NULL;
}

int trn_resume(const char *checkpoint, trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv, const char *steps)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    trn_stop_on_signals();
    if (access(checkpoint, F_OK) != 0) return 0;
    if (trn_checkpoint_read(checkpoint, ctx, place, error) != 0) return flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
    if (csv->file != NULL) {
        struct stat info;
        if (fstat(fileno(csv->file), &info) != 0 || (uint64_t)info.st_size < place->csv_bytes)
            return flx_cli_usage("--csv", csv->path, "the file of the interrupted run, FILE.part, beside it");
        if (ftruncate(fileno(csv->file), (off_t)place->csv_bytes) != 0 || fseek(csv->file, 0, SEEK_END) != 0)
            return flx_cli_usage("--csv", csv->path, "a file that can be written");
    }
    flx_cli_say("goes on after %llu %s", (unsigned long long)place->steps, steps);
    return FLX_EXIT_PASS;
}

int trn_save(const char *checkpoint, const trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    if (csv->file != NULL) {
        fflush(csv->file);
        place->csv_bytes = (uint64_t)ftell(csv->file);
    }
    return trn_checkpoint_write(checkpoint, ctx, place, error) == 0 ? FLX_EXIT_PASS : flx_cli_fail(FLX_EXIT_TOOL, "%s", error);
}

int trn_stopped(const flx_progress_t *progress, const trn_place_t *place, const char *steps)
{
    flx_progress_clear(progress);
    return flx_cli_fail(FLX_EXIT_STOPPED, "stopped after %llu %s; the same command goes on", (unsigned long long)place->steps, steps);
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
