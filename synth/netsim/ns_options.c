/* ns_options.c - options of flx-netsim. Header: ns_options.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_options.h"

#include <stdio.h>
#include <string.h>

enum { LANES_MAX = 32, TRACES_OF_CORE_MAX = 64 };
static const char modes[] = "one of --stimulus, --pe, --requant, --core, --rival";

/* "LANES" or "LANES:PE_PIPE". */
static bool take_lanes(const char *text, uint64_t pipe_max, ns_options_t *o)
{
    uint64_t lanes, pipe = 0;
    const size_t length = strcspn(text, ":");
    if (!flx_cli_integer(text, length, 1, LANES_MAX, &lanes)) return false;
    if (text[length] == ':' && !flx_cli_integer(text + length + 1, strlen(text + length + 1), 0, pipe_max, &pipe)) return false;
    o->lanes = (uint32_t)lanes;
    o->pipe = (uint32_t)pipe;
    return true;
}

static void set_mode(ns_options_t *o, ns_mode_t mode)
{
    o->mode = mode;
    o->modes++;
}

static bool take_stimulus(const char *text, void *options)
{
    ns_options_t *o = options;
    set_mode(o, NS_MODE_FILE);
    o->stimulus = text;
    return text[0] != '\0';
}

static bool take_pe(const char *text, void *options)
{
    set_mode(options, NS_MODE_PE);
    return take_lanes(text, 1, options);
}

static bool take_requant(const char *text, void *options)
{
    set_mode(options, NS_MODE_REQUANT);
    return strchr(text, ':') == NULL && take_lanes(text, 0, options);
}

static bool take_core(const char *text, void *options)
{
    ns_options_t *o = options;
    set_mode(o, NS_MODE_CORE);
    return (o->config = flx_config_find(text)) != NULL;
}

static bool take_rival(const char *text, void *options)
{
    ns_options_t *o = options;
    char name[32];
    const size_t length = strcspn(text, ":");
    set_mode(o, NS_MODE_RIVAL);
    if (text[length] != ':' || length >= sizeof name) return false;
    memcpy(name, text, length);
    name[length] = '\0';
    return (o->rival = ns_rival_find(name)) != NULL && take_lanes(text + length + 1, 2, o);
}

static const flx_option_t of_netlists[] = {
    {"lib", "FILE", "Liberty library", FLX_TEXT(ns_options_t, library)},
    {"liberty", NULL, "only print the library again, without comments, a statement a line; with --json as a tree without tables", FLX_FLAG(ns_options_t, liberty)},
    {"netlist", "FILE", "JSON of yosys write_json, mapped to that library", FLX_TEXT(ns_options_t, netlist)},
    {"top", "NAME", "module (the one with the attribute top)", FLX_TEXT(ns_options_t, top)},
    {"groups", "FILE", "parts of the report: lines GROUP ff|comb|any PATTERN", FLX_TEXT(ns_options_t, groups)},
};
static const flx_option_t of_modes[] = {
    {"stimulus", "FILE", "inputs and expected outputs from a file", FLX_OWN(take_stimulus, "a file")},
    {"pe", "LANES[:PE_PIPE]", "flx_cluster: operands of the traces as the PEs of an 8 x 8 grid see them",
     FLX_OWN(take_pe, "LANES or LANES:PE_PIPE, LANES of 1 to 32, PE_PIPE 0 or 1")},
    {"requant", "LANES", "flx_requant: sums of the traces behind such a grid", FLX_OWN(take_requant, "an integer of 1 to 32")},
    {"core", "CONFIG", "flx_core: one trace per lane, up to 64, cut to --m, --n, --k", FLX_OWN(take_core, "a configuration that flx configs lists")},
    {"rival", "NAME:LANES[:PE_PIPE]", "flx_rival_cluster: the traces' values in int8, bf16, fp16, bf16_fp32, fp16_fp32 or fp32",
     FLX_OWN(take_rival, "NAME:LANES or NAME:LANES:PE_PIPE with a name that --help gives, LANES of 1 to 32, PE_PIPE of 0 to 2")},
};
static const flx_option_t of_stimuli[] = {
    {"acc", "BITS", "ACC_BITS of --pe; fewer than 48 saturate", FLX_U32(ns_options_t, acc_bits, 32, 48)},
    {"m", "ROWS", "of --core's products", FLX_U64(ns_options_t, m, 1, 65536)},
    {"n", "COLUMNS", "of --core's products", FLX_U64(ns_options_t, n, 1, 65536)},
    {"k", "TERMS", "of --core's products", FLX_U64(ns_options_t, k, 1, 65536)},
    {"random", NULL, "uniform random operands instead of traces; --core: products of random shape, exponents, rounding and operands", FLX_FLAG(ns_options_t, random)},
    {"write-stimulus", "FILE", "write the stimulus of the first trace there", FLX_TEXT(ns_options_t, write_stimulus)},
    {"cycles", "N", "cycles of each trace, spread over its tiles", FLX_U64(ns_options_t, cycles, 1, 1000000)},
};
static const flx_option_t of_figures[] = {
    {"glitch", "N", "also N cycles with delays", FLX_U64(ns_options_t, glitch_cycles, 0, 1000000)},
    {"glitch-lanes", "N", "in so many lanes", FLX_U64(ns_options_t, glitch_lanes, 1, 64)},
    {"tick", "PS", "unit of the delays", FLX_REAL(ns_options_t, tick_ps, 0.1, 100.0)},
    {"slew", "NS", "input slew at which tables are read", FLX_REAL(ns_options_t, slew_ns, 0.0, 100.0)},
    {"wire", "FF", "wire capacitance per fanout pin", FLX_REAL(ns_options_t, wire_ff, 0.0, 1e4)},
    {"clock", "MHZ", "clock of the leakage share", FLX_REAL(ns_options_t, clock_mhz, 1e-3, 1e5)},
    {"label", "TEXT", "name of the run in the report", FLX_TEXT(ns_options_t, label)},
    {"report", "FILE", "write the JSON there as well", FLX_TEXT(ns_options_t, report)},
    {"json", NULL, "JSON on stdout instead of the table", FLX_FLAG(ns_options_t, json)},
};

/* No output is another one, or is read. -1: go on. */
static int name_files(const ns_options_t *o)
{
    const char *const inputs[] = {o->library, o->netlist, o->groups, o->stimulus};
    int code = flx_cli_output("--report", o->report);
    if (code == FLX_EXIT_PASS) code = flx_cli_output("--write-stimulus", o->write_stimulus);
    for (size_t i = 0; code == FLX_EXIT_PASS && i < sizeof inputs / sizeof inputs[0]; i++) code = flx_cli_input(inputs[i]);
    for (int i = 0; code == FLX_EXIT_PASS && i < o->traces; i++) code = flx_cli_input(o->trace[i]);
    return code == FLX_EXIT_PASS ? -1 : code;
}

int ns_options_parse(ns_options_t *o, int argc, char **argv)
{
    *o = (ns_options_t){.slew_ns = 0.05, .clock_mhz = 100.0, .tick_ps = 1.0, .cycles = 1024, .glitch_lanes = 2, .m = 16, .n = 16, .k = 64, .acc_bits = 48, .label = ""};
    const flx_cli_t cli = {.program = "flx-netsim", .usage = "--lib FILE --netlist FILE MODE [OPTION...] [TRACE...]", .operands = true,
                           .what = "Simulates a mapped netlist, compares its outputs with the golden model, and prints energy from the toggles. No figure unless all outputs agree.",
                           .group = {FLX_GROUP("netlist", of_netlists, o), FLX_GROUP("mode, one of", of_modes, o), FLX_GROUP("stimuli", of_stimuli, o),
                                     FLX_GROUP("activity and figures", of_figures, o)}};
    const int code = flx_cli_parse(&cli, &argc, argv);
    if (code >= 0) return code;
    if (o->library == NULL) return flx_cli_usage("--lib", NULL, "a Liberty library");
    if (o->liberty) return o->netlist == NULL && o->modes == 0 && argc == 1 ? -1 : flx_cli_usage("--liberty", "beside a netlist, a mode or a trace", "only --lib and --json with it");
    if (o->netlist == NULL) return flx_cli_usage("--netlist", NULL, "a netlist of yosys write_json");
    if (o->modes != 1) return flx_cli_usage("MODE", o->modes == 0 ? NULL : "given twice", modes);
    o->trace = argv + 1;
    o->traces = argc - 1;
    const bool wants = o->mode != NS_MODE_FILE && !o->random;
    if (wants && o->traces == 0) return flx_cli_usage("TRACE", NULL, "at least one trace file");
    if (!wants && o->traces > 0) return flx_cli_usage("TRACE", o->trace[0], "none with --stimulus or --random");
    if (o->mode == NS_MODE_CORE && o->traces > TRACES_OF_CORE_MAX) return flx_cli_usage("TRACE", "the 65th", "at most 64 with --core");
    return name_files(o);
}
