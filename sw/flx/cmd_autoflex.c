/* cmd_autoflex.c - `flx autoflex`: exponents from a stream of maxima. Twin: cmodel/golden/flx_autoflex.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "flx/flx_autoflex.h"
#include "trace/flx_json_integer.h"

typedef struct flx_autoflex_run {
    flx_autoflex_cfg_t cfg;
    flx_format_t fmt;
    bool init, rare;
    flx_autoflex_t af;
    int32_t last; /* exponent answered last; -1 before the first */
} flx_autoflex_run_t;

static void reset(flx_autoflex_run_t *run)
{
    flx_autoflex_reset(&run->af);
    if (!run->init) run->af.state = FLX_AF_RUN;
    run->last = -1;
}

static int bad_line(unsigned long line, const char *field, const char *expected)
{
    return flx_cli_fail(FLX_EXIT_INPUT, "stdin: line %lu: %s: expected %s", line, field, expected);
}

static void answer(flx_autoflex_run_t *run, uint32_t gamma, int32_t exp)
{
    const bool overflow = gamma >= (uint32_t)flx_mant_max(run->fmt);
    if (!run->init) {
        run->last = flx_autoflex_predict(&run->af, run->cfg, run->fmt, gamma, exp, run->rare);
        printf("{\"exp_next\": %d, \"overflow\": %s, \"count\": %u}\n", run->last, overflow ? "true" : "false", run->af.count);
        return;
    }
    /* A line that does not go on from the last answer begins an initialisation. */
    if (run->af.state != FLX_AF_INIT || (run->last >= 0 && exp != run->last)) reset(run);
    const uint32_t tries = run->af.tries + 1;
    run->last = flx_autoflex_init_step(&run->af, run->cfg, run->fmt, gamma, exp);
    printf("{\"exp_next\": %d, \"overflow\": %s, \"done\": %s, \"tries\": %u}\n", run->last, overflow ? "true" : "false",
           run->af.state == FLX_AF_INIT ? "false" : "true", tries);
}

static int serve_line(flx_autoflex_run_t *run, const char *text, size_t length, unsigned long line)
{
    json_error_t at;
    json_t *step = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);
    int code = FLX_EXIT_PASS;
    char expected[64];
    if (!json_is_object(step)) {
        code = bad_line(line, "JSON", "an object such as {\"gamma\": 1000, \"exp\": 8}");
    } else if (json_object_get(step, "reset") != NULL) {
        if (json_is_true(json_object_get(step, "reset"))) {
            reset(run);
            printf("{\"reset\": true}\n");
        } else {
            code = bad_line(line, "reset", "true");
        }
    } else {
        int64_t gamma, exp;
        const int64_t gamma_max = (int64_t)1 << (run->fmt.mant_bits - 1);
        if (!flx_json_integer(json_object_get(step, "gamma"), 0, gamma_max, &gamma)) {
            snprintf(expected, sizeof expected, "an integer of 0 to %lld", (long long)gamma_max);
            code = bad_line(line, "gamma", expected);
        } else if (!flx_json_integer(json_object_get(step, "exp"), 0, flx_exp_max(run->fmt), &exp)) {
            snprintf(expected, sizeof expected, "an integer of 0 to %d", flx_exp_max(run->fmt));
            code = bad_line(line, "exp", expected);
        } else {
            answer(run, (uint32_t)gamma, (int32_t)exp);
        }
    }
    json_decref(step);
    fflush(stdout);
    return code;
}

static int serve(flx_autoflex_run_t *run)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    int code = FLX_EXIT_PASS;
    reset(run);
    errno = 0;
    for (unsigned long line = 1; code == FLX_EXIT_PASS && (length = getline(&text, &room, stdin)) >= 0; line++) {
        if (strspn(text, " \t\r\n") == (size_t)length) continue;
        code = serve_line(run, text, (size_t)length, line);
    }
    /* getline also ends when a line does not fit into memory. */
    if (code == FLX_EXIT_PASS && !feof(stdin)) code = flx_cli_fail(errno == ENOMEM ? FLX_EXIT_TOOL : FLX_EXIT_INPUT, "stdin: cannot be read: %s", strerror(errno));
    free(text);
    return code;
}

/* The command line; a parameter that is not_given is the profile's. */
typedef struct flx_autoflex_options {
    const char *profile;
    bool init, predict, rare, json;
    uint32_t mant_bits, exp_bits, alpha, beta, gamma, window;
} flx_autoflex_options_t;
static const uint32_t not_given = UINT32_MAX;

static const flx_option_t table[] = {
    {"profile", "NAME", "rules and defaults", FLX_CHOICE(flx_autoflex_options_t, profile, "paper|code")},
    {"init", NULL, "Algorithm 1: the first exponent of a tensor", FLX_FLAG(flx_autoflex_options_t, init)},
    {"predict", NULL, "Algorithm 2: the exponent of the next write", FLX_FLAG(flx_autoflex_options_t, predict)},
    {"rare", NULL, "the code profile's rule for rarely written tensors", FLX_FLAG(flx_autoflex_options_t, rare)},
    {"mant-bits", "N", "bits of a mantissa", FLX_U32(flx_autoflex_options_t, mant_bits, FLX_MANT_BITS_MIN, FLX_MANT_BITS_MAX)},
    {"exp-bits", "M", "bits of an exponent", FLX_U32(flx_autoflex_options_t, exp_bits, FLX_EXP_BITS_MIN, FLX_EXP_BITS_MAX)},
    {"alpha", "A", "scale of the bound, alpha (maximum + beta deviations + gamma units); the profile says it", FLX_U32(flx_autoflex_options_t, alpha, 1, FLX_ALPHA_MAX)},
    {"beta", "B", "deviations in the bound; the profile says it", FLX_U32(flx_autoflex_options_t, beta, 0, FLX_BETA_MAX)},
    {"gamma", "C", "units in the bound; the profile says it", FLX_U32(flx_autoflex_options_t, gamma, 0, FLX_GAMMA_MAX)},
    {"window", "L", "maxima of a history; the profile says it", FLX_U32(flx_autoflex_options_t, window, 1, FLX_WINDOW_MAX)},
    {"json", NULL, "accepted; the answers are JSON in any case", FLX_FLAG(flx_autoflex_options_t, json)},
};

static uint32_t given_or(uint32_t given, uint32_t otherwise)
{
    return given != not_given ? given : otherwise;
}

int flx_cmd_autoflex(int argc, char **argv)
{
    flx_autoflex_options_t o = {.mant_bits = 16, .exp_bits = 5, .alpha = not_given, .beta = not_given, .gamma = not_given, .window = not_given};
    const flx_cli_t cli = {.program = "flx autoflex", .usage = "[OPTION...] --profile NAME --init|--predict < steps", .group = {FLX_GROUP(NULL, table, &o)},
                           .what = "Each line of stdin is a write, {\"gamma\": G, \"exp\": e}: its maximum and the exponent it was written with. Each is answered by "
                                   "{\"exp_next\": e, ...}, the exponent of the next write. {\"reset\": true} begins a new history."};
    const int answered = flx_cli_parse(&cli, &argc, argv);
    if (answered >= 0) return answered;
    if (o.profile == NULL) return flx_cli_usage("--profile", NULL, "paper or code");
    const bool code = strcmp(o.profile, "code") == 0;
    if (o.init == o.predict) return flx_cli_usage(o.init ? "--init with --predict" : "--init or --predict", o.init ? "given" : NULL, "one of the two");
    if (o.rare && (!code || o.init)) return flx_cli_usage("--rare", "given", "it only with --profile code --predict");
    flx_autoflex_cfg_t cfg = flx_autoflex_defaults(code ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    cfg.alpha = given_or(o.alpha, cfg.alpha);
    cfg.beta = given_or(o.beta, cfg.beta);
    cfg.gamma = given_or(o.gamma, cfg.gamma);
    cfg.window = given_or(o.window, cfg.window);
    flx_autoflex_run_t run = {.cfg = cfg, .init = o.init, .rare = o.rare,
                              .fmt = {.mant_bits = (uint8_t)o.mant_bits, .exp_bits = (uint8_t)o.exp_bits, .acc_bits = FLX_ACC_BITS_DEFAULT}};
    return serve(&run);
}
