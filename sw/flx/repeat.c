/* repeat.c - the command that repeats a failing trace. Header: repeat.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "repeat.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/flx_text.h"

static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:=+@%-";

/* 'text', for text that a terminal shows as it is. */
static void put_single(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != '\0'; text++) fputs(*text == '\'' ? "'\\''" : (const char[]){*text, '\0'}, out);
    fputc('\'', out);
}

/* $'text', with escapes. */
static void put_escaped(FILE *out, const char *text)
{
    fputs("$'", out);
    while (*text != '\0') {
        uint32_t character;
        char plain[8];
        const size_t length = flx_text_first(text, &character);
        const bool as_it_is = flx_text_plain((char[]){text[0], '\0'}, plain, sizeof plain) == 1 && text[0] != '\'' && text[0] != '\\';
        for (size_t i = 0; i < length; i++) fprintf(out, as_it_is ? "%c" : "\\x%02x", (unsigned char)text[i]);
        text += length;
    }
    fputc('\'', out);
}

char *flx_repeat_word(const char *text)
{
    char *word = NULL, *plain = malloc(8 * strlen(text) + 1);
    size_t size;
    FILE *out = plain != NULL ? open_memstream(&word, &size) : NULL;
    if (out == NULL) {
        free(plain);
        return NULL;
    }
    flx_text_plain(text, plain, 8 * strlen(text) + 1);
    if (text[0] != '\0' && strspn(text, safe) == strlen(text)) fputs(text, out);
    else if (strcmp(text, plain) == 0) put_single(out, text);
    else put_escaped(out, text);
    free(plain);
    if (fclose(out) == 0) return word;
    free(word);
    return NULL;
}

/* The source tree of this program, if it stands in TREE/build/bin; "" if it is installed. */
static void find_tree(const char *program, char tree[PATH_MAX])
{
    char recipe[PATH_MAX + 32];
    snprintf(tree, PATH_MAX, "%s", program);
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(tree, '/');
        if (slash != NULL) *slash = '\0';
    }
    snprintf(recipe, sizeof recipe, "%s/sim/rtl/rtl.mk", tree);
    if (access(recipe, R_OK) != 0) tree[0] = '\0';
}

static void put_word(FILE *out, const char *before, const char *text)
{
    char *word = flx_repeat_word(text);
    fprintf(out, "%s%s", before, word != NULL ? word : "");
    free(word);
}

static void put_command(FILE *out, const flx_run_options_t *o, const char *trace)
{
    char program[PATH_MAX] = "", tree[PATH_MAX], here[PATH_MAX], stall[FLX_TEXT_REAL_BYTES];
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0) snprintf(program, sizeof program, "flx");
    find_tree(program, tree);
    const bool wave = tree[0] != '\0', inside = wave && getcwd(here, sizeof here) != NULL && strcmp(here, tree) == 0;
    const char *config = o->core.name, *fast = o->fast ? "_fast" : "";
    if (wave) {
        fputs("make -s", out);
        if (!inside) put_word(out, " -C ", tree);
        fprintf(out, " build/rtl/%s%s_fst.so && ", config, fast);
    }
    put_word(out, "", inside ? program + strlen(tree) + 1 : program);
    fprintf(out, " cosim --config %s%s --stall %s --seed %" PRIu64 "%s", config, o->fast ? " --fast" : "", flx_text_real(o->stall, stall), o->seed, wave ? " --wave fail.fst" : "");
    put_word(out, trace[0] == '-' ? " -- " : " ", trace);
}

char *flx_repeat_command(const flx_run_options_t *options, const char *trace)
{
    char *command = NULL;
    size_t size;
    FILE *out = open_memstream(&command, &size);
    if (out == NULL) return NULL;
    put_command(out, options, trace);
    if (fclose(out) == 0) return command;
    free(command);
    return NULL;
}
