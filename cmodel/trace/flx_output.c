/* flx_output.c - writes files that are whole or as they were. Header: flx_output.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flx_output_place.h"

enum { PARTS_MAX = 1000, NAME_BYTES_KEPT = 240, COPY_BYTES = 1 << 14 };

struct flx_output {
    flx_place_t place;
    FILE *file;
    char *part;     /* what is written into, NULL: the place itself */
    bool named;     /* its writer opens part itself */
    bool spooled;   /* part is elsewhere, its content is copied at the end */
};

static bool fail(char *error, const char *why)
{
    snprintf(error, FLX_OUTPUT_ERROR_BYTES, "%s", why);
    return false;
}

/* The first of NAME.part, NAME.1.part, .. that is not there, made; -1 and errno. */
static int make_part(const flx_place_t *place, mode_t mode, char **part)
{
    for (int i = 0; i < PARTS_MAX; i++) {
        char end[32];
        if (i == 0) strcpy(end, ".part");
        else snprintf(end, sizeof end, ".%d.part", i);
        *part = flx_place_path(place, NAME_BYTES_KEPT, end);
        if (*part == NULL) return errno = ENOMEM, -1;
        const int fd = open(*part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0) return fd;
        const int error = errno;
        free(*part);
        *part = NULL;
        errno = error;
        if (errno != EEXIST) return -1;
    }
    return -1;
}

/* A file in the folder for such; -1 and errno. */
static int make_spool(char **part)
{
    const char *folder = getenv("TMPDIR");
    if (asprintf(part, "%s/flx_output.XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp") < 0) return *part = NULL, errno = ENOMEM, -1;
    const int fd = mkostemp(*part, O_CLOEXEC);
    const int error = errno;
    if (fd < 0) {
        free(*part);
        *part = NULL;
    }
    errno = error;
    return fd;
}

/* The bits that an existing file has; what may not be given away stays. */
static void keep_mode(int fd, const struct stat *info)
{
    if (fchown(fd, info->st_uid, info->st_gid) != 0) (void)!fchown(fd, (uid_t)-1, info->st_gid);
    (void)fchmod(fd, info->st_mode & 07777);
}

/* A folder that takes no new file, with a file in it that may be written. */
static bool only_in_place(const flx_place_t *place)
{
    return place->kind == FLX_PLACE_REGULAR && (errno == EACCES || errno == EROFS || errno == EPERM);
}

static bool may_write(const flx_place_t *place)
{
    if (place->kind == FLX_PLACE_NEW || place->kind == FLX_PLACE_OWN) return true;
    return faccessat(AT_FDCWD, place->path, W_OK, AT_EACCESS) == 0;
}

static int open_place(const flx_place_t *place, int flags)
{
    if (place->kind == FLX_PLACE_OWN) return fflush(NULL), fcntl(place->fd, F_DUPFD_CLOEXEC, 3);
    return open(place->path, O_WRONLY | O_CLOEXEC | flags);
}

static int open_part(flx_output_t *o)
{
    if (!may_write(&o->place)) return -1;
    if (o->place.kind == FLX_PLACE_STREAM || o->place.kind == FLX_PLACE_OWN) {
        if (!o->named) return open_place(&o->place, 0);
        o->spooled = true;
        return make_spool(&o->part);
    }
    /* Nobody else reads it before it has the file's own bits. */
    const int fd = make_part(&o->place, o->place.kind == FLX_PLACE_NEW ? 0666 : 0600, &o->part);
    if (fd >= 0 && o->place.kind == FLX_PLACE_REGULAR) keep_mode(fd, &o->place.info);
    if (fd >= 0 || !only_in_place(&o->place)) return fd;
    o->spooled = true;
    return make_spool(&o->part);
}

static flx_output_t *begin(const char *path, bool named, char *error)
{
    flx_output_t *o = calloc(1, sizeof *o);
    int fd = -1;
    if (o == NULL) {
        fail(error, strerror(ENOMEM));
        return NULL;
    }
    o->named = named;
    const bool found = flx_place_find(path, &o->place);
    if (found && (fd = open_part(o)) >= 0 && (o->file = fdopen(fd, "w")) != NULL) return o;
    fail(error, strerror(errno));
    if (fd >= 0) close(fd);
    flx_output_discard(o);
    return NULL;
}

flx_output_t *flx_output_open(const char *path, char error[FLX_OUTPUT_ERROR_BYTES])
{
    return begin(path, false, error);
}

flx_output_t *flx_output_open_named(const char *path, char error[FLX_OUTPUT_ERROR_BYTES])
{
    return begin(path, true, error);
}

FILE *flx_output_file(const flx_output_t *output)
{
    return output->file;
}

const char *flx_output_name(const flx_output_t *output)
{
    return output->part;
}

void flx_output_discard(flx_output_t *output)
{
    if (output == NULL) return;
    if (output->file != NULL) fclose(output->file);
    if (output->part != NULL) unlink(output->part);
    free(output->part);
    flx_place_free(&output->place);
    free(output);
}

static bool copy(int from, int to)
{
    char bytes[COPY_BYTES];
    ssize_t got;
    bool good = true;
    while (good && (got = read(from, bytes, sizeof bytes)) != 0) {
        good = got > 0 || errno == EINTR;
        for (ssize_t done = 0, now; good && done < got; done += now) {
            now = write(to, bytes + done, (size_t)(got - done));
            if (now < 0 && errno == EINTR) now = 0;
            good = now >= 0;
        }
    }
    return good;
}

/* The spooled content into its place. */
static bool deliver(const flx_output_t *o)
{
    const int from = open(o->part, O_RDONLY | O_CLOEXEC), to = from >= 0 ? open_place(&o->place, o->place.kind == FLX_PLACE_REGULAR ? O_TRUNC : 0) : -1;
    bool good = to >= 0 && copy(from, to);
    int error = errno;
    if (to >= 0 && close(to) != 0 && good) {
        good = false;
        error = errno;
    }
    if (from >= 0) close(from);
    errno = error;
    return good;
}

static bool put_in_place(const flx_output_t *o)
{
    if (o->spooled) return deliver(o);
    if (o->named && o->place.kind == FLX_PLACE_REGULAR) { /* its writer may have made the file again */
        const int fd = open(o->part, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) keep_mode(fd, &o->place.info);
        if (fd >= 0) close(fd);
    }
    return rename(o->part, o->place.path) == 0;
}

bool flx_output_close(flx_output_t *output, char error[FLX_OUTPUT_ERROR_BYTES])
{
    bool good = fflush(output->file) == 0;
    int why = errno;
    if (good && ferror(output->file) != 0) {
        good = false;
        why = EIO; /* of a write before, whose reason is gone */
    }
    if (good && output->part != NULL && !output->spooled && fsync(fileno(output->file)) != 0 && errno != EINVAL) {
        good = false;
        why = errno;
    }
    if (fclose(output->file) != 0 && good) {
        good = false;
        why = errno;
    }
    output->file = NULL;
    if (!good) fail(error, strerror(why));
    if (good && output->part != NULL && !put_in_place(output)) {
        const bool stays = output->place.kind == FLX_PLACE_NEW || output->place.kind == FLX_PLACE_REGULAR;
        good = false;
        snprintf(error, FLX_OUTPUT_ERROR_BYTES, "%s%s%.400s", strerror(errno), stays ? "; the content is in " : "", stays ? output->part : "");
        if (stays) {
            free(output->part);
            output->part = NULL;
        }
    } else if (good && !output->spooled) {
        free(output->part);
        output->part = NULL;
    }
    flx_output_discard(output);
    return good;
}

bool flx_output_write(const char *path, const void *bytes, size_t size, char error[FLX_OUTPUT_ERROR_BYTES])
{
    flx_output_t *output = flx_output_open(path, error);
    if (output == NULL) return false;
    if (fwrite(bytes, 1, size, output->file) == size) return flx_output_close(output, error);
    fail(error, strerror(errno));
    flx_output_discard(output);
    return false;
}

static void id_of(const struct stat *info, flx_output_id_t *id)
{
    *id = (flx_output_id_t){.alone = S_ISREG(info->st_mode), .dev = info->st_dev, .ino = info->st_ino};
}

bool flx_output_check(const char *path, flx_output_id_t *id, char error[FLX_OUTPUT_ERROR_BYTES])
{
    flx_output_t o = {.file = NULL};
    *id = (flx_output_id_t){.alone = false};
    int fd = -1;
    bool good = flx_place_find(path, &o.place) && may_write(&o.place);
    if (good && o.place.kind == FLX_PLACE_OWN) {
        const int flags = fcntl(o.place.fd, F_GETFL);
        good = flags >= 0 && ((flags & O_ACCMODE) != O_RDONLY || (errno = EBADF, false));
    } else if (good) {
        id_of(&o.place.info, id);
        if (o.place.kind == FLX_PLACE_NEW) {
            id->alone = true;
            snprintf(id->name, sizeof id->name, "%s", o.place.name);
        }
        if (id->alone) good = (fd = open_part(&o)) >= 0;
    }
    if (!good) fail(error, strerror(errno));
    if (fd >= 0) close(fd);
    if (o.part != NULL) unlink(o.part);
    free(o.part);
    flx_place_free(&o.place);
    return good;
}

bool flx_output_id_of(const char *path, flx_output_id_t *id)
{
    struct stat info;
    if (stat(path, &info) != 0) return false;
    id_of(&info, id);
    return true;
}

bool flx_output_id_of_open(int fd, flx_output_id_t *id)
{
    struct stat info;
    if (fstat(fd, &info) != 0) return false;
    id_of(&info, id);
    return true;
}

bool flx_output_same(const flx_output_id_t *x, const flx_output_id_t *y)
{
    return x->alone && y->alone && x->dev == y->dev && x->ino == y->ino && strcmp(x->name, y->name) == 0;
}
