/* flx_cli.c - exit codes, one-line errors, the three standard files. Header: flx_cli.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "flx/flx_version.h"

enum { LINE_BYTES = 8192 }; /* a path and what is wrong with it */

static const char *program = "flx";

/* A standard file that is closed would be the next file that is opened: a table would end in a checkpoint. It gets one that takes, or gives, nothing. */
static void hold_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

void flx_cli_program(const char *name)
{
    program = name;
    hold_standard_files();
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone is an output that cannot be written */
}

/* One line whatever was typed: control characters become '?'. On a terminal a bar that stands there goes. */
static void put_line(const char *text)
{
    char line[LINE_BYTES];
    const size_t length = strnlen(text, sizeof line - 1);
    for (size_t i = 0; i < length; i++) line[i] = text[i] == '\x7F' || (text[i] >= 0 && text[i] < ' ') ? '?' : text[i];
    line[length] = '\0';
    fflush(stdout);
    fprintf(stderr, "%s%s: %s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", program, line);
}

int flx_cli_usage(const char *field, const char *value, const char *expected)
{
    char line[LINE_BYTES];
    if (value == NULL) snprintf(line, sizeof line, "%s is missing, expected %s", field, expected);
    else snprintf(line, sizeof line, "%s is %.300s, expected %s", field, value[0] != '\0' ? value : "\"\"", expected);
    put_line(line);
    return FLX_EXIT_INPUT;
}

static void say(const char *format, va_list args)
{
    char line[LINE_BYTES];
    vsnprintf(line, sizeof line, format, args);
    put_line(line);
}

void flx_cli_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

int flx_cli_fail(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    return code;
}

int flx_cli_finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    fprintf(stderr, "%s: stdout cannot be written\n", program);
    return FLX_EXIT_TOOL;
}

void flx_cli_print_version(void)
{
    printf("%s " FLX_VERSION "\n", program);
}

void flx_cli_print_exits(void)
{
    const char *separator = "exit: ";
#define FLX_EXIT(name, code, text)               \
    printf("%s%d " text, separator, code); \
    separator = ", ";
    FLX_EXITS(FLX_EXIT)
#undef FLX_EXIT
    printf("\n");
}

void flx_cli_alternatives(const char *words, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (const char *word = words; used < size;) {
        const size_t length = strcspn(word, "|");
        const bool last = word[length] == '\0';
        const char *between = word == words ? "" : last ? " or " : ", ";
        used += (size_t)snprintf(text + used, size - used, "%s%.*s", between, (int)length, word);
        if (last) break;
        word += length + 1;
    }
}
