/* trace_run.c - what `flx model` and `flx cosim` share. Twin: docs/cosim.md */
#include "trace_run.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx_host.h"

static void print_help(const char *name, bool rtl)
{
    printf("flx %s [options] TRACE...\n"
           "  %s\n"
           "  --config NAME   one of:", name,
           rtl ? "Runs traces through the Verilated RTL in lock-step with the golden and the cycle model." :
                 "Runs traces on the cycle model, results on the golden model.");
    for (size_t i = 0; i < flx_config_count(); i++) printf(" %s", flx_config_at(i)->name);
    printf(" (mac256)\n"
           "  --stall PROB    hold every stream back with this probability, 0 to 0.99 (0)\n"
           "  --seed S        of the stalls (1)\n");
    if (rtl) {
        printf("  --wave FILE     write an FST waveform\n"
               "  --fast          simulate the multiplier written as *; proven equal, faster\n");
    }
    printf("  --report FILE   write the JSON there as well\n"
           "  --json          JSON on stdout instead of the table\n"
           "exit: 0 all agree, 1 mismatch, 2 usage or bad input, 3 tool failure\n");
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

static int usage(const char *name, const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "flx %s: %s%s%s: expected %s\n", name, field, value[0] != '\0' ? " " : "", value, expected);
    return FLX_EXIT_INPUT;
}

int flx_run_options(flx_run_options_t *options, const char *name, bool rtl, int argc, char **argv)
{
    enum { JSON = 256, CONFIG, STALL, SEED, REPORT, HELP, WAVE, FAST };
    static const struct option all[] = {{"json", no_argument, NULL, JSON},         {"config", required_argument, NULL, CONFIG},
                                        {"stall", required_argument, NULL, STALL}, {"seed", required_argument, NULL, SEED},
                                        {"report", required_argument, NULL, REPORT}, {"help", no_argument, NULL, HELP},
                                        {"wave", required_argument, NULL, WAVE},   {"fast", no_argument, NULL, FAST},
                                        {NULL, 0, NULL, 0}};
    *options = (flx_run_options_t){.config = flx_config_find("mac256"), .seed = 1};
    opterr = 0;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", all, NULL)) != -1;) {
        if (!rtl && (c == WAVE || c == FAST)) c = '?';
        switch (c) {
        case JSON: options->json = true; break;
        case CONFIG:
            options->config = flx_config_find(optarg);
            if (options->config == NULL) return usage(name, "--config", optarg, "a named configuration, see --help");
            break;
        case STALL:
            if (!parse_double(optarg, &options->stall) || !(options->stall >= 0.0 && options->stall <= 0.99))
                return usage(name, "--stall", optarg, "a probability of 0 to 0.99");
            break;
        case SEED:
            if (!parse_u64(optarg, &options->seed)) return usage(name, "--seed", optarg, "an integer of 0 to 2^64 - 1");
            break;
        case REPORT: options->report = optarg; break;
        case WAVE: options->wave = optarg; break;
        case FAST: options->fast = true; break;
        case HELP: print_help(name, rtl); return FLX_EXIT_PASS;
        default: return usage(name, optind >= 1 && optind <= argc ? argv[optind - 1] : "option", "", "an option of --help");
        }
    }
    if (optind >= argc) return usage(name, "TRACE", "", "at least one trace file");
    options->trace = argv + optind;
    options->traces = argc - optind;
    return -1;
}

bool flx_run_load(const flx_run_options_t *options, const char *path, flx_trace_t *trace)
{
    char error[FLX_TRACE_ERROR_BYTES];
    if (flx_trace_read(path, trace, error) != 0) {
        fprintf(stderr, "%s\n", error);
        return false;
    }
    if (flx_program_fits(options->config, trace, path, error)) return true;
    fprintf(stderr, "%s\n", error);
    flx_trace_free(trace);
    return false;
}

void flx_run_fill(flx_run_row_t *row, const char *path, const flx_trace_t *trace, const flx_program_item_t *gemm, const flx_config_t *config)
{
    row->path = path;
    row->source = trace->source;
    row->m = trace->op.m;
    row->n = trace->op.n;
    row->k = trace->op.k;
    row->cycles = flx_driver_cycles(gemm);
    row->utilisation = flx_driver_utilisation(config, gemm);
}

bool flx_run_against_trace(flx_run_row_t *row, const flx_trace_t *trace, const flx_program_item_t *gemm)
{
    int64_t actual;
    int64_t expected;
    const char *field = flx_program_against_trace(gemm, trace, &actual, &expected);
    const size_t count = trace->op.m * trace->op.n;
    for (size_t i = 0; i < count; i++) {
        if (gemm->c[i] == trace->c[i]) continue;
        const uint32_t mask = (UINT32_C(1) << trace->op.fmt.mant_bits) - 1;
        snprintf(row->message, sizeof row->message,
                 "%s: tensor c of layer '%s' (%s, iteration %" PRId64 "), element [%zu,%zu]: expected (c.npy) 0x%04x = %.9g, actual 0x%04x = %.9g",
                 row->path, trace->source.layer, trace->source.pass, trace->source.iteration, i / trace->op.n, i % trace->op.n,
                 (uint32_t)trace->c[i] & mask, flx_to_double(trace->c[i], gemm->exp_c), (uint32_t)gemm->c[i] & mask,
                 flx_to_double(gemm->c[i], gemm->exp_c));
        row->mismatches = 1;
        return false;
    }
    if (field == NULL) return true;
    snprintf(row->message, sizeof row->message, "%s: %s: the trace expects %" PRId64 " (0x%" PRIx64 "), the response has %" PRId64 " (0x%" PRIx64 ")",
             row->path, field, expected, (uint64_t)expected, actual, (uint64_t)actual);
    row->mismatches = 1;
    return false;
}
