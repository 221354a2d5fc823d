/* sample.c - a program with an option of each kind, and progress, for options_test.sh. Twin: sw/cli/flx_cli.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "cli/flx_json.h"
#include "cli/flx_progress.h"

typedef struct sample {
    bool flag, on;
    uint32_t small, open;
    uint64_t large;
    double real;
    const char *text, *word, *out, *other, *in;
    bool json;
    int64_t list[4];
    size_t count;
    char own[8];
    uint64_t done;
    double seconds;
} sample_t;

static bool take_own(const char *text, void *sample)
{
    if (strlen(text) != 3) return false;
    strcpy(((sample_t *)sample)->own, text);
    return true;
}

static const flx_option_t table[] = {
    {"flag", NULL, "sets", FLX_FLAG(sample_t, flag)},
    {"off", NULL, "clears", FLX_FLAG_OFF(sample_t, on)},
    {"small", "N", "32 bits", FLX_U32(sample_t, small, 2, 4000000000)},
    {"open", "N", "without a default", FLX_U32(sample_t, open, 1, 9)},
    {"large", "N", "64 bits", FLX_U64(sample_t, large, 1, UINT64_MAX)},
    {"real", "X", "a number", FLX_REAL(sample_t, real, -0.5, 1e3)},
    {"text", "TEXT", "any text", FLX_TEXT(sample_t, text)},
    {"word", "WORD", "a choice", FLX_CHOICE(sample_t, word, "one|two|twofold")},
    {"list", "I,J,..", "integers", FLX_LIST(sample_t, list, count)},
    {"own", "XYZ", "as the program wants it", FLX_OWN(take_own, "three letters")},
};
static const flx_option_t more[] = {
    {"write", "FILE", "writes the text there", FLX_TEXT(sample_t, out)},
    {"other", "FILE", "another output", FLX_TEXT(sample_t, other)},
    {"read", "FILE", "an input", FLX_TEXT(sample_t, in)},
    {"json", NULL, "--large and --real, as they are, negated square root and divided by 0", FLX_FLAG(sample_t, json)},
    {"progress", "DONE", "shows how it is when DONE of 8 steps are done", FLX_U64(sample_t, done, 1, 8)},
    {"seconds", "S", "and that many seconds have passed", FLX_REAL(sample_t, seconds, 0.0, 1e6)},
};

/* 0, or the exit code. */
static int name_files(const sample_t *s)
{
    int code = flx_cli_output("--write", s->out);
    if (code == 0) code = flx_cli_output("--other", s->other);
    return code != 0 ? code : flx_cli_input(s->in);
}

static int print_json(const sample_t *s)
{
    return flx_json_print(json_pack("{s:o, s:[o, o, o, o], s:{}, s:[], s:s}", "large", flx_json_unsigned(s->large), "reals", flx_json_real(s->real), flx_json_real(sqrt(-s->real)),
                                    flx_json_real(s->real / 0.0), flx_json_real(-s->real / 0.0), "empty", "none", "text", s->text != NULL ? s->text : ""));
}

static void show_progress(const sample_t *s)
{
    flx_progress_t progress = flx_progress_begin("steps", 8, 0);
    progress.start -= s->seconds;
    progress.last -= s->seconds;
    flx_progress_show(&progress, s->done, "loss %.1f", 0.5);
    flx_progress_show(&progress, s->done, "twice at once, which is not shown%s", "");
    progress.last -= s->seconds;
    flx_progress_part(&progress, 0.5, "half of the next%s", "");
    flx_progress_clear(&progress);
}

int main(int argc, char **argv)
{
    sample_t s = {.on = true, .small = 7, .large = 5, .real = 0.25, .word = "one"};
    const flx_cli_t cli = {.program = "sample", .usage = "[OPTION...] [OPERAND...]", .what = "Says what it was told.", .operands = true,
                           .group = {FLX_GROUP("each kind", table, &s), FLX_GROUP("and more", more, &s)}};
    const int code = flx_cli_parse(&cli, &argc, argv);
    if (code >= 0) return flx_cli_finish(code);
    if (s.json) return flx_cli_finish(print_json(&s));
    const int named = s.other != NULL || s.in != NULL ? name_files(&s) : 0;
    if (named != 0) return flx_cli_finish(named);
    if (s.out != NULL && !flx_cli_write(s.out, s.text != NULL ? s.text : "")) return flx_cli_finish(flx_cli_fail(FLX_EXIT_TOOL, "--write %s: cannot be written (%s)", s.out, strerror(errno)));
    if (s.done != 0) show_progress(&s);
    printf("flag %d on %d small %" PRIu32 " open %" PRIu32 " large %" PRIu64 " real %g text '%s' word %s own '%s' list", s.flag, s.on, s.small, s.open, s.large, s.real,
           s.text != NULL ? s.text : "", s.word, s.own);
    for (size_t i = 0; i < s.count; i++) printf(" %" PRId64, s.list[i]);
    printf(" operands");
    for (int i = 1; i < argc; i++) printf(" %s", argv[i]);
    printf("\n");
    return flx_cli_finish(FLX_EXIT_PASS);
}
