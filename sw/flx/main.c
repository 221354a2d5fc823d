/* main.c - `flx`: finds the sub-command. Twin: docs/cli.md */
#include <stdio.h>
#include <string.h>

#include "commands.h"

typedef struct flx_command {
    const char *name, *what;
    int (*run)(int argc, char **argv);
} flx_command_t;

static const flx_command_t commands[] = {
    {"cosim", "traces through golden model, cycle model and Verilated RTL, in lock-step", flx_cmd_cosim},
    {"golden", "traces through the golden model alone", flx_cmd_golden},
    {"model", "traces through golden and cycle model: cycles without RTL", flx_cmd_model},
    {"autoflex", "exponents from a stream of maxima on stdin", flx_cmd_autoflex},
    {"trace", "what is in a trace file", flx_cmd_trace},
    {"configs", "the named configurations, with cycles and utilisation", flx_cmd_configs},
};

static void print_help(FILE *to)
{
    fprintf(to, "usage: flx COMMAND [OPTION...] [TRACE...]\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].what);
    fprintf(to, "flx COMMAND --help says more. exit: 0 pass, 1 mismatch, 2 usage or bad input, 3 tool failure, 4 time-out\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return FLX_EXIT_INPUT;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return FLX_EXIT_PASS;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) != 0) continue;
        const int code = commands[i].run(argc - 1, argv + 1);
        if (fflush(stdout) == 0 && !ferror(stdout)) return code;
        fprintf(stderr, "flx %s: stdout cannot be written\n", argv[1]);
        return FLX_EXIT_TOOL;
    }
    fprintf(stderr, "flx: COMMAND is %s, expected cosim, golden, model, autoflex, trace or configs (see flx --help)\n", argv[1]);
    return FLX_EXIT_INPUT;
}
