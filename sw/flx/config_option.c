/* config_option.c - --config and --set. Header: config_option.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "config_option.h"

#include <stdio.h>
#include <string.h>

static char names[512]; /* "tiny|mac256|..." */

static bool refuse(const char *text, void *option)
{
    (void)text, (void)option;
    return false;
}

static const flx_option_t on_models[] = {
    {"config", "NAME", "configuration of the core", FLX_CHOICE(flx_config_option_t, name, names)},
    {"set", "ROWS=R,COLS=C,..", "other parameters for it: any of rtl/core/flx_core.v but FAST", FLX_TEXT(flx_config_option_t, set)},
};
static const flx_option_t on_rtl[] = {
    {"config", "NAME", "configuration of the core", FLX_CHOICE(flx_config_option_t, name, names)},
    {"set", "ROWS=R,..", "refused: RTL of other parameters is a build of its own",
     FLX_OWN(refuse, "none: RTL needs a build; give the configuration a line in cmodel/def/flx_config.def, then make sim CONFIG=NAME")},
};

flx_option_group_t flx_config_option_group(flx_config_option_t *option, bool rtl)
{
    names[0] = '\0';
    for (size_t i = 0; i < flx_config_count(); i++) snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i == 0 ? "" : "|", flx_config_at(i)->name);
    return rtl ? (flx_option_group_t)FLX_GROUP(NULL, on_rtl, option) : (flx_option_group_t)FLX_GROUP(NULL, on_models, option);
}

int flx_config_option_finish(flx_config_option_t *option)
{
    char error[512];
    option->config = *flx_config_find(option->name);
    if (option->set == NULL) return -1;
    snprintf(option->full_name, sizeof option->full_name, "%.40s with %.80s", option->name, option->set);
    option->config.name = option->full_name;
    option->config.purpose = "set on the command line";
    return flx_config_set(&option->config, option->set, error, sizeof error) ? -1 : flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
}
