/* flx_gen.h - the lists of cmodel/def as tables, and the writers of what is made from them. Twin: sw/gen/flx_gen_lists.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_GEN_H
#define FLX_GEN_H

#include <stdbool.h>
#include <stdio.h>

#include "flx/flx_config.h"

/* A row of a list. */
typedef struct flx_row {
    const char *name; /* NULL: behind the last row */
    uint32_t value;   /* an enum's value, a field's width, a constant */
    const char *doc;
} flx_row_t;

typedef struct flx_default_row {
    const char *name;
    uint32_t paper, code;
    const char *doc;
} flx_default_row_t;

typedef struct flx_reg {
    const char *name;
    const char *access, *reset, *doc;
    const char *block; /* title of the block that begins with it, else NULL */
    uint32_t offset;
    const flx_row_t *fields; /* count of them; none: one number of 32 bits */
    size_t field_count;
} flx_reg_t;

typedef enum flx_list {
    FLX_LIST_OP, FLX_LIST_STATUS, FLX_LIST_ROUNDING, FLX_LIST_STATE, FLX_LIST_PROFILE, FLX_LIST_CMD, FLX_LIST_RSP, FLX_LIST_PERF, FLX_LIST_LIMIT,
    FLX_LIST_WORD, FLX_LIST_DECODE_STATE, FLX_LIST_UNIT_STATE, FLX_LIST_COUNT
} flx_list_t;

typedef struct flx_table {
    const char *file; /* of cmodel/def */
    const flx_row_t *rows;
    size_t count;
} flx_table_t;

flx_table_t flx_table(flx_list_t list);
const flx_default_row_t *flx_default_rows(size_t *count);
const flx_reg_t *flx_registers(size_t *count);

/* Width of the field of this name; the command word's, else the response word's. */
uint32_t flx_field_bits(const char *field);

/* False, and one line on stderr, for a table without rows, a value that does not fit its field, registers or fields that overlap, a rule whose
 * module's name is another's, a key given twice, or a named configuration that breaks a rule. */
bool flx_lists_check(void);

/* The absent module that RTL instantiates for rule i: flx_rule_lanes_must_be_a_power_of_two. */
void flx_rule_module(size_t i, char name[128]);

/* Upper case, in a buffer that the next call reuses. */
const char *flx_upper(const char *s);

void flx_write_defs(FILE *out);      /* rtl/gen/flx_defs.vh */
void flx_write_rules(FILE *out);     /* rtl/gen/flx_rules.vh */
void flx_write_regs(FILE *out);      /* rtl/gen/flx_regs.vh */
void flx_write_header(FILE *out);    /* cmodel/include/flx/flx_reg.h */
void flx_write_markdown(FILE *out);  /* docs/gen/interface.md */
void flx_write_cmd_svg(FILE *out);   /* docs/gen/layout_cmd.svg */
void flx_write_rsp_svg(FILE *out);   /* docs/gen/layout_rsp.svg */
void flx_write_reg_svg(FILE *out);   /* docs/gen/layout_reg.svg */

/* A word of fields as text, 32 bits a line. */
void flx_draw_text(FILE *out, const flx_row_t *fields, size_t count);

#endif
