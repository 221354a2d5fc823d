/* flx_gen_markdown.c - docs/gen/interface.md: every list as a table, words drawn. Header: flx_gen.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "flx_gen.h"

/* A | would end a table cell. */
static void cell(FILE *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '|') fputc('\\', out);
        fputc(*s, out);
    }
}

static void write_list(FILE *out, const char *title, const char *columns, flx_list_t list)
{
    const flx_table_t t = flx_table(list);
    fprintf(out, "\n## %s\n\n%s\n| --- | --- | --- |\n", title, columns);
    for (size_t i = 0; i < t.count; i++) {
        if (list == FLX_LIST_WORD) fprintf(out, "| %s | 0x%08X | ", t.rows[i].name, (unsigned)t.rows[i].value);
        else fprintf(out, "| %s | %u | ", t.rows[i].name, (unsigned)t.rows[i].value);
        cell(out, t.rows[i].doc);
        fprintf(out, " |\n");
    }
}

static void write_bits(FILE *out, unsigned lsb, unsigned bits)
{
    if (bits == 1) fprintf(out, "%u", lsb);
    else fprintf(out, "%u:%u", lsb + bits - 1, lsb);
}

static void write_word(FILE *out, const char *title, const char *picture, flx_list_t list)
{
    const flx_table_t t = flx_table(list);
    unsigned lsb = 0;
    fprintf(out, "\n## %s\n\nWord 0 is the first line; the number above a field is its highest bit. The same as a [drawing](%s).\n", title, picture);
    flx_draw_text(out, t.rows, t.count);
    fprintf(out, "\n| bits | field | meaning |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < t.count; i++) {
        fprintf(out, "| ");
        write_bits(out, lsb, t.rows[i].value);
        fprintf(out, " | `%s` | ", t.rows[i].name);
        cell(out, t.rows[i].doc);
        fprintf(out, " |\n");
        lsb += t.rows[i].value;
    }
}

static void write_defaults(FILE *out)
{
    size_t count = 0;
    const flx_default_row_t *list = flx_default_rows(&count);
    fprintf(out, "\n## Autoflex parameters\n\nRTL and the cycle model have the paper's after reset.\n\n| parameter | paper | code | meaning |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) fprintf(out, "| %s | %u | %u | %s |\n", list[i].name, (unsigned)list[i].paper, (unsigned)list[i].code, list[i].doc);
}

static void write_configurations(FILE *out)
{
    fprintf(out, "\n## Parameters\n\n| parameter | default | from | to | meaning |\n| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < flx_param_count(); i++) {
        const flx_param_t *p = flx_param_at(i);
        fprintf(out, "| %s | %u | %u | %u | %s |\n", p->name, (unsigned)p->initial, (unsigned)p->min, (unsigned)p->max, p->doc);
    }
    fprintf(out, "\n## Rules\n\nRTL that breaks a rule instantiates an absent module, whose name is the rule. The ranges above are rules, too.\n\n"
                 "| rule | condition |\n| --- | --- |\n");
    for (size_t i = flx_param_count(); i < flx_rule_count(); i++) {
        fprintf(out, "| %s | `", flx_rule_at(i)->text);
        cell(out, flx_rule_at(i)->condition);
        fprintf(out, "` |\n");
    }
    fprintf(out, "\n## Named configurations\n\nA new one is a line of `cmodel/def/flx_config.def`; what it does not name has its default.\n\n| name | MACs |");
    for (size_t p = 0; p < flx_param_count(); p++) fprintf(out, " %s |", flx_param_at(p)->name);
    fprintf(out, " for |\n| --- | --- |");
    for (size_t p = 0; p < flx_param_count(); p++) fprintf(out, " --- |");
    fprintf(out, " --- |\n");
    for (size_t i = 0; i < flx_config_count(); i++) {
        const flx_config_t *c = flx_config_at(i);
        fprintf(out, "| `%s` | %u |", c->name, (unsigned)flx_config_macs(c));
        for (size_t p = 0; p < flx_param_count(); p++) fprintf(out, " %u |", (unsigned)flx_param_get(c, p));
        fprintf(out, " %s |\n", c->purpose);
    }
}

static void write_registers(FILE *out)
{
    size_t count = 0;
    const flx_reg_t *list = flx_registers(&count);
    fprintf(out, "\n## Registers\n\nTo come with the engine: no RTL reads them yet, and the list may change until one does. 32 bits each; offsets in bytes "
                 "within the engine's AXI4-Lite slave. RO: read. RW: read and write. W1C: a written 1 clears. W1S: a written 1 acts, reads 0. \"build\": "
                 "what the build has. An address without a register reads 0 and ignores writes. A pair LO, HI is one 64-bit word: reading LO keeps HI "
                 "for the next read. Fields as a [drawing](layout_reg.svg).\n");
    for (size_t i = 0; i < count; i++) {
        if (list[i].block != NULL)
            fprintf(out, "\n**0x%03x: %s**\n\n| offset | register | access | after reset | bits | meaning |\n| --- | --- | --- | --- | --- | --- |\n",
                    (unsigned)list[i].offset, list[i].block);
        fprintf(out, "| 0x%03x | `%s` | %s | %s | %s | %s |\n", (unsigned)list[i].offset, list[i].name, list[i].access, list[i].reset,
                list[i].field_count == 0 ? "31:0" : "", list[i].doc);
        unsigned lsb = 0;
        for (size_t f = 0; f < list[i].field_count; f++) {
            fprintf(out, "| | `.%s` | | | ", list[i].fields[f].name);
            write_bits(out, lsb, list[i].fields[f].value);
            fprintf(out, " | %s |\n", list[i].fields[f].doc);
            lsb += list[i].fields[f].value;
        }
    }
}

void flx_write_markdown(FILE *out)
{
    fprintf(out, "<!-- generated by sw/gen/flx_gen.c from cmodel/def; do not edit -->\n# Commands, responses, counters, limits, configurations, registers\n");
    write_list(out, "Opcodes", "| name | value | meaning |", FLX_LIST_OP);
    write_list(out, "Status", "| name | value | meaning |", FLX_LIST_STATUS);
    write_list(out, "Rounding modes", "| name | value | meaning |", FLX_LIST_ROUNDING);
    write_list(out, "States of an entry", "| name | value | what Autoflex does after a write |", FLX_LIST_STATE);
    write_list(out, "Profiles", "| name | value | meaning |", FLX_LIST_PROFILE);
    write_word(out, "Command word", "layout_cmd.svg", FLX_LIST_CMD);
    write_word(out, "Response word", "layout_rsp.svg", FLX_LIST_RSP);
    const flx_table_t perfs = flx_table(FLX_LIST_PERF);
    fprintf(out, "\n## Cycle counters\n\n| index | name | the cycle was |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < perfs.count; i++) fprintf(out, "| %zu | `%s` | %s |\n", i, perfs.rows[i].name, perfs.rows[i].doc);
    write_list(out, "States of the decoder", "| name | value | the state |", FLX_LIST_DECODE_STATE);
    write_list(out, "States of the exponent unit", "| name | value | the state |", FLX_LIST_UNIT_STATE);
    write_list(out, "Limits", "| name | value | meaning |", FLX_LIST_LIMIT);
    write_list(out, "Words of the random generator", "| name | value | meaning |", FLX_LIST_WORD);
    write_defaults(out);
    write_configurations(out);
    write_registers(out);
}
