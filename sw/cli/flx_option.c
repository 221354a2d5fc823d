/* flx_option.c - reads and explains the options of a program's tables. Header: flx_cli.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 256, HELP_BYTES = 1024, HELP_COLUMNS = 110, NAME_COLUMNS = 26 };

bool flx_cli_integer(const char *text, size_t length, uint64_t least, uint64_t most, uint64_t *value)
{
    if (length == 0 || length > 20 || strspn(text, "0123456789") < length || (length > 1 && text[0] == '0')) return false;
    errno = 0;
    *value = strtoull(text, NULL, 10); /* what stands behind is a comma, or so */
    return errno == 0 && *value >= least && *value <= most;
}

/* 0x.. as well. */
static bool take_u64(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    if (strncmp(text, "0x", 2) != 0) return flx_cli_integer(text, strlen(text), least, most, value);
    if (text[2] == '\0' || strspn(text + 2, "0123456789abcdefABCDEF") != strlen(text + 2)) return false;
    errno = 0;
    *value = strtoull(text + 2, NULL, 16);
    return errno == 0 && *value >= least && *value <= most;
}

static bool take_real(const char *text, double low, double high, double *value)
{
    char *end;
    const char *digits = text + (text[0] == '-');
    if (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
    if (strchr("0123456789.-", text[0]) == NULL || strspn(text, "0123456789.eE+-") != strlen(text)) return false;
    errno = 0;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && errno == 0 && *value >= low && *value <= high; /* 1e-999 is not 0 */
}

static bool take_word(const char *text, const char *words)
{
    for (const char *word = words;; word++) {
        const size_t length = strcspn(word, "|");
        if (strlen(text) == length && memcmp(word, text, length) == 0) return true;
        word += length;
        if (*word == '\0') return false;
    }
}

/* "0,10,100" behind the elements that are there. */
static bool take_list(const char *text, size_t most, int64_t *element, size_t *count)
{
    for (;; text++) {
        uint64_t value;
        const size_t length = strcspn(text, ",");
        if (*count == most || !flx_cli_integer(text, length, 0, INT64_MAX, &value)) return false;
        element[(*count)++] = (int64_t)value;
        text += length;
        if (*text == '\0') return true;
    }
}

/* Stores the value, NULL for a flag; false when it is not of the option's kind. */
static bool take(const flx_option_t *o, void *to, const char *text)
{
    char *const at = (char *)to + o->at;
    uint64_t whole;
    double real;
    switch (o->kind) {
    case FLX_KIND_FLAG: *(bool *)(void *)at = o->most != 0; return true;
    case FLX_KIND_U32:
        if (!flx_cli_integer(text, strlen(text), o->least, o->most, &whole)) return false;
        *(uint32_t *)(void *)at = (uint32_t)whole;
        return true;
    case FLX_KIND_U64:
        if (!take_u64(text, o->least, o->most, &whole)) return false;
        *(uint64_t *)(void *)at = whole;
        return true;
    case FLX_KIND_REAL:
        if (!take_real(text, o->low, o->high, &real)) return false;
        *(double *)(void *)at = real;
        return true;
    case FLX_KIND_CHOICE:
        if (!take_word(text, o->words)) return false;
        *(const char **)(void *)at = text;
        return true;
    case FLX_KIND_TEXT: *(const char **)(void *)at = text; return text[0] != '\0';
    case FLX_KIND_LIST: return take_list(text, (size_t)o->most, (int64_t *)(void *)at, (size_t *)(void *)((char *)to + o->count_at));
    case FLX_KIND_OWN: return o->take(text, to);
    }
    return false;
}

static const char *limit_text(uint64_t limit, char text[TEXT_BYTES])
{
    if (limit == UINT64_MAX) return "2^64 - 1";
    snprintf(text, TEXT_BYTES, "%" PRIu64, limit);
    return text;
}

static const char *expected_text(const flx_option_t *o, char text[TEXT_BYTES])
{
    char most[TEXT_BYTES];
    switch (o->kind) {
    case FLX_KIND_FLAG: return "no value";
    case FLX_KIND_U32:
    case FLX_KIND_U64: snprintf(text, TEXT_BYTES, "an integer of %" PRIu64 " to %.200s", o->least, limit_text(o->most, most)); return text;
    case FLX_KIND_REAL: snprintf(text, TEXT_BYTES, "a number of %g to %g", o->low, o->high); return text;
    case FLX_KIND_CHOICE: flx_cli_alternatives(o->words, text, TEXT_BYTES); return text;
    case FLX_KIND_LIST: snprintf(text, TEXT_BYTES, "up to %" PRIu64 " integers, such as 0,10,100", o->most); return text;
    case FLX_KIND_TEXT: return "a value that is not empty";
    case FLX_KIND_OWN: return o->expected;
    }
    return "";
}

/* What --help adds to an option's own text: range or choice, and the default in brackets. */
static void add_facts(const flx_option_t *o, const void *to, char *help)
{
    const char *const at = (const char *)to + o->at;
    char fact[TEXT_BYTES] = "", most[TEXT_BYTES];
    uint64_t whole = 0;
    switch (o->kind) {
    case FLX_KIND_U32:
    case FLX_KIND_U64:
        if (o->kind == FLX_KIND_U32) whole = *(const uint32_t *)(const void *)at;
        else whole = *(const uint64_t *)(const void *)at;
        snprintf(fact, sizeof fact, ", %" PRIu64 " to %.100s", o->least, limit_text(o->most, most));
        if (whole >= o->least && whole <= o->most) snprintf(fact + strlen(fact), sizeof fact - strlen(fact), " (%" PRIu64 ")", whole);
        break;
    case FLX_KIND_REAL: {
        const double real = *(const double *)(const void *)at;
        snprintf(fact, sizeof fact, ", %g to %g", o->low, o->high);
        if (real >= o->low && real <= o->high) snprintf(fact + strlen(fact), sizeof fact - strlen(fact), " (%g)", real);
        break;
    }
    case FLX_KIND_CHOICE:
    case FLX_KIND_TEXT: {
        const char *text = *(const char *const *)(const void *)at;
        char words[TEXT_BYTES] = "";
        if (o->kind == FLX_KIND_CHOICE) flx_cli_alternatives(o->words, words, sizeof words);
        if (words[0] != '\0') snprintf(fact, sizeof fact, ": %.200s", words);
        if (text != NULL && text[0] != '\0') snprintf(fact + strlen(fact), sizeof fact - strlen(fact), " (%.40s)", text);
        break;
    }
    case FLX_KIND_FLAG:
    case FLX_KIND_LIST:
    case FLX_KIND_OWN: break;
    }
    snprintf(help, HELP_BYTES, "%.700s%s", o->help, fact);
}

/* Words in lines of HELP_COLUMNS, the later ones indented. */
static void print_wrapped(const char *text, size_t column, size_t indent)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        const bool first = column == indent;
        if (!first && column + 1 + length > HELP_COLUMNS) {
            printf("\n%*s", (int)indent, "");
            column = indent;
            continue;
        }
        column += (size_t)printf("%s%.*s", first ? "" : " ", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void print_option(const char *name, const char *value, const char *help)
{
    const int used = printf("  --%s%s%s", name, value != NULL ? " " : "", value != NULL ? value : "");
    if (used + 2 > NAME_COLUMNS) printf("\n%*s", NAME_COLUMNS, "");
    else printf("%*s", NAME_COLUMNS - used, "");
    print_wrapped(help, NAME_COLUMNS, NAME_COLUMNS);
}

static void print_help(const flx_cli_t *cli)
{
    printf("usage: %s %s\n  ", cli->program, cli->usage);
    print_wrapped(cli->what, 2, 2);
    for (const flx_option_group_t *g = cli->group; g < cli->group + FLX_GROUPS_MAX && g->options != 0; g++) {
        if (g->title != NULL) printf("%s\n", g->title);
        for (size_t i = 0; i < g->options; i++) {
            char help[HELP_BYTES];
            add_facts(&g->option[i], g->to, help);
            print_option(g->option[i].name, g->option[i].value, help);
        }
    }
    print_option("help, --version", NULL, "this text, or the version");
    flx_cli_print_exits();
}

static const flx_option_t *find(const flx_cli_t *cli, const char *name, size_t length, void **to)
{
    for (const flx_option_group_t *g = cli->group; g < cli->group + FLX_GROUPS_MAX && g->options != 0; g++) {
        for (size_t i = 0; i < g->options; i++) {
            if (strlen(g->option[i].name) != length || memcmp(g->option[i].name, name, length) != 0) continue;
            *to = g->to;
            return &g->option[i];
        }
    }
    return NULL;
}

/* The option argv[i], and how many arguments it takes; 0: wrong, after one line. */
static int read_option(const flx_cli_t *cli, int left, char **arg)
{
    void *to = NULL;
    const char *name = arg[0] + 2, *value = strchr(name, '=');
    const size_t length = value != NULL ? (size_t)(value - name) : strlen(name);
    const flx_option_t *o = strncmp(arg[0], "--", 2) == 0 ? find(cli, name, length, &to) : NULL;
    char field[TEXT_BYTES], expected[TEXT_BYTES];
    if (o == NULL) return flx_cli_usage("OPTION", arg[0], "one that --help names"), 0;
    snprintf(field, sizeof field, "--%s", o->name);
    if (value != NULL) value++;
    const bool flag = o->kind == FLX_KIND_FLAG, next = value == NULL && !flag;
    if (next && left < 2) return flx_cli_usage(field, "without a value", expected_text(o, expected)), 0;
    if (next) value = arg[1];
    if ((flag && value != NULL) || !take(o, to, value)) return flx_cli_usage(field, value, expected_text(o, expected)), 0;
    return next ? 2 : 1;
}

int flx_cli_parse(const flx_cli_t *cli, int *argc, char **argv)
{
    flx_cli_program(cli->program);
    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        const bool version = strcmp(argv[i], "--version") == 0;
        if (!version && strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0) continue;
        if (version) flx_cli_print_version();
        else print_help(cli);
        return FLX_EXIT_PASS;
    }
    int kept = 1;
    bool ended = false; /* by "--" */
    for (int i = 1; i < *argc;) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = true;
            i++;
        } else if (!ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            const int taken = read_option(cli, *argc - i, argv + i);
            if (taken == 0) return FLX_EXIT_INPUT;
            i += taken;
        } else {
            if (!cli->operands) return flx_cli_usage("argument", argv[i], "none");
            argv[kept++] = argv[i++];
        }
    }
    *argc = kept;
    return -1;
}
