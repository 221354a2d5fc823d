/* flx_cli.h - the door of every C program: exit codes, options, help, one-line errors. Twin: sw/cli/flx_cli.py
 * SPDX-License-Identifier: Apache-2.0
 *
 * A program lists its options in tables. From these come the parser, --help, and the one line that a wrong value gets:
 *   PROGRAM: --seed is -1, expected an integer of 0 to 1073741824
 * An option is --NAME VALUE or --NAME=VALUE, its name never shortened; given twice, the last one counts (a list grows); options and operands mix, "--"
 * ends the options. Integers are decimal, without sign, blank or leading zero; only those of 64 bits may be 0x.. Real numbers may have a minus, a point and an
 * exponent, nothing else; one that a double cannot hold is refused.
 *
 * Why not popt or argp: neither knows ranges and choices, so each option would still need its check, its message and its range in the help. popt also
 * reads " 7" and "010" (as 8) for numbers and is one more package; argp answers with two lines and exit 64. What would be left to them, to tell
 * "--a=b" from "--a b", is twenty lines. */
#ifndef FLX_CLI_H
#define FLX_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes of every program of the project: name, code, what --help says of it. */
#define FLX_EXITS(X)                  \
    X(PASS, 0, "pass")                \
    X(MISMATCH, 1, "mismatch")        \
    X(INPUT, 2, "usage or bad input") \
    X(TOOL, 3, "tool failure")        \
    X(TIMEOUT, 4, "time-out")

typedef enum flx_exit {
#define FLX_EXIT(name, code, text) FLX_EXIT_##name = (code),
    FLX_EXITS(FLX_EXIT)
#undef FLX_EXIT
    FLX_EXIT_STOPPED = 130 /* a run with a checkpoint was asked to stop: the same command goes on */
} flx_exit_t;

typedef enum flx_kind { FLX_KIND_FLAG, FLX_KIND_U32, FLX_KIND_U64, FLX_KIND_REAL, FLX_KIND_TEXT, FLX_KIND_CHOICE, FLX_KIND_LIST, FLX_KIND_OWN } flx_kind_t;

/* One option, and where its value goes: the field `at` of the struct that the group names. --help adds range, choice and default, the value that the
 * field has before; one outside the range says that there is no default. */
typedef struct flx_option {
    const char *name;        /* without its dashes */
    const char *value;       /* what --help calls the value; NULL for a flag */
    const char *help;
    flx_kind_t kind;
    size_t at;
    uint64_t least, most;    /* u32, u64: range; flag: most is what it sets; list: most is how many fit */
    double low, high;        /* real: range */
    const char *words;       /* choice: "paper|code" */
    size_t count_at;         /* list: the field that counts */
    bool (*take)(const char *text, void *options); /* own: takes the value, or refuses it */
    const char *expected;    /* own: what it takes */
} flx_option_t;

/* The last part of a row; a field of another type does not compile.
 *   bool true: FLX_FLAG(T, field)             bool false: FLX_FLAG_OFF(T, field)
 *   uint32_t: FLX_U32(T, field, least, most)  uint64_t: FLX_U64(T, field, least, most)    double: FLX_REAL(T, field, low, high)
 *   const char *: FLX_TEXT(T, field), or one of a few words: FLX_CHOICE(T, field, "paper|code")
 *   int64_t[most], size_t: FLX_LIST(T, field, count), of integers
 *   anything: FLX_OWN(take, "what it takes") */
#define FLX_FLAG(T, f) .kind = FLX_KIND_FLAG, .at = FLX_AT(bool, T, f), .most = 1
#define FLX_FLAG_OFF(T, f) .kind = FLX_KIND_FLAG, .at = FLX_AT(bool, T, f), .most = 0
#define FLX_U32(T, f, least_, most_) .kind = FLX_KIND_U32, .at = FLX_AT(uint32_t, T, f), .least = (least_), .most = (most_)
#define FLX_U64(T, f, least_, most_) .kind = FLX_KIND_U64, .at = FLX_AT(uint64_t, T, f), .least = (least_), .most = (most_)
#define FLX_REAL(T, f, low_, high_) .kind = FLX_KIND_REAL, .at = FLX_AT(double, T, f), .low = (low_), .high = (high_)
#define FLX_TEXT(T, f) .kind = FLX_KIND_TEXT, .at = FLX_AT(const char *, T, f)
#define FLX_CHOICE(T, f, words_) .kind = FLX_KIND_CHOICE, .at = FLX_AT(const char *, T, f), .words = (words_)
#define FLX_LIST(T, f, count) .kind = FLX_KIND_LIST, .at = FLX_AT(int64_t *, T, f), .count_at = FLX_AT(size_t, T, count), .most = sizeof ((T *)0)->f / sizeof(int64_t)
#define FLX_OWN(take_, expected_) .kind = FLX_KIND_OWN, .take = (take_), .expected = (expected_)
#define FLX_AT(type, T, f) (offsetof(T, f) + 0 * sizeof(char[_Generic(((T *)0)->f, type: 1)]))

/* Options whose values go into the same struct. */
typedef struct flx_option_group {
    const char *title; /* a line of --help above them, or NULL */
    const flx_option_t *option;
    size_t options;
    void *to;
} flx_option_group_t;
#define FLX_GROUP(title_, table, to_) {.title = (title_), .option = (table), .options = sizeof(table) / sizeof (table)[0], .to = (to_)}

enum { FLX_GROUPS_MAX = 6 };

typedef struct flx_cli {
    const char *program;  /* "flx model" */
    const char *usage;    /* "[OPTION...] TRACE..." */
    const char *what;     /* --help's sentence about the program */
    bool operands;        /* arguments that are no options are taken */
    flx_option_group_t group[FLX_GROUPS_MAX]; /* up to one without options */
} flx_cli_t;

/* Reads the options. -1: go on, argv[1] to argv[*argc - 1] are the operands; else the exit code, after help or version on stdout, or one line on
 * stderr. --help (-h) and --version are answered wherever they stand. */
int flx_cli_parse(const flx_cli_t *cli, int *argc, char **argv);

/* The name that stands before each message; flx_cli_parse calls it. name must live on. From then on a pipe whose reader is gone is an error of a write. */
void flx_cli_program(const char *name);

/* One line on stderr, "PROGRAM: FIELD is VALUE, expected EXPECTED", or with value NULL "PROGRAM: FIELD is missing, expected EXPECTED". Returns FLX_EXIT_INPUT. */
int flx_cli_usage(const char *field, const char *value, const char *expected);

/* One line on stderr, "PROGRAM: ...". flx_cli_fail returns code. */
void flx_cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int flx_cli_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The last thing that main does: code, or FLX_EXIT_TOOL after one line if stdout could not be written. */
int flx_cli_finish(int code);

/* "PROGRAM VERSION" on stdout, and the line about exit codes that ends each help. */
void flx_cli_print_version(void);
void flx_cli_print_exits(void);

/* "cosim|golden|model" as "cosim, golden or model". */
void flx_cli_alternatives(const char *words, char *text, size_t size);

/* What the first `length` bytes of text say, if that is an integer as options take it, of least to most. */
bool flx_cli_integer(const char *text, size_t length, uint64_t least, uint64_t most, uint64_t *value);

/* Text into a file, as cmodel/trace/flx_output.h says. False, with errno; one line more on stderr if the text is kept elsewhere. */
bool flx_cli_write(const char *path, const char *text);

/* Files of a program, named before it works: FIELD's output can be written, and is no other output, no input, and not where stdout leads. path NULL: none.
 * 0, or the exit code after one line. flx_cli_output_folder: a folder that is there, or can be made; flx_cli_make_folder makes it. */
int flx_cli_output(const char *field, const char *path);
int flx_cli_output_folder(const char *field, const char *path);
int flx_cli_make_folder(const char *field, const char *path);
int flx_cli_input(const char *path);

#ifdef __cplusplus
}
#endif
#endif
