/* trn_tensor.h - a tensor of the trainer: float32 values, or mantissas with a shared exponent. Twin: docs/trainer.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every tensor that one operation hands to another is one of these; in an integer or float format none is exempt. Layout of activations:
 * [channel][image][row][column], so a convolution's product is the next layer's input as it stands. */
#ifndef TRN_TENSOR_H
#define TRN_TENSOR_H

#include "trn_format.h"

enum { TRN_NAME_BYTES = 32, TRN_SCRATCH_SLOTS = 7 };

typedef struct trn_watched trn_watched_t;

/* Usages of a tensor, which write it independently: training, evaluation, and two for programs that train in several kinds of passes. */
enum { TRN_TRAINING, TRN_EVALUATION, TRN_PASS_2, TRN_PASS_3, TRN_USAGES };

/* Exponent state of one usage. */
typedef struct trn_usage {
    flx_autoflex_t autoflex;
    int32_t exp_next;
    bool begun;
    uint64_t writes, elements, saturated, half_range; /* TRN_DYNAMIC: since the last look at the overflow rate */
} trn_usage_t;

typedef struct trn_tensor {
    char name[TRN_NAME_BYTES];
    size_t count;
    float *value;    /* float32: [count] */
    int16_t *mant;   /* flex: [count] */
    int32_t exp;     /* flex: exponent of the last write */
    uint32_t gamma;  /* flex: max |mant| of the last write */
    trn_usage_t usage[TRN_USAGES];
    bool learned;    /* its values outlive a step */
    trn_watched_t *watched;  /* trn_watch.c's own; NULL: not watched */
    struct trn_tensor *next; /* of the context's tensors */
} trn_tensor_t;

/* Totals of the flex writes of a run. */
typedef struct trn_totals {
    uint64_t writes, elements, overflows, saturated, underflow, exp_changes, init_tries, updates, lost_updates;
} trn_totals_t;

struct trn_record;
struct trn_watch;
struct trn_product;

/* Who multiplies float32 values. */
typedef enum trn_products { TRN_OPENBLAS, TRN_ONEDNN } trn_products_t;

/* What every operation needs: the format, threads, scratch memory, totals, the recorder. */
typedef struct trn_ctx {
    trn_format_t format;
    flx_autoflex_cfg_t autoflex;
    trn_products_t products; /* of formats that are floats */
    unsigned threads;
    bool eval;         /* evaluation: usage TRN_EVALUATION of every tensor */
    unsigned pass;     /* the usage when not in evaluation */
    int64_t iteration; /* of training */
    trn_totals_t totals;
    struct trn_record *record; /* NULL: nothing is recorded */
    struct trn_watch *watch;   /* NULL: nothing is watched */
    void (*on_product)(void *user, const struct trn_product *product); /* NULL: nobody asks */
    void *on_product_user;
    float *scratch[TRN_SCRATCH_SLOTS];
    size_t scratch_count[TRN_SCRATCH_SLOTS];
    uint64_t random;   /* stochastic rounding: one seed a write */
    trn_tensor_t *tensors; /* all, the newest first */
} trn_ctx_t;

/* Tensors are mantissas with a shared exponent. */
static inline bool trn_integer(const trn_ctx_t *ctx)
{
    return trn_format_integer(ctx->format.kind);
}

/* How operations round; the seed of a stochastic one is ctx->random. */
static inline flx_rounding_t trn_rounding(const trn_ctx_t *ctx)
{
    return ctx->format.kind == TRN_FIXED ? FLX_ROUND_STOCHASTIC : FLX_ROUND_NEAREST_EVEN;
}

/* A product's operands must lie in memory as whole matrices: for OpenBLAS, and for the recorder. */
static inline bool trn_needs_matrix(const trn_ctx_t *ctx)
{
    return !trn_integer(ctx) || ctx->record != NULL;
}

/* All allocation goes through here: ends the program with exit 3 and one line when memory is short. */
void *trn_alloc(size_t count, size_t size);

trn_tensor_t *trn_tensor_create(trn_ctx_t *ctx, size_t count, const char *format, ...) __attribute__((format(printf, 3, 4)));
void trn_tensor_free(trn_tensor_t *tensor);

/* Scratch of count floats, valid until the slot is asked for again. */
float *trn_scratch(trn_ctx_t *ctx, int slot, size_t count);

/* The tensor's real values: its own array for float32, the slot's scratch for flex (exact). */
const float *trn_read(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot);

/* The real values of elements [first, first + count) of the tensor; a slot per tensor that is read at a time. */
const float *trn_read_part(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot, size_t first, size_t count);

/* Elements of a tensor as a loop reads them: value, or, not NULL, mant times scale, which is exact. */
typedef struct trn_view {
    const float *value;
    const int16_t *mant;
    float scale;
} trn_view_t;

/* The same elements as trn_read_part gives, without the slot where that is possible. */
trn_view_t trn_view_part(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot, size_t first, size_t count);

/* Where an operation may put its results before trn_store: the tensor's own array for float32, the slot's scratch for flex. */
float *trn_room(trn_ctx_t *ctx, trn_tensor_t *tensor, int slot);

/* Writes value[count]: float32 as it is; flex at the predicted exponent, rounded to nearest even, saturated; then Autoflex. A
 * first write initialises the exponent by Algorithm 1. */
void trn_store(trn_ctx_t *ctx, trn_tensor_t *tensor, const float *value);

/* Makes the values of elements [first, first + count) of a tensor. */
typedef void (*trn_fill_fn)(void *user, size_t first, size_t count, float *out);

enum { TRN_PART = 8192 }; /* elements that fit the cache as float32 beside two others */

/* Writes values that are made part by part, in order, TRN_PART elements or fewer at a time, none over a multiple of `each`. In flex a first
 * write makes them more than once. */
void trn_store_parts(trn_ctx_t *ctx, trn_tensor_t *tensor, size_t each, trn_fill_fn fill, void *user);

/* trn_store for data from outside: truncated toward zero. */
void trn_store_host(trn_ctx_t *ctx, trn_tensor_t *tensor, const float *value);

/* out = x + y; flex: aligned exactly, rounded once. out may be x. update: y is a weight update, count those that are lost. */
void trn_add(trn_ctx_t *ctx, trn_tensor_t *out, const trn_tensor_t *x, const trn_tensor_t *y, bool update);

/* A kernel that writes the tensor at exponent exp and gives its statistics. */
typedef flx_stats_t (*trn_kernel_fn)(void *user, int32_t exp, bool dry_run);

/* The largest magnitude that a kernel has before it rounds to nearest even: a real value, exact. */
typedef double (*trn_largest_fn)(void *user);

/* Runs a flex kernel as trn_store does: initialisation, write, prediction. Every try of an initialisation asks what max |m| would be at
 * an exponent: `largest` answers all of them, NULL: each is a dry run. *before, if not NULL, gets the usage as it was before the write.
 * Returns the write's statistics. */
flx_stats_t trn_write(trn_ctx_t *ctx, trn_tensor_t *tensor, trn_kernel_fn kernel, trn_largest_fn largest, void *user, trn_usage_t *before);

#endif
