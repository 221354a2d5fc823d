/* cmd_autoflex.c - `flx autoflex`: exponents from a stream of maxima. Twin: cmodel/golden/flx_autoflex.c, docs/cli.md */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "flx/flx_autoflex.h"

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
    fflush(stdout);
    fprintf(stderr, "stdin: line %lu: %s: expected %s\n", line, field, expected);
    return FLX_EXIT_INPUT;
}

static bool in_range(const json_t *value, int64_t max)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= max;
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
        const json_t *gamma = json_object_get(step, "gamma"), *exp = json_object_get(step, "exp");
        const int64_t gamma_max = (int64_t)1 << (run->fmt.mant_bits - 1);
        if (!in_range(gamma, gamma_max)) {
            snprintf(expected, sizeof expected, "an integer of 0 to %lld", (long long)gamma_max);
            code = bad_line(line, "gamma", expected);
        } else if (!in_range(exp, flx_exp_max(run->fmt))) {
            snprintf(expected, sizeof expected, "an integer of 0 to %d", flx_exp_max(run->fmt));
            code = bad_line(line, "exp", expected);
        } else {
            answer(run, (uint32_t)json_integer_value(gamma), (int32_t)json_integer_value(exp));
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
    for (unsigned long line = 1; code == FLX_EXIT_PASS && (length = getline(&text, &room, stdin)) >= 0; line++) {
        if (strspn(text, " \t\r\n") == (size_t)length) continue;
        code = serve_line(run, text, (size_t)length, line);
    }
    free(text);
    return code;
}

static void print_help(void)
{
    printf("usage: flx autoflex [OPTION...] --profile paper|code --init|--predict < steps\n"
           "  Each line of stdin is a write, {\"gamma\": G, \"exp\": e}: its maximum and the exponent it was written with. Each is answered by\n"
           "  {\"exp_next\": e, ...}, the exponent of the next write. {\"reset\": true} begins a new history.\n"
           "  --init          Algorithm 1; --predict: Algorithm 2\n"
           "  --mant-bits N   8 to 16 (16)         --exp-bits M   4 to 8 (5)\n"
           "  --alpha A       1 to 15 (paper 2, code 1)\n"
           "  --beta B        0 to 15 (3)          --gamma C      0 to 8191 (100)\n"
           "  --window L      1 to 16 (16)         --rare         the code profile's rule for rarely written tensors\n"
           "  --json          accepted; the answers are JSON in any case\n"
           "exit: 0 done, 2 usage or bad input\n");
}

static int usage(const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "flx autoflex: %s%s%s, expected %s\n", field, value[0] != '\0' ? " is " : " is missing", value, expected);
    return FLX_EXIT_INPUT;
}

static bool parse_range(const char *text, long low, long high, uint32_t *out)
{
    char *end;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high) return false;
    *out = (uint32_t)value;
    return true;
}

int flx_cmd_autoflex(int argc, char **argv)
{
    enum { JSON = 256, PROFILE, INIT, PREDICT, MANT_BITS, EXP_BITS, ALPHA, BETA, GAMMA, WINDOW, RARE, HELP };
    static const struct option all[] = {
        {"json", no_argument, NULL, JSON},           {"profile", required_argument, NULL, PROFILE}, {"init", no_argument, NULL, INIT},
        {"predict", no_argument, NULL, PREDICT},     {"mant-bits", required_argument, NULL, MANT_BITS},
        {"exp-bits", required_argument, NULL, EXP_BITS}, {"alpha", required_argument, NULL, ALPHA}, {"beta", required_argument, NULL, BETA},
        {"gamma", required_argument, NULL, GAMMA},   {"window", required_argument, NULL, WINDOW},   {"rare", no_argument, NULL, RARE},
        {"help", no_argument, NULL, HELP},           {NULL, 0, NULL, 0}};
    uint32_t mant_bits = 16, exp_bits = 5, alpha = 0, beta = 0, gamma = 0, window = 0;
    const struct { int option; const char *name; long low, high; uint32_t *out; } number[] = {
        {MANT_BITS, "--mant-bits", FLX_MANT_BITS_MIN, FLX_MANT_BITS_MAX, &mant_bits}, {EXP_BITS, "--exp-bits", FLX_EXP_BITS_MIN, FLX_EXP_BITS_MAX, &exp_bits},
        {ALPHA, "--alpha", 1, FLX_ALPHA_MAX, &alpha}, {BETA, "--beta", 0, FLX_BETA_MAX, &beta},
        {GAMMA, "--gamma", 0, FLX_GAMMA_MAX, &gamma}, {WINDOW, "--window", 1, FLX_WINDOW_MAX, &window}};
    enum { NUMBERS = sizeof number / sizeof number[0] };
    bool given[NUMBERS] = {false}, init = false, predict = false, rare = false;
    const char *profile = "";
    opterr = 0;
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "h", all, NULL)) != -1;) {
        switch (c) {
        case JSON: break;
        case PROFILE: profile = optarg; break;
        case INIT: init = true; break;
        case PREDICT: predict = true; break;
        case RARE: rare = true; break;
        case 'h':
        case HELP: print_help(); return FLX_EXIT_PASS;
        default: {
            size_t i = 0;
            while (i < NUMBERS && number[i].option != c) i++;
            if (i == NUMBERS)
                return usage("OPTION", optind >= 1 && optind <= argc ? argv[optind - 1] : "unknown", "one that --help names, with its value");
            char expected[64];
            snprintf(expected, sizeof expected, "an integer of %ld to %ld", number[i].low, number[i].high);
            if (!parse_range(optarg, number[i].low, number[i].high, number[i].out)) return usage(number[i].name, optarg, expected);
            given[i] = true;
        }
        }
    }
    if (optind < argc) return usage("argument", argv[optind], "none: steps come from stdin");
    const bool code = strcmp(profile, "code") == 0;
    if (!code && strcmp(profile, "paper") != 0) return usage("--profile", profile, "paper or code");
    if (init == predict) return usage(init ? "--init with --predict" : "--init or --predict", init ? "given" : "", "one of the two");
    if (rare && (!code || init)) return usage("--rare", "given", "it only with --profile code --predict");
    flx_autoflex_cfg_t cfg = flx_autoflex_defaults(code ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    uint32_t *const field[] = {NULL, NULL, &cfg.alpha, &cfg.beta, &cfg.gamma, &cfg.window};
    for (size_t i = 2; i < NUMBERS; i++)
        if (given[i]) *field[i] = *number[i].out;
    flx_autoflex_run_t run = {.cfg = cfg, .init = init, .rare = rare,
                              .fmt = {.mant_bits = (uint8_t)mant_bits, .exp_bits = (uint8_t)exp_bits, .acc_bits = FLX_ACC_BITS_DEFAULT}};
    return serve(&run);
}
