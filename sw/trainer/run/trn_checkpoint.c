/* trn_checkpoint.c - a training run in a file. Header: trn_checkpoint.h
 * SPDX-License-Identifier: Apache-2.0
 *
 * Magic, place, lines of the CSV file, totals, random, number of tensors; of each tensor name, count, exponent, maximum, both usages, and values if it is
 * learned; a digest of all that. The byte order is the machine's: a checkpoint is for going on, not for exchange. */
#include "trn_checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/flx_output.h"

static const char magic[16] = "flx-train run 3";
static const size_t magic_common = sizeof "flx-train run " - 1;

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

/* The lines: as many as the file holds, whatever the number in front says. */
static bool pass_lines(trn_file_t *f, trn_place_t *place)
{
    enum { PIECE = 1 << 20 };
    uint64_t bytes = place->csv_bytes;
    pass(f, &bytes, sizeof bytes);
    if (f->writing) {
        pass(f, place->csv, bytes);
        return f->ok;
    }
    place->csv = NULL;
    place->csv_bytes = 0;
    while (f->ok && place->csv_bytes < bytes) {
        const size_t now = bytes - place->csv_bytes < PIECE ? (size_t)(bytes - place->csv_bytes) : PIECE;
        char *grown = realloc(place->csv, place->csv_bytes + now);
        if (grown == NULL) return f->ok = false;
        place->csv = grown;
        pass(f, place->csv + place->csv_bytes, now);
        place->csv_bytes += now;
    }
    return f->ok;
}

/* All of the file; NULL, or what is wrong with it. */
static const char *pass_all(trn_file_t *f, trn_ctx_t *ctx, trn_place_t *place)
{
    static const char early[] = "ends too early", other[] = "is of another network";
    uint64_t tensors = 0;
    char first[sizeof magic];
    for (const trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next) tensors++;
    memcpy(first, magic, sizeof first);
    pass(f, first, sizeof first);
    if (!f->ok) return early;
    if (memcmp(first, magic, magic_common) != 0) return "is no checkpoint of flx-train";
    if (memcmp(first, magic, sizeof first) != 0) return "is of another version of flx-train";
    if (!same(f, place->run, sizeof place->run)) return f->ok ? "is of a run with other options" : early;
    pass(f, &place->steps, sizeof place->steps);
    pass(f, &place->epoch_loss, sizeof place->epoch_loss);
    pass(f, &place->accuracy, sizeof place->accuracy);
    pass(f, &place->busy, sizeof place->busy);
    pass(f, &place->critic_loss, sizeof place->critic_loss);
    pass(f, &place->generator_loss, sizeof place->generator_loss);
    if (!pass_lines(f, place)) return early;
    pass(f, &ctx->totals, sizeof ctx->totals);
    pass(f, &ctx->random, sizeof ctx->random);
    if (!same(f, &tensors, sizeof tensors)) return f->ok ? other : early;
    for (trn_tensor_t *t = ctx->tensors; t != NULL; t = t->next)
        if (!pass_tensor(f, t)) return f->ok ? other : early;
    const uint64_t digest = f->digest;
    if (!same(f, &digest, sizeof digest)) return f->ok ? "is damaged: its digest is wrong" : early;
    return NULL;
}

int trn_checkpoint_write(const char *path, const trn_ctx_t *ctx, const trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES])
{
    char why[FLX_OUTPUT_ERROR_BYTES];
    trn_ctx_t copy = *ctx; /* pass_all changes nothing when it writes */
    trn_place_t place_copy = *place;
    flx_output_t *output = flx_output_open(path, why);
    if (output != NULL) {
        trn_file_t f = {.file = flx_output_file(output), .writing = true, .ok = true, .digest = UINT64_C(0xCBF29CE484222325)};
        (void)pass_all(&f, &copy, &place_copy); /* what fails is seen when the file is closed */
        if (flx_output_close(output, why)) return 0;
    }
    snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "--checkpoint %.150s: cannot be written (%s)", path, why);
    return -1;
}

int trn_checkpoint_read(const char *path, trn_ctx_t *ctx, trn_place_t *place, char error[TRN_CHECKPOINT_ERROR_BYTES])
{
    struct stat info;
    trn_file_t f = {.file = NULL, .ok = true, .digest = UINT64_C(0xCBF29CE484222325)};
    const char *wrong = stat(path, &info) != 0 ? strerror(errno) : !S_ISREG(info.st_mode) ? "is no regular file" : NULL;
    if (wrong == NULL) wrong = (f.file = fopen(path, "rb")) == NULL ? strerror(errno) : pass_all(&f, ctx, place);
    if (f.file != NULL) {
        if (wrong == NULL && fgetc(f.file) != EOF) wrong = "has bytes after its end";
        if (ferror(f.file) != 0) wrong = strerror(errno);
        fclose(f.file);
    }
    if (wrong == NULL) return 0;
    snprintf(error, TRN_CHECKPOINT_ERROR_BYTES, "--checkpoint is %.400s: %s, expected the checkpoint of this run", path, wrong);
    free(place->csv);
    place->csv = NULL;
    return -1;
}
