/* config_option.h - --config and --set: the core that is meant, and its parameters. Twin: cmodel/def/flx_config.def */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_CONFIG_OPTION_H
#define FLX_CONFIG_OPTION_H

#include "commands.h"
#include "flx/flx_config.h"

typedef struct flx_config_option {
    const char *name;    /* of a configuration */
    const char *set;     /* "ROWS=12,COLS=20", or NULL */
    flx_config_t config; /* of that name, with what is set */
    char full_name[128]; /* config.name: says both */
} flx_config_option_t;

/* The two options. rtl: a build of the core runs, so that nothing can be set. */
flx_option_group_t flx_config_option_group(flx_config_option_t *option, bool rtl);

/* Fills option->config, after the options are read. -1, or the exit code after one line. */
int flx_config_option_finish(flx_config_option_t *option);

#endif
