/* commands.h - the sub-commands of `flx`; argv[0] is the sub-command's name, and each returns the exit code. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_COMMANDS_H
#define FLX_COMMANDS_H

#include "cli/flx_cli.h"

#ifdef __cplusplus
extern "C" {
#endif

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
