/* flx_gen_lists.c - the lists of cmodel/def as tables, and what must be true of them. Header: flx_gen.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "flx_gen.h"

/* Every table ends with a row without a name, so that an emptied list still compiles and is refused by flx_lists_check. */
static const flx_row_t ops[] = {
#define FLX_OP(name, value, doc) {#name, value, doc},
#include "def/flx_op.def"
#undef FLX_OP
    {NULL, 0, NULL}};
static const flx_row_t statuses[] = {
#define FLX_STATUS(name, value, doc) {#name, value, doc},
#include "def/flx_status.def"
#undef FLX_STATUS
    {NULL, 0, NULL}};
static const flx_row_t roundings[] = {
#define FLX_ROUNDING(name, value, text, doc) {#name, value, doc},
#include "def/flx_rounding.def"
#undef FLX_ROUNDING
    {NULL, 0, NULL}};
static const flx_row_t states[] = {
#define FLX_STATE(name, value, doc) {#name, value, doc},
#include "def/flx_state.def"
#undef FLX_STATE
    {NULL, 0, NULL}};
static const flx_row_t profiles[] = {
#define FLX_PROFILE(name, value, doc) {#name, value, doc},
#include "def/flx_profile.def"
#undef FLX_PROFILE
    {NULL, 0, NULL}};
static const flx_row_t cmd_fields[] = {
#define FLX_CMD(name, bits, doc) {#name, bits, doc},
#include "def/flx_cmd.def"
#undef FLX_CMD
    {NULL, 0, NULL}};
static const flx_row_t rsp_fields[] = {
#define FLX_RSP(name, bits, doc) {#name, bits, doc},
#include "def/flx_rsp.def"
#undef FLX_RSP
    {NULL, 0, NULL}};
static const flx_row_t perfs[] = {
#define FLX_PERF(name, doc) {#name, 0, doc},
#include "def/flx_perf.def"
#undef FLX_PERF
    {NULL, 0, NULL}};
static const flx_row_t limits[] = {
#define FLX_LIMIT(NAME, value, doc) {#NAME, value, doc},
#include "def/flx_limit.def"
#undef FLX_LIMIT
    {NULL, 0, NULL}};
static const flx_row_t words[] = {
#define FLX_WORD(NAME, value, doc) {#NAME, UINT32_C(value), doc},
#include "def/flx_word.def"
#undef FLX_WORD
    {NULL, 0, NULL}};
static const flx_row_t decode_states[] = {
#define FLX_DECODE_STATE(name, value, doc) {#name, value, doc},
#include "def/flx_decode_state.def"
#undef FLX_DECODE_STATE
    {NULL, 0, NULL}};
static const flx_row_t unit_states[] = {
#define FLX_UNIT_STATE(name, value, doc) {#name, value, doc},
#include "def/flx_unit_state.def"
#undef FLX_UNIT_STATE
    {NULL, 0, NULL}};
static const flx_default_row_t defaults[] = {
#define FLX_DEFAULT(field, paper, code, doc) {#field, paper, code, doc},
#include "def/flx_default.def"
#undef FLX_DEFAULT
    {NULL, 0, 0, NULL}};

/* Keys of named configurations as they read: the compiler takes the last of two. */
static const struct { const char *name, *keys; } configs[] = {
#define FLX_CONFIG(id, doc, ...) {#id, #__VA_ARGS__},
#include "def/flx_config.def"
#undef FLX_CONFIG
};

/* flx_reg.def as it reads: blocks, registers and fields in one list. */
typedef enum flx_reg_kind { REG_END, REG_BLOCK, REG_REGISTER, REG_FIELD } flx_reg_kind_t;
typedef struct flx_reg_line {
    flx_reg_kind_t kind;
    const char *name, *access, *reset, *doc;
    uint32_t value; /* offset of a block, bits of a field */
} flx_reg_line_t;
static const flx_reg_line_t reg_lines[] = {
#define FLX_REG_AT(offset, title) {REG_BLOCK, title, "", "", "", offset},
#define FLX_REG(NAME, access, reset, doc) {REG_REGISTER, #NAME, #access, reset, doc, 0},
#define FLX_REG_FIELD(name, bits, doc) {REG_FIELD, #name, "", "", doc, bits},
#include "def/flx_reg.def"
#undef FLX_REG_AT
#undef FLX_REG
#undef FLX_REG_FIELD
    {REG_END, "", "", "", "", 0}};
enum { LINES = sizeof reg_lines / sizeof reg_lines[0] };
static flx_reg_t registers[LINES];
static flx_row_t register_fields[LINES];

#define TABLE(file, list) {file, list, sizeof(list) / sizeof((list)[0]) - 1}
static const flx_table_t tables[FLX_LIST_COUNT] = {
    [FLX_LIST_OP] = TABLE("flx_op.def", ops),          [FLX_LIST_STATUS] = TABLE("flx_status.def", statuses),
    [FLX_LIST_ROUNDING] = TABLE("flx_rounding.def", roundings), [FLX_LIST_STATE] = TABLE("flx_state.def", states),
    [FLX_LIST_PROFILE] = TABLE("flx_profile.def", profiles),    [FLX_LIST_CMD] = TABLE("flx_cmd.def", cmd_fields),
    [FLX_LIST_RSP] = TABLE("flx_rsp.def", rsp_fields), [FLX_LIST_PERF] = TABLE("flx_perf.def", perfs),
    [FLX_LIST_LIMIT] = TABLE("flx_limit.def", limits), [FLX_LIST_WORD] = TABLE("flx_word.def", words),
    [FLX_LIST_DECODE_STATE] = TABLE("flx_decode_state.def", decode_states), [FLX_LIST_UNIT_STATE] = TABLE("flx_unit_state.def", unit_states)};

flx_table_t flx_table(flx_list_t list)
{
    return tables[list];
}

const flx_default_row_t *flx_default_rows(size_t *count)
{
    *count = sizeof defaults / sizeof defaults[0] - 1;
    return defaults;
}

const flx_reg_t *flx_registers(size_t *count)
{
    size_t made = 0, fields = 0;
    uint32_t offset = 0;
    const char *block = NULL;
    for (size_t i = 0; i < LINES; i++) {
        const flx_reg_line_t *line = &reg_lines[i];
        if (line->kind == REG_BLOCK) {
            offset = line->value;
            block = line->name;
        } else if (line->kind == REG_REGISTER) {
            registers[made++] = (flx_reg_t){.name = line->name, .access = line->access, .reset = line->reset, .doc = line->doc, .block = block,
                                            .offset = offset, .fields = &register_fields[fields]};
            offset += 4;
            block = NULL;
        } else if (line->kind == REG_FIELD && made > 0) {
            register_fields[fields++] = (flx_row_t){line->name, line->value, line->doc};
            registers[made - 1].field_count++;
        }
    }
    *count = made;
    return registers;
}

uint32_t flx_field_bits(const char *field)
{
    const flx_list_t of[] = {FLX_LIST_CMD, FLX_LIST_RSP};
    for (size_t l = 0; l < 2; l++) {
        for (const flx_row_t *row = tables[of[l]].rows; row->name != NULL; row++) {
            if (strcmp(row->name, field) == 0) return row->value;
        }
    }
    return 0;
}

const char *flx_upper(const char *s)
{
    static char out[64];
    size_t i = 0;
    for (; s[i] != '\0' && i + 1 < sizeof out; i++) out[i] = (char)toupper((unsigned char)s[i]);
    out[i] = '\0';
    return out;
}

void flx_rule_module(size_t i, char name[128])
{
    const char *text = flx_rule_at(i)->text;
    size_t length = (size_t)snprintf(name, 128, "flx_rule_");
    for (; *text != '\0' && *text != ',' && length + 1 < 128; text++) {
        if (isalnum((unsigned char)*text)) name[length++] = (char)tolower((unsigned char)*text);
        else if (name[length - 1] != '_') name[length++] = '_';
    }
    name[length] = '\0';
}

static bool check_enum(flx_list_t list, const char *field)
{
    const uint32_t bits = flx_field_bits(field);
    for (const flx_row_t *row = tables[list].rows; row->name != NULL; row++) {
        if (bits == 0 || row->value >> bits != 0) {
            fprintf(stderr, "%s: %s is %u, expected a value of field %s, %u bits\n", tables[list].file, row->name, (unsigned)row->value, field, (unsigned)bits);
            return false;
        }
    }
    return true;
}

static bool check_registers(void)
{
    size_t count = 0;
    const flx_reg_t *list = flx_registers(&count);
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = 0;
        for (size_t f = 0; f < list[i].field_count; f++) bits += list[i].fields[f].value;
        if (bits > 32) {
            fprintf(stderr, "flx_reg.def: %s: fields have %u bits, expected at most 32\n", list[i].name, (unsigned)bits);
            return false;
        }
        if (list[i].offset < end || list[i].offset % 4 != 0) {
            fprintf(stderr, "flx_reg.def: %s: offset is 0x%03x, expected a multiple of 4 from 0x%03x on\n", list[i].name, (unsigned)list[i].offset, (unsigned)end);
            return false;
        }
        end = list[i].offset + 4;
    }
    if (count == 0) fprintf(stderr, "flx_reg.def: table has no rows, expected at least one\n");
    return count > 0;
}

static bool check_keys(void)
{
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        for (const char *key = strchr(configs[i].keys, '.'); key != NULL; key = strchr(key + 1, '.')) {
            const size_t length = strcspn(key, " =");
            for (const char *other = strchr(key + 1, '.'); other != NULL; other = strchr(other + 1, '.')) {
                if (strcspn(other, " =") != length || memcmp(key, other, length) != 0) continue;
                fprintf(stderr, "flx_config.def: %s: %.*s is given twice, expected once\n", configs[i].name, (int)length, key);
                return false;
            }
        }
    }
    return true;
}

static bool check_rules(void)
{
    char module[128], other[128];
    if (flx_rule_count() == flx_param_count()) { /* only the ranges */
        fprintf(stderr, "flx_rule.def: table has no rows, expected at least one\n");
        return false;
    }
    for (size_t i = 0; i < flx_rule_count(); i++) {
        size_t param = 0;
        while (param < flx_param_count() && strcmp(flx_param_at(param)->name, flx_rule_at(i)->key) != 0) param++;
        if (param == flx_param_count()) {
            fprintf(stderr, "flx_rule.def: key is %s, expected a parameter of flx_param.def\n", flx_rule_at(i)->key);
            return false;
        }
        flx_rule_module(i, module);
        for (size_t j = 0; j < i; j++) {
            flx_rule_module(j, other);
            if (strcmp(module, other) == 0) {
                fprintf(stderr, "flx_rule.def: rule is %s twice, expected another text up to its comma\n", module);
                return false;
            }
        }
    }
    for (size_t i = 0; i < flx_config_count(); i++) {
        const char *broken = flx_config_broken_rule(flx_config_at(i));
        if (broken != NULL) {
            fprintf(stderr, "flx_config.def: %s: %s\n", flx_config_at(i)->name, broken);
            return false;
        }
    }
    return true;
}

bool flx_lists_check(void)
{
    size_t count = 0;
    for (size_t l = 0; l < FLX_LIST_COUNT; l++) {
        if (tables[l].count > 0) continue;
        fprintf(stderr, "%s: table has no rows, expected at least one\n", tables[l].file);
        return false;
    }
    for (const flx_default_row_t *row = flx_default_rows(&count); row->name != NULL; row++) {
        const uint32_t bits = flx_field_bits(row->name);
        if (bits == 0 || row->paper >> bits != 0 || row->code >> bits != 0) {
            fprintf(stderr, "flx_default.def: %s is %u and %u, expected values of a field of the command word\n", row->name, (unsigned)row->paper, (unsigned)row->code);
            return false;
        }
    }
    if (count == 0) fprintf(stderr, "flx_default.def: table has no rows, expected at least one\n");
    return count > 0 && check_enum(FLX_LIST_OP, "op") && check_enum(FLX_LIST_STATUS, "status") && check_enum(FLX_LIST_ROUNDING, "rounding") &&
           check_enum(FLX_LIST_STATE, "state") && check_enum(FLX_LIST_PROFILE, "profile") && check_registers() && check_keys() && check_rules();
}
