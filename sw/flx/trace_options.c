/* trace_options.c - options of `flx golden`, `flx model` and `flx cosim`. Header: trace_run.h, twin: docs/cli.md */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_run.h"

static void print_help(flx_run_kind_t kind)
{
    static const char *const what[] = {
        "Runs traces on the golden model: every word and flag against the trace.",
        "Runs traces on the cycle model, results on the golden model: cycles without RTL.",
        "Runs traces through the Verilated RTL in lock-step with the golden and the cycle model.",
    };
    printf("usage: flx %s [OPTION...] TRACE...\n  %s\n", flx_run_name(kind), what[kind]);
    if (kind != FLX_RUN_GOLDEN) {
        printf("  --config NAME   one of:");
        for (size_t i = 0; i < flx_config_count(); i++) printf(" %s", flx_config_at(i)->name);
        printf(" (mac256)\n"
               "  --stall PROB    hold every stream back with this probability, 0 to 0.99 (0)\n"
               "  --seed S        of the stalls (1)\n");
    }
    if (kind == FLX_RUN_COSIM) {
        printf("  --wave FILE     write an FST waveform\n"
               "  --fast          simulate the multiplier written as *: proven equal, faster\n");
    }
    printf("  --report FILE   write the JSON there as well\n"
           "  --json          JSON on stdout instead of the table\n"
           "exit: 0 all agree, 1 mismatch, 2 usage or bad input, 3 tool failure, 4 time-out\n");
}

static bool parse_double(const char *text, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0';
}

static bool parse_u64(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static int usage(flx_run_kind_t kind, const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "flx %s: %s%s%s, expected %s\n", flx_run_name(kind), field, value[0] != '\0' ? " is " : " is missing", value, expected);
    return FLX_EXIT_INPUT;
}

int flx_run_options(flx_run_options_t *options, flx_run_kind_t kind, int argc, char **argv)
{
    enum { JSON = 256, REPORT, HELP, CONFIG, STALL, SEED, WAVE, FAST };
    static const struct option all[] = {{"json", no_argument, NULL, JSON},         {"config", required_argument, NULL, CONFIG},
                                        {"stall", required_argument, NULL, STALL}, {"seed", required_argument, NULL, SEED},
                                        {"report", required_argument, NULL, REPORT}, {"help", no_argument, NULL, HELP},
                                        {"wave", required_argument, NULL, WAVE},   {"fast", no_argument, NULL, FAST},
                                        {NULL, 0, NULL, 0}};
    *options = (flx_run_options_t){.kind = kind, .config = kind == FLX_RUN_GOLDEN ? NULL : flx_config_find("mac256"), .seed = 1};
    opterr = 0;
    optind = 0;
    for (int c, index = -1; (c = getopt_long(argc, argv, "h", all, &index)) != -1; index = -1) {
        if ((kind == FLX_RUN_GOLDEN && c >= CONFIG) || (kind == FLX_RUN_MODEL && c >= WAVE)) c = '?';
        switch (c) {
        case JSON: options->json = true; break;
        case CONFIG:
            options->config = flx_config_find(optarg);
            if (options->config == NULL) return usage(kind, "--config", optarg, "a configuration that --help names");
            break;
        case STALL:
            if (!parse_double(optarg, &options->stall) || !(options->stall >= 0.0 && options->stall <= 0.99))
                return usage(kind, "--stall", optarg, "a probability of 0 to 0.99");
            break;
        case SEED:
            if (!parse_u64(optarg, &options->seed)) return usage(kind, "--seed", optarg, "an integer of 0 to 2^64 - 1");
            break;
        case REPORT: options->report = optarg; break;
        case WAVE: options->wave = optarg; break;
        case FAST: options->fast = true; break;
        case 'h':
        case HELP: print_help(kind); return FLX_EXIT_PASS;
        default: {
            char name[32] = "--";
            if (index >= 0) strncat(name, all[index].name, sizeof name - 3);
            return usage(kind, "OPTION", index >= 0 ? name : argv[optind - 1], "one that --help names, with its value");
        }
        }
    }
    if (optind >= argc) return usage(kind, "TRACE", "", "at least one trace file");
    options->trace = argv + optind;
    options->traces = argc - optind;
    return -1;
}
