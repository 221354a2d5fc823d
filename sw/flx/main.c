/* main.c - `flx`: finds the sub-command. Twin: docs/cli.md */
/* SPDX-License-Identifier: Apache-2.0 */
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
    {"model", "traces through golden and cycle model: cycles without RTL, of any configuration", flx_cmd_model},
    {"autoflex", "exponents from a stream of maxima on stdin", flx_cmd_autoflex},
    {"trace", "what is in a trace file", flx_cmd_trace},
    {"configs", "the named configurations, with cycles and utilisation", flx_cmd_configs},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    printf("usage: flx COMMAND [OPTION...] [TRACE...]\n");
    for (size_t i = 0; i < COMMANDS; i++) printf("  %-9s %s\n", commands[i].name, commands[i].what);
    printf("flx COMMAND --help says more, flx --version which flx this is\n");
    flx_cli_print_exits();
}

/* name NULL: none was given. */
static int refuse(const char *name)
{
    char words[256] = "", expected[300];
    for (size_t i = 0; i < COMMANDS; i++) snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", i == 0 ? "" : "|", commands[i].name);
    flx_cli_alternatives(words, expected, sizeof expected - sizeof " (see flx --help)");
    strcat(expected, " (see flx --help)");
    return flx_cli_usage("COMMAND", name, expected);
}

static int run(int argc, char **argv)
{
    flx_cli_program("flx");
    if (argc < 2) return refuse(NULL);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--version") == 0) flx_cli_print_version();
    else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) print_help();
    else return refuse(argv[1]);
    return FLX_EXIT_PASS;
}

int main(int argc, char **argv)
{
    return flx_cli_finish(run(argc, argv));
}
