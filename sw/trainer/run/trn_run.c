/* trn_run.c - what the training programs share. Header: trn_run.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_run.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
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

int trn_csv_open(trn_csv_t *csv, const char *path, bool kept)
{
    char error[FLX_OUTPUT_ERROR_BYTES], expected[FLX_OUTPUT_ERROR_BYTES + 64];
    *csv = (trn_csv_t){.path = path};
    if (kept && (csv->kept = open_memstream(&csv->text, &csv->bytes)) == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    if (path == NULL || (csv->output = flx_output_open(path, error)) != NULL) return FLX_EXIT_PASS;
    snprintf(expected, sizeof expected, "a file that can be written (%s)", error);
    return flx_cli_usage("--csv", path, expected);
}

void trn_csv_print(trn_csv_t *csv, const char *format, ...)
{
    FILE *const to[] = {csv->kept, csv->output != NULL ? flx_output_file(csv->output) : NULL};
    for (int i = 0; i < 2; i++) {
        va_list args;
        va_start(args, format);
        if (to[i] != NULL) vfprintf(to[i], format, args);
        va_end(args);
    }
}

int trn_csv_close(trn_csv_t *csv, int code)
{
    char error[FLX_OUTPUT_ERROR_BYTES];
    if (csv->kept != NULL) fclose(csv->kept);
    free(csv->text);
    csv->kept = NULL;
    csv->text = NULL;
    if (csv->output == NULL) return code;
    if (code != 0) flx_output_discard(csv->output);
    else if (!flx_output_close(csv->output, error)) code = flx_cli_fail(FLX_EXIT_TOOL, "--csv %.150s: cannot be written (%s)", csv->path, error);
    csv->output = NULL;
    return code;
}

int trn_resume(const char *checkpoint, trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv, const char *steps)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    trn_stop_on_signals();
    if (access(checkpoint, F_OK) != 0) return 0;
    if (trn_checkpoint_read(checkpoint, ctx, place, error) != 0) return flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
    if (place->csv_bytes != 0) {
        fwrite(place->csv, 1, place->csv_bytes, csv->kept);
        if (csv->output != NULL) fwrite(place->csv, 1, place->csv_bytes, flx_output_file(csv->output));
    }
    free(place->csv);
    place->csv = NULL;
    flx_cli_say("goes on after %llu %s", (unsigned long long)place->steps, steps);
    return FLX_EXIT_PASS;
}

int trn_save(const char *checkpoint, const trn_ctx_t *ctx, trn_place_t *place, trn_csv_t *csv)
{
    char error[TRN_CHECKPOINT_ERROR_BYTES];
    trn_place_t now = *place;
    if (fflush(csv->kept) != 0) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    now.csv = csv->text;
    now.csv_bytes = csv->bytes;
    return trn_checkpoint_write(checkpoint, ctx, &now, error) == 0 ? FLX_EXIT_PASS : flx_cli_fail(FLX_EXIT_TOOL, "%s", error);
}

int trn_stopped(const flx_progress_t *progress, const trn_place_t *place, const char *steps)
{
    flx_progress_clear(progress);
    return flx_cli_fail(FLX_EXIT_STOPPED, "stopped after %llu %s; the same command goes on", (unsigned long long)place->steps, steps);
}

double trn_plain(double value)
{
    return isnan(value) ? (double)NAN : value;
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
