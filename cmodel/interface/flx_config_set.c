/* flx_config_set.c - "ROWS=12,COLS=20" into a configuration. Header: flx_config.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx/flx_config.h"

static const char *broken_rule(const flx_config_t *c)
{
    if (c->mant_bits < 8 || c->mant_bits > 16) return "MANT_BITS must be 8 to 16";
    if (c->exp_bits < 4 || c->exp_bits > 8) return "EXP_BITS must be 4 to 8";
    if (c->acc_bits < 2 * c->mant_bits || c->acc_bits < 18 || c->acc_bits > 62) return "ACC_BITS must be 18 to 62 and at least twice MANT_BITS";
    if (c->lanes < 1 || c->lanes > 32 || (c->lanes & (c->lanes - 1)) != 0) return "LANES must be a power of two up to 32";
    if (c->pe_pipe > 1) return "PE_PIPE must be 0 or 1";
    if (c->tensors < 2 || c->tensors > 256) return "TENSORS must be 2 to 256";
    if (c->rows < 1 || c->cols < 1 || c->rows > 128 || c->cols > 128) return "ROWS and COLS must be 1 to 128";
    if (c->a_depth < 1 || c->b_depth < 1 || c->a_depth > 1024 || c->b_depth > 1024) return "A_DEPTH and B_DEPTH must be 1 to 1024";
    if (c->c_depth < c->rows || c->c_depth > 1024) return "C_DEPTH must hold the ROWS of a tile, and be at most 1024";
    return NULL;
}

bool flx_config_set(flx_config_t *config, const char *assignments, char *error, size_t size)
{
    const struct { const char *name; uint32_t *value; bool *flag; } field[] = {
        {"ROWS", &config->rows, NULL}, {"COLS", &config->cols, NULL}, {"LANES", &config->lanes, NULL}, {"MANT_BITS", &config->mant_bits, NULL},
        {"EXP_BITS", &config->exp_bits, NULL}, {"ACC_BITS", &config->acc_bits, NULL}, {"TENSORS", &config->tensors, NULL},
        {"A_DEPTH", &config->a_depth, NULL}, {"B_DEPTH", &config->b_depth, NULL}, {"C_DEPTH", &config->c_depth, NULL},
        {"CHUNK_EN", NULL, &config->chunk_en}, {"STOCH_EN", NULL, &config->stoch_en}, {"PE_PIPE", &config->pe_pipe, NULL}};
    enum { FIELDS = sizeof field / sizeof field[0] };
    for (const char *at = assignments;;) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=,"), digits = length > name ? length - name - 1 : 0;
        size_t i = 0;
        while (i < FIELDS && (strlen(field[i].name) != name || memcmp(field[i].name, at, name) != 0)) i++;
        if (i == FIELDS) {
            snprintf(error, size, "--set: key is '%.*s', expected one of flx_core's parameters, such as ROWS", (int)name, at);
            return false;
        }
        const unsigned long most = field[i].flag != NULL ? 1 : 1000000;
        if (digits == 0 || digits > 7 || strspn(at + name + 1, "0123456789") < digits || strtoul(at + name + 1, NULL, 10) > most) {
            snprintf(error, size, "--set: %s is '%.*s', expected a number from 0 to %lu", field[i].name, (int)digits, at + name + (digits != 0), most);
            return false;
        }
        const unsigned long value = strtoul(at + name + 1, NULL, 10);
        if (field[i].flag != NULL) *field[i].flag = value != 0;
        else *field[i].value = (uint32_t)value;
        if (at[length] == '\0') break;
        at += length + 1;
    }
    const char *rule = broken_rule(config);
    if (rule != NULL) snprintf(error, size, "--set: %s", rule);
    return rule == NULL;
}
