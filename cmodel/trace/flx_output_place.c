/* flx_output_place.c - follows links to where an output goes. Header: flx_output_place.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_output_place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

void flx_place_free(flx_place_t *place)
{
    free(place->folder);
    free(place->name);
    free(place->path);
    place->folder = place->name = place->path = NULL;
}

char *flx_place_path(const flx_place_t *place, int name_bytes, const char *end)
{
    char *path;
    return asprintf(&path, "%s/%.*s%s", strcmp(place->folder, "/") == 0 ? "" : place->folder, name_bytes, place->name, end) < 0 ? NULL : path;
}

/* The folder's real path and the last name of path. */
static bool split(const char *path, flx_place_t *place)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    if (path[0] == '\0') return errno = ENOENT, false;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        struct stat info;
        if (stat(path, &info) == 0) errno = EISDIR;
        return false;
    }
    char *folder = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    place->folder = folder != NULL ? realpath(folder, NULL) : NULL;
    const int error = folder != NULL ? errno : ENOMEM;
    free(folder);
    if (place->folder == NULL) return errno = error, false;
    place->name = strdup(name);
    place->path = place->name != NULL ? flx_place_path(place, INT_MAX, "") : NULL;
    return place->path != NULL || (errno = ENOMEM, false);
}

/* Whether folder/name is /proc/PID/fd/N of this program; /dev/stdout and /dev/fd/N lead there. */
static bool own_file(flx_place_t *place)
{
    char own[64], thread[96];
    snprintf(own, sizeof own, "/proc/%ld/fd", (long)getpid());
    snprintf(thread, sizeof thread, "/proc/%ld/task/%ld/fd", (long)getpid(), (long)gettid());
    if (strcmp(place->folder, own) != 0 && strcmp(place->folder, thread) != 0) return false;
    if (strlen(place->name) > 9 || strspn(place->name, "0123456789") != strlen(place->name)) return false;
    place->fd = atoi(place->name);
    place->kind = FLX_PLACE_OWN;
    return true;
}

/* What folder/name links to, as a path; to be freed. */
static char *linked(const flx_place_t *place)
{
    char target[PATH_MAX], *whole = NULL;
    const ssize_t length = readlink(place->path, target, sizeof target - 1);
    if (length < 0) return NULL;
    target[length] = '\0';
    if (target[0] == '/') whole = strdup(target);
    else if (asprintf(&whole, "%s/%s", place->folder, target) < 0) whole = NULL;
    if (whole == NULL) errno = ENOMEM;
    return whole;
}

/* One step. 1: the place is found; 0: *path is now what a link leads to; -1: errno. */
static int step(flx_place_t *place, char **path)
{
    if (!split(*path, place)) return -1;
    if (own_file(place)) return fstat(place->fd, &place->info) == 0 ? 1 : -1;
    int found = 1;
    if (lstat(place->path, &place->info) != 0) {
        place->kind = FLX_PLACE_NEW;
        found = errno == ENOENT && stat(place->folder, &place->info) == 0 ? 1 : -1;
    } else if (S_ISLNK(place->info.st_mode)) {
        struct stat behind;
        char *next = linked(place);
        if (next != NULL && strncmp(place->folder, "/proc/", 6) == 0 && stat(place->path, &behind) == 0 && !S_ISREG(behind.st_mode)) { /* a pipe of another program */
            place->info = behind;
            place->kind = FLX_PLACE_STREAM;
            free(next);
        } else if (next == NULL) {
            found = -1;
        } else {
            free(*path);
            *path = next;
            found = 0;
        }
    } else if (S_ISDIR(place->info.st_mode)) {
        errno = EISDIR;
        found = -1;
    } else {
        place->kind = S_ISREG(place->info.st_mode) ? FLX_PLACE_REGULAR : FLX_PLACE_STREAM;
    }
    return found;
}

bool flx_place_find(const char *path, flx_place_t *place)
{
    char *now = strdup(path);
    int found = now != NULL ? 0 : -1, error = ENOMEM;
    *place = (flx_place_t){.fd = -1};
    for (int links = 0; found == 0; links++) {
        flx_place_free(place);
        found = links < LINKS_MAX ? step(place, &now) : -1;
        error = links < LINKS_MAX ? errno : ELOOP;
    }
    free(now);
    if (found == 1) return true;
    flx_place_free(place);
    errno = error;
    return false;
}
