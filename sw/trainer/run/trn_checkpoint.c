/* trn_checkpoint.c - a training run in a file. Header: trn_checkpoint.h
 *
 * Magic, place, totals, random, number of tensors; of each tensor name, count, exponent, maximum, both usages, and values if it is
 * learned; a digest of all that. The byte order is the machine's: a checkpoint is for going on, not for exchange. */
#include "trn_checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char magic[16] = "flx-train run 2";

typedef struct trn_file {
    FILE *file;
    bool writing, ok;
    uint64_t digest; /* FNV-1a of what went through */
} trn_file_t;

static void pass(trn_file_t *f, void *bytes, size_t size)
{
    if (!f->ok) return;
    f->ok = (f->writing ? fwrite(bytes, 1, size, f->file) : fread(bytes, 1, size, f->file)) == size;
    const unsigned char *b = bytes;
    for (size_t i = 0; f->ok && i < size; i++) f->digest = (f->digest ^ b[i]) * UINT64_C(0x100000001B3);
}

/* Writes the value, or reads one and asks that it be the same. */
static bool same(trn_file_t *f, const void *bytes, size_t size)
{
    char other[TRN_RUN_BYTES];
    memcpy(other, bytes, size);
    pass(f, other, size);
    return f->ok && memcmp(other, bytes, size) == 0;
}

static bool pass_tensor(trn_file_t *f, trn_tensor_t *t)
{
    if (!same(f, t->name, sizeof t->name) || !same(f, &t->count, sizeof t->count)) return false;
    pass(f, &t->exp, sizeof t->exp);
    pass(f, &t->gamma, sizeof t->gamma);
    pass(f, t->usage, sizeof t->usage);
    if (!t->learned) return f->ok;
    if (t->mant != NULL) pass(f, t->mant, t->count * sizeof *t->mant);
    else pass(f, t->value, t->count * sizeof *t->value);
    return f->ok;
}

/* All of the file; NULL, or what is wrong with it. */
static const char *pass_all(trn_file_t *f, trn_ctx_t *ctx, trn_place_t *place)
{
    uint64_t tensors = 0;
    for (const trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) tensors++;
    if (!same(f, magic, sizeof magic)) return "is no checkpoint of flx-train";
    if (!same(f, place->run, sizeof place->run)) return f->ok ? "is of a run with other options" : "ends too early";
    pass(f, place, sizeof *place);
    pass(f, &ctx->totals, sizeof ctx->totals);
    pass(f, &ctx->random, sizeof ctx->random);
    if (!same(f, &tensors, sizeof tensors)) return f->ok ? "is of another network" : "ends too early";
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next)
        if (!pass_tensor(f, t)) return f->ok ? "is of another network" : "ends too early";
    const uint64_t digest = f->digest;
    if (!same(f, &digest, sizeof digest)) return f->ok ? "is damaged: its digest is wrong" : "ends too early";
    return NULL;
}

int trn_checkpoint_write(const char *path, const trn_ctx_t *ctx, const trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES])
{
    char part[4096];
    trn_ctx_t copy = *ctx; /* pass_all changes nothing when it writes */
    trn_place_t place_copy = *place;
    if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part) {
        snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "--checkpoint: the path is longer than %zu bytes", sizeof part - 6);
        return -1;
    }
    trn_file_t f = {.file = fopen(part, "wb"), .writing = true, .ok = true, .digest = UINT64_C(0xCBF29CE484222325)};
    bool done = f.file != NULL && pass_all(&f, &copy, &place_copy) == NULL && fflush(f.file) == 0 && fsync(fileno(f.file)) == 0;
    if (f.file != NULL) done = fclose(f.file) == 0 && done;
    if (done && rename(part, path) == 0) return 0;
    snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "%.300s: cannot be written: %.80s", path, strerror(errno));
    if (f.file != NULL) remove(part);
    return -1;
}

int trn_checkpoint_read(const char *path, trn_ctx_t *ctx, trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES])
{
    trn_file_t f = {.file = fopen(path, "rb"), .ok = true, .digest = UINT64_C(0xCBF29CE484222325)};
    if (f.file == NULL) {
        snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "%.300s: %.80s, expected a checkpoint of flx-train", path, strerror(errno));
        return -1;
    }
    const char *wrong = pass_all(&f, ctx, place);
    if (wrong == NULL && fgetc(f.file) != EOF) wrong = "has bytes after its end";
    fclose(f.file);
    if (wrong == NULL) return 0;
    snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "%.300s: %s, expected the checkpoint of this run", path, wrong);
    return -1;
}
