/* ns_options.c - options of flx-netsim. Header: ns_options.h */
#include "ns_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: flx-netsim --lib FILE --netlist FILE MODE [OPTION...] [TRACE...]\n"
    "  Simulates a mapped netlist, compares its outputs with the golden model, and prints energy from the toggles.\n"
    "  --lib FILE         Liberty library\n"
    "  --netlist FILE     JSON of yosys write_json, mapped to that library\n"
    "  --top NAME         module (the one with the attribute top)\n"
    "  --groups FILE      parts of the report: lines GROUP ff|comb|any PATTERN\n"
    "modes\n"
    "  --stimulus FILE    inputs and expected outputs from a file\n"
    "  --pe LANES[:PE_PIPE]  flx_pe: operands of the traces as 64 PEs of an 8 x 8 grid see them\n"
    "  --requant LANES    flx_requant: sums of the traces behind such a grid\n"
    "  --core CONFIG      flx_core: one trace per lane, up to 64, cut to --m, --n, --k (16, 16, 64)\n"
    "  --rival NAME:LANES[:PE_PIPE] flx_rival_pe: the traces' values in int8, bf16, fp16, bf16_fp32, fp16_fp32 or fp32\n"
    "  --acc BITS         ACC_BITS of --pe (48); fewer saturate\n"
    "  --random           uniform random operands instead of traces; --core: products of random shape, exponents, rounding and operands\n"
    "  --write-stimulus F writes the stimulus of the first trace as a file\n"
    "activity and figures\n"
    "  --cycles N         cycles of each trace, spread over its tiles (1024)\n"
    "  --glitch N         also N cycles with delays (0), in --glitch-lanes lanes (2), in ticks of --tick ps (1)\n"
    "  --slew NS          input slew at which tables are read (0.05)\n"
    "  --wire FF          wire capacitance per fanout pin (0)\n"
    "  --clock MHZ        clock of the leakage share (100)\n"
    "  --label TEXT       name of the run in the report\n"
    "  --json             JSON on stdout instead of the table; --report FILE writes it there as well\n"
    "exit: 0 all outputs agree, 1 mismatch (no figure), 2 usage or bad input (no figure), 3 tool failure\n";

static int usage(const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "flx-netsim: %s%s%s, expected %s\n", field, value[0] != '\0' ? " is " : " is missing", value, expected);
    return NS_EXIT_INPUT;
}

static bool number(const char *text, double low, double high, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' && *value >= low && *value <= high;
}

int ns_options_parse(ns_options_t *o, int argc, char **argv)
{
    enum { LIB = 256, NETLIST, TOP, GROUPS, STIMULUS, PE, REQUANT, CORE, RIVAL, RANDOM, WRITE, LABEL, JSON, REPORT, HELP,
           CYCLES, GLITCH, GLITCH_LANES, TICK, SLEW, WIRE, CLOCK, M, N, K, ACC };
    static const struct option all[] = {
        {"lib", 1, NULL, LIB},         {"netlist", 1, NULL, NETLIST}, {"top", 1, NULL, TOP},       {"groups", 1, NULL, GROUPS},
        {"stimulus", 1, NULL, STIMULUS}, {"pe", 1, NULL, PE},         {"requant", 1, NULL, REQUANT}, {"core", 1, NULL, CORE},
        {"rival", 1, NULL, RIVAL},     {"random", 0, NULL, RANDOM},   {"write-stimulus", 1, NULL, WRITE}, {"label", 1, NULL, LABEL}, {"json", 0, NULL, JSON},
        {"report", 1, NULL, REPORT},   {"help", 0, NULL, HELP},       {"cycles", 1, NULL, CYCLES}, {"glitch", 1, NULL, GLITCH},
        {"glitch-lanes", 1, NULL, GLITCH_LANES}, {"tick", 1, NULL, TICK}, {"slew", 1, NULL, SLEW}, {"wire", 1, NULL, WIRE},
        {"clock", 1, NULL, CLOCK},     {"m", 1, NULL, M},             {"n", 1, NULL, N},           {"k", 1, NULL, K},
        {"acc", 1, NULL, ACC},          {NULL, 0, NULL, 0}};
    *o = (ns_options_t){.slew_ns = 0.05, .clock_mhz = 100.0, .tick_ps = 1.0, .cycles = 1024, .glitch_lanes = 2, .m = 16, .n = 16, .k = 64, .acc_bits = 48, .label = ""};
    const struct { int option; double low, high; double *real; uint64_t *whole; const char *expected; } numbers[] = {
        {CYCLES, 1, 1e6, NULL, &o->cycles, "1 to 1000000"},    {GLITCH, 0, 1e6, NULL, &o->glitch_cycles, "0 to 1000000"},
        {GLITCH_LANES, 1, 64, NULL, &o->glitch_lanes, "1 to 64"}, {TICK, 0.1, 100, &o->tick_ps, NULL, "0.1 to 100 ps"},
        {SLEW, 0, 100, &o->slew_ns, NULL, "0 to 100 ns"},      {WIRE, 0, 1e4, &o->wire_ff, NULL, "0 to 10000 fF"},
        {CLOCK, 1e-3, 1e5, &o->clock_mhz, NULL, "0.001 to 100000 MHz"}, {M, 1, 65536, NULL, &o->m, "1 to 65536"},
        {N, 1, 65536, NULL, &o->n, "1 to 65536"},              {K, 1, 65536, NULL, &o->k, "1 to 65536"}};
    opterr = 0;
    optind = 0;
    for (int c, index = -1; (c = getopt_long(argc, argv, "h", all, &index)) != -1; index = -1) {
        double value;
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            if (numbers[i].option != c) continue;
            if (!number(optarg, numbers[i].low, numbers[i].high, &value)) return usage(argv[optind - 2], optarg, numbers[i].expected);
            if (numbers[i].real != NULL) *numbers[i].real = value;
            else *numbers[i].whole = (uint64_t)value;
        }
        if (c >= STIMULUS && c <= RIVAL && o->mode != NS_MODE_NONE) return usage("MODE", "given twice", "one of --stimulus, --pe, --requant, --core, --rival");
        switch (c) {
        case LIB: o->library = optarg; break;
        case NETLIST: o->netlist = optarg; break;
        case TOP: o->top = optarg; break;
        case GROUPS: o->groups = optarg; break;
        case STIMULUS: o->mode = NS_MODE_FILE; o->stimulus = optarg; break;
        case PE: {
            char *pipe = strchr(optarg, ':');
            double stages = 0.0;
            if (pipe != NULL) *pipe++ = '\0';
            o->mode = NS_MODE_PE;
            if (!number(optarg, 1, 32, &value)) return usage("--pe", optarg, "1 to 32 lanes");
            if (pipe != NULL && !number(pipe, 0, 1, &stages)) return usage("PE_PIPE of --pe", pipe, "0 or 1");
            o->lanes = (uint32_t)value;
            o->pipe = (uint32_t)stages;
            break;
        }
        case REQUANT:
            o->mode = NS_MODE_REQUANT;
            if (!number(optarg, 1, 32, &value)) return usage("--requant", optarg, "1 to 32 lanes");
            o->lanes = (uint32_t)value;
            break;
        case ACC:
            if (!number(optarg, 32, 48, &value)) return usage("--acc", optarg, "32 to 48 bits");
            o->acc_bits = (uint32_t)value;
            break;
        case CORE: o->mode = NS_MODE_CORE; o->config = optarg; break;
        case RIVAL: {
            char *colon = strchr(optarg, ':');
            char *pipe = colon == NULL ? NULL : strchr(colon + 1, ':');
            double stages = 0.0;
            if (colon != NULL) *colon = '\0';
            if (pipe != NULL) *pipe++ = '\0';
            o->mode = NS_MODE_RIVAL;
            o->rival = ns_rival_find(optarg);
            if (o->rival == NULL || colon == NULL || !number(colon + 1, 1, 32, &value) || (pipe != NULL && !number(pipe, 0, 2, &stages)))
                return usage("--rival", optarg, "NAME:LANES or NAME:LANES:PE_PIPE with a name that --help gives");
            o->lanes = (uint32_t)value;
            o->pipe = (uint32_t)stages;
            break;
        }
        case RANDOM: o->random = true; break;
        case WRITE: o->write_stimulus = optarg; break;
        case LABEL: o->label = optarg; break;
        case JSON: o->json = true; break;
        case REPORT: o->report = optarg; break;
        case 'h':
        case HELP: fputs(help, stdout); return NS_EXIT_PASS;
        case '?': return usage("OPTION", argv[optind - 1], "one that --help names, with its value");
        default: break;
        }
    }
    if (o->library == NULL) return usage("--lib", "", "a Liberty library");
    if (o->netlist == NULL) return usage("--netlist", "", "a netlist of yosys write_json");
    if (o->mode == NS_MODE_NONE) return usage("MODE", "", "one of --stimulus, --pe, --requant, --core, --rival");
    o->trace = argv + optind;
    o->traces = argc - optind;
    const bool wants = o->mode != NS_MODE_FILE && !o->random;
    if (wants && o->traces == 0) return usage("TRACE", "", "at least one trace file");
    if (!wants && o->traces > 0) return usage("TRACE", o->trace[0], "none with --stimulus or --random");
    if (o->mode == NS_MODE_CORE && o->traces > 64) return usage("TRACE", "the 65th", "at most 64 with --core");
    return -1;
}
