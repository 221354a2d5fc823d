/* flx_files.c - the files of a program: each writable, none of them twice. Header: flx_cli.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flx_cli.h"
#include "trace/flx_output.h"

typedef struct flx_file {
    const char *field, *path; /* field NULL: an input */
    flx_output_id_t id;
} flx_file_t;

static flx_file_t *files;
static size_t count;

static int add(const flx_file_t *file)
{
    flx_file_t *grown = realloc(files, (count + 1) * sizeof *files);
    if (grown == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    files = grown;
    files[count++] = *file;
    return FLX_EXIT_PASS;
}

int flx_cli_output(const char *field, const char *path)
{
    flx_file_t file = {.field = field, .path = path};
    flx_output_id_t out;
    char error[FLX_OUTPUT_ERROR_BYTES], expected[FLX_OUTPUT_ERROR_BYTES + 64];
    if (path == NULL) return FLX_EXIT_PASS;
    if (!flx_output_check(path, &file.id, error)) {
        snprintf(expected, sizeof expected, "a file that can be written (%s)", error);
        return flx_cli_usage(field, path, expected);
    }
    for (size_t i = 0; i < count; i++) {
        if (!flx_output_same(&file.id, &files[i].id)) continue;
        snprintf(expected, sizeof expected, "another file than %.200s", files[i].field != NULL ? files[i].field : "one that is read");
        return flx_cli_usage(field, path, expected);
    }
    if (flx_output_id_of_open(STDOUT_FILENO, &out) && flx_output_same(&file.id, &out)) return flx_cli_usage(field, path, "another file than stdout's");
    return add(&file);
}

int flx_cli_input(const char *path)
{
    flx_file_t file = {.path = path};
    if (path == NULL || !flx_output_id_of(path, &file.id)) return FLX_EXIT_PASS; /* its reader says what is wrong with it */
    for (size_t i = 0; i < count; i++)
        if (files[i].field != NULL && flx_output_same(&file.id, &files[i].id)) return flx_cli_usage(files[i].field, files[i].path, "another file than one that is read");
    return add(&file);
}

/* The folder that path would be made in. */
static char *parent_of(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    while (length > 0 && path[length - 1] != '/') length--;
    return length == 0 ? strdup(".") : strndup(path, length);
}

int flx_cli_output_folder(const char *field, const char *path)
{
    struct stat info;
    char expected[256];
    if (path == NULL) return FLX_EXIT_PASS;
    char *parent = stat(path, &info) != 0 && errno == ENOENT ? parent_of(path) : NULL;
    const char *written = parent != NULL ? parent : path;
    bool good = stat(written, &info) == 0;
    if (good && !S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        good = false;
    }
    good = good && faccessat(AT_FDCWD, written, W_OK | X_OK, AT_EACCESS) == 0;
    snprintf(expected, sizeof expected, "a directory that can be made and written (%s)", strerror(errno));
    free(parent);
    return good ? FLX_EXIT_PASS : flx_cli_usage(field, path, expected);
}

int flx_cli_make_folder(const char *field, const char *path)
{
    char expected[256];
    if (path == NULL || mkdir(path, 0777) == 0 || errno == EEXIST) return FLX_EXIT_PASS;
    snprintf(expected, sizeof expected, "a directory that can be made and written (%s)", strerror(errno));
    return flx_cli_usage(field, path, expected);
}

bool flx_cli_write(const char *path, const char *text)
{
    char error[FLX_OUTPUT_ERROR_BYTES];
    errno = 0;
    if (flx_output_write(path, text, strlen(text), error)) return true;
    const int why = errno;
    if (strstr(error, "; the content is in ") != NULL) flx_cli_say("%s: %s", path, error);
    errno = why;
    return false;
}
