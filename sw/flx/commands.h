/* commands.h - the sub-commands of `flx`; argv[0] is the sub-command's name. Twin: docs/cli.md */
#ifndef FLX_COMMANDS_H
#define FLX_COMMANDS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes of every program of the project. */
enum { FLX_EXIT_PASS = 0, FLX_EXIT_MISMATCH = 1, FLX_EXIT_INPUT = 2, FLX_EXIT_TOOL = 3, FLX_EXIT_TIMEOUT = 4 };

int flx_cmd_cosim(int argc, char **argv);
int flx_cmd_golden(int argc, char **argv);
int flx_cmd_model(int argc, char **argv);
int flx_cmd_autoflex(int argc, char **argv);
int flx_cmd_trace(int argc, char **argv);
int flx_cmd_configs(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
