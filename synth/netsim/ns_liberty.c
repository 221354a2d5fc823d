/* ns_liberty.c - a Liberty file printed again: plain, or as JSON. Header: ns_liberty.h, twin: synth/flow/library.py */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_liberty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "ns_tree.h"

/* Quotes stay as they were; a word that needs them has them. */
static void print_slice(ns_slice_t slice)
{
    const char *quote = slice.quoted || slice.length == 0 ? "\"" : "";
    printf("%s%.*s%s", quote, (int)slice.length, slice.text, quote);
}

static void print_node(const ns_node_t *node, int depth)
{
    printf("%*s%.*s", 2 * depth, "", (int)node->name.length, node->name.text);
    if (node->kind == NS_ATTRIBUTE) {
        printf(" : ");
        print_slice(node->arg[0]);
        printf(";\n");
        return;
    }
    printf(" (");
    for (int i = 0; i < node->args; i++) {
        if (i > 0) printf(", ");
        print_slice(node->arg[i]);
    }
    printf(node->kind == NS_GROUP ? ") {\n" : ");\n");
    for (const ns_node_t *child = node->child; child != NULL; child = child->next) print_node(child, depth + 1);
    if (node->kind == NS_GROUP) printf("%*s}\n", 2 * depth, "");
}

static void print_text(ns_slice_t slice)
{
    putchar('"');
    for (size_t i = 0; i < slice.length; i++) {
        const unsigned char c = (unsigned char)slice.text[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c < 0x20) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

static bool is_table(const ns_node_t *node)
{
    static const char *const tables[] = {"timing", "internal_power", "leakage_power", "lu_table_template", "power_lut_template", "wire_load", "wire_load_table", "ccsn_first_stage",
                                         "ccsn_last_stage", "normalized_driver_waveform", "output_current_template", "dynamic_current", "leakage_current", "intrinsic_parasitic"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (ns_slice_is(node->name, tables[i])) return true;
    }
    return false;
}

static void print_json(const ns_node_t *node)
{
    printf("{\"name\":");
    print_text(node->name);
    printf(",\"line\":%d,\"args\":[", node->line);
    for (int i = 0; i < node->args; i++) {
        if (i > 0) putchar(',');
        print_text(node->arg[i]);
    }
    putchar(']');
    if (node->kind == NS_GROUP) {
        const char *comma = "";
        printf(",\"children\":[");
        for (const ns_node_t *child = node->child; child != NULL; child = child->next) {
            if (is_table(child)) continue;
            printf("%s\n", comma);
            print_json(child);
            comma = ",";
        }
        putchar(']');
    }
    putchar('}');
}

int ns_liberty_print(const char *path, bool json)
{
    char error[NS_ERROR_BYTES];
    size_t size;
    char *text = ns_read_file(path, &size, error);
    if (text == NULL) return flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
    ns_arena_t arena = {.block = NULL};
    const ns_node_t *library = ns_tree_parse(path, text, size, &arena, error);
    if (library != NULL && json) print_json(library), putchar('\n');
    else if (library != NULL) print_node(library, 0);
    ns_arena_free(&arena);
    free(text);
    return library != NULL ? FLX_EXIT_PASS : flx_cli_fail(FLX_EXIT_INPUT, "%s", error);
}
