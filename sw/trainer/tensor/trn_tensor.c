/* trn_tensor.c - tensors in float32 or flexN+M. Header: trn_tensor.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_tensor.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flx_cli.h"
#include "flx/flx_add.h"
#include "trn_quant.h"
#include "trn_watch.h"

void *trn_alloc(size_t count, size_t size)
{
    void *memory = calloc(count != 0 ? count : 1, size);
    if (memory == NULL) exit(flx_cli_fail(FLX_EXIT_TOOL, "out of memory, expected %zu bytes", count * size));
    return memory;
}

trn_tensor_t *trn_tensor_create(trn_ctx_t *ctx, size_t count, const char *format, ...)
{
    trn_tensor_t *t = trn_alloc(1, sizeof *t);
    va_list args;
    va_start(args, format);
    vsnprintf(t->name, sizeof t->name, format, args);
    va_end(args);
    t->count = count;
    if (trn_integer(ctx)) t->mant = trn_alloc(count, sizeof *t->mant);
    else t->value = trn_alloc(count, sizeof *t->value);
    t->next = ctx->tensors;
    ctx->tensors = t;
    return t;
}

void trn_tensor_free(trn_tensor_t *tensor)
{
    if (tensor == NULL) return;
    free(tensor->value);
    free(tensor->mant);
    free(tensor->watched);
    free(tensor);
}

float *trn_scratch(trn_ctx_t *ctx, int slot, size_t count)
{
    if (ctx->scratch_count[slot] < count) {
        free(ctx->scratch[slot]);
        ctx->scratch[slot] = trn_alloc(count, sizeof(float));
        ctx->scratch_count[slot] = count;
    }
    return ctx->scratch[slot];
}

const float *trn_read(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot)
{
    if (!trn_integer(ctx)) return tensor->value;
    float *out = trn_scratch(ctx, slot, tensor->count);
    trn_dequantise(tensor->mant, tensor->count, tensor->exp, out);
    return out;
}

const float *trn_read_part(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot, size_t first, size_t count)
{
    if (!trn_integer(ctx)) return tensor->value + first;
    float *out = trn_scratch(ctx, slot, count);
    trn_dequantise(tensor->mant + first, count, tensor->exp, out);
    return out;
}

trn_view_t trn_view_part(trn_ctx_t *ctx, const trn_tensor_t *tensor, int slot, size_t first, size_t count)
{
    if (!trn_integer(ctx) || tensor->exp > TRN_SCALE_EXP_MAX) return (trn_view_t){.value = trn_read_part(ctx, tensor, slot, first, count)};
    return (trn_view_t){.mant = tensor->mant + first, .scale = ldexpf(1.0F, -tensor->exp)};
}

float *trn_room(trn_ctx_t *ctx, trn_tensor_t *tensor, int slot)
{
    return trn_integer(ctx) ? trn_scratch(ctx, slot, tensor->count) : tensor->value;
}

/* Courbariaux et al. 2014: every 100 writes the exponent follows the rate of clipped elements, and the rate that half the range would give. */
static void follow_overflow_rate(trn_usage_t *usage, const trn_ctx_t *ctx, size_t count, flx_stats_t stats)
{
    enum { WRITES = 100 };
    const double rate_max = 1e-4;
    usage->writes++;
    usage->elements += count;
    usage->saturated += stats.saturated;
    usage->half_range += stats.half_range;
    if (usage->writes < WRITES) return;
    if ((double)usage->saturated > rate_max * (double)usage->elements) usage->exp_next -= usage->exp_next > 0;
    else if ((double)usage->half_range <= rate_max * (double)usage->elements) usage->exp_next += usage->exp_next < flx_exp_max(ctx->format.fmt);
    usage->writes = usage->elements = usage->saturated = usage->half_range = 0;
}

/* max |m| of values up to `largest` that are rounded to nearest even at exponent exp. */
static uint32_t rounded_largest(flx_format_t fmt, double largest, int32_t exp)
{
    const double rounded = nearbyint(ldexp(largest, exp)), max = flx_mant_max(fmt);
    return (uint32_t)(rounded < max ? rounded : max);
}

/* The exponent of the first write: Algorithm 1, for dynamic fixed point too; a constant for fixed point. */
static void initialise(trn_ctx_t *ctx, trn_usage_t *usage, trn_kernel_fn kernel, trn_largest_fn largest, void *user)
{
    usage->begun = true;
    if (ctx->format.kind == TRN_FIXED) {
        usage->exp_next = ctx->format.fl;
        return;
    }
    flx_autoflex_reset(&usage->autoflex);
    usage->exp_next = flx_autoflex_first_exp(ctx->autoflex, ctx->format.fmt);
    const double most = largest != NULL ? largest(user) : 0.0;
    while (usage->autoflex.state == FLX_AF_INIT) {
        const uint32_t gamma = largest != NULL ? rounded_largest(ctx->format.fmt, most, usage->exp_next) : kernel(user, usage->exp_next, true).gamma;
        usage->exp_next = flx_autoflex_write(&usage->autoflex, ctx->autoflex, ctx->format.fmt, gamma, usage->exp_next, false, true, usage->exp_next);
        ctx->totals.init_tries++;
    }
}

flx_stats_t trn_write(trn_ctx_t *ctx, trn_tensor_t *tensor, trn_kernel_fn kernel, trn_largest_fn largest, void *user, trn_usage_t *before)
{
    trn_usage_t *usage = &tensor->usage[ctx->eval ? TRN_EVALUATION : ctx->pass];
    if (!usage->begun) initialise(ctx, usage, kernel, largest, user);
    if (before != NULL) *before = *usage;
    tensor->exp = usage->exp_next;
    ctx->random++;
    const flx_stats_t stats = kernel(user, tensor->exp, false);
    tensor->gamma = stats.gamma;
    if (ctx->format.kind == TRN_FLEX)
        usage->exp_next = flx_autoflex_write(&usage->autoflex, ctx->autoflex, ctx->format.fmt, stats.gamma, tensor->exp, false, false, tensor->exp);
    else if (ctx->format.kind == TRN_DYNAMIC)
        follow_overflow_rate(usage, ctx, tensor->count, stats);
    if (ctx->watch != NULL) trn_watch_write(ctx, tensor, &stats);
    if (ctx->eval) return stats;
    ctx->totals.writes++;
    ctx->totals.elements += tensor->count;
    ctx->totals.overflows += stats.overflow;
    ctx->totals.saturated += stats.saturated;
    ctx->totals.underflow += stats.underflow;
    ctx->totals.exp_changes += usage->exp_next != tensor->exp;
    return stats;
}

typedef struct trn_conversion {
    trn_ctx_t *ctx;
    trn_tensor_t *tensor;
    const float *value;
    size_t each;       /* parts: see trn_store_parts */
    trn_fill_fn fill;
    void *user;
} trn_conversion_t;

/* value[count] become elements [first, first + count). */
static flx_stats_t convert_part(const trn_conversion_t *c, int32_t exp, const float *value, size_t first, size_t count)
{
    const flx_format_t fmt = c->ctx->format.fmt;
    int16_t *mant = c->tensor->mant + first;
    return c->ctx->format.kind == TRN_FIXED ? trn_quantise_stochastic(fmt, exp, value, first, count, c->ctx->random, mant) : trn_quantise(fmt, exp, value, count, mant);
}

static flx_stats_t convert_even(void *user, int32_t exp, bool dry_run)
{
    const trn_conversion_t *c = user;
    (void)dry_run; /* the next write overwrites the mantissas */
    return convert_part(c, exp, c->value, 0, c->tensor->count);
}

static double largest_even(void *user)
{
    const trn_conversion_t *c = user;
    return (double)trn_largest(c->value, c->tensor->count);
}

/* The length of the part that begins at `first`. */
static size_t part_of(const trn_conversion_t *c, size_t first)
{
    const size_t left = c->each - first % c->each;
    return left < TRN_PART ? left : TRN_PART;
}

static flx_stats_t convert_parts(void *user, int32_t exp, bool dry_run)
{
    const trn_conversion_t *c = user;
    float *value = trn_scratch(c->ctx, TRN_SCRATCH_SLOTS - 1, TRN_PART);
    flx_stats_t stats = {0};
    (void)dry_run;
    for (size_t first = 0, part; first < c->tensor->count; first += part) {
        part = part_of(c, first);
        c->fill(c->user, first, part, value);
        stats = flx_stats_merge(stats, convert_part(c, exp, value, first, part));
    }
    return stats;
}

static double largest_parts(void *user)
{
    const trn_conversion_t *c = user;
    float *value = trn_scratch(c->ctx, TRN_SCRATCH_SLOTS - 1, TRN_PART), largest = 0.0F;
    for (size_t first = 0, part; first < c->tensor->count; first += part) {
        part = part_of(c, first);
        c->fill(c->user, first, part, value);
        largest = fmaxf(largest, trn_largest(value, part));
    }
    return (double)largest;
}

void trn_store_parts(trn_ctx_t *ctx, trn_tensor_t *tensor, size_t each, trn_fill_fn fill, void *user)
{
    trn_conversion_t conversion = {.ctx = ctx, .tensor = tensor, .each = each, .fill = fill, .user = user};
    if (trn_integer(ctx)) {
        trn_write(ctx, tensor, convert_parts, largest_parts, &conversion, NULL);
        return;
    }
    for (size_t first = 0, part; first < tensor->count; first += part) {
        part = part_of(&conversion, first);
        fill(user, first, part, tensor->value + first);
        trn_round_float(ctx->format.kind, tensor->value + first, part);
    }
}

static flx_stats_t convert_host(void *user, int32_t exp, bool dry_run)
{
    const trn_conversion_t *c = user;
    (void)dry_run;
    return trn_quantise_host(c->ctx->format.fmt, exp, c->value, c->tensor->count, c->tensor->mant);
}

static void store(trn_ctx_t *ctx, trn_tensor_t *tensor, const float *value, trn_kernel_fn convert, trn_largest_fn largest)
{
    if (!trn_integer(ctx)) {
        if (value != tensor->value) memcpy(tensor->value, value, tensor->count * sizeof *value);
        trn_round_float(ctx->format.kind, tensor->value, tensor->count);
        return;
    }
    trn_conversion_t conversion = {.ctx = ctx, .tensor = tensor, .value = value};
    trn_write(ctx, tensor, convert, largest, &conversion, NULL);
}

void trn_store(trn_ctx_t *ctx, trn_tensor_t *tensor, const float *value)
{
    store(ctx, tensor, value, convert_even, largest_even);
}

void trn_store_host(trn_ctx_t *ctx, trn_tensor_t *tensor, const float *value)
{
    store(ctx, tensor, value, convert_host, NULL);
}

typedef struct trn_sum {
    const trn_ctx_t *ctx;
    trn_tensor_t *out;
    const int16_t *x, *y;
    int32_t exp_x, exp_y;
    int16_t *result;
    uint64_t *lost; /* NULL: not counted */
} trn_sum_t;

static flx_stats_t add_kernel(void *user, int32_t exp, bool dry_run)
{
    trn_sum_t *s = user;
    flx_stats_t stats = {0};
    (void)dry_run;
    const flx_sum_t sum = {.fmt = s->ctx->format.fmt, .exp_x = s->exp_x, .exp_y = s->exp_y, .exp_out = exp, .rounding = trn_rounding(s->ctx), .seed = (uint32_t)s->ctx->random};
    if (flx_add(&sum, s->x, s->y, s->result, s->out->count, &stats, s->lost) != FLX_OK) exit(flx_cli_fail(FLX_EXIT_TOOL, "tensor %s: exponent out of range", s->out->name));
    return stats;
}

static void count_updates(trn_ctx_t *ctx, trn_tensor_t *weight, uint64_t lost)
{
    ctx->totals.updates += weight->count;
    ctx->totals.lost_updates += lost;
    if (ctx->watch != NULL) trn_watch_update(ctx, weight, lost);
}

static void add_floats(trn_ctx_t *ctx, trn_tensor_t *out, const float *x, const float *y, bool update)
{
    float *sum = trn_scratch(ctx, 0, out->count);
    uint64_t lost = 0;
    for (size_t i = 0; i < out->count; i++) sum[i] = x[i] + y[i];
    trn_round_float(ctx->format.kind, sum, out->count);
    if (update)
        for (size_t i = 0; i < out->count; i++) lost += (y[i] != 0.0F) & (sum[i] == x[i]);
    memcpy(out->value, sum, out->count * sizeof *sum);
    if (update) count_updates(ctx, out, lost);
}

void trn_add(trn_ctx_t *ctx, trn_tensor_t *out, const trn_tensor_t *x, const trn_tensor_t *y, bool update)
{
    if (!trn_integer(ctx)) {
        add_floats(ctx, out, x->value, y->value, update);
        return;
    }
    /* An initialisation runs the kernel more than once, so x must survive it. */
    int16_t *result = out == x || out == y ? (int16_t *)(void *)trn_scratch(ctx, 0, out->count) : out->mant;
    uint64_t lost = 0;
    trn_sum_t sum = {.ctx = ctx, .out = out, .x = x->mant, .y = y->mant, .exp_x = x->exp, .exp_y = y->exp, .result = result, .lost = update ? &lost : NULL};
    trn_write(ctx, out, add_kernel, NULL, &sum, NULL);
    if (result != out->mant) memcpy(out->mant, result, out->count * sizeof *result);
    if (update) count_updates(ctx, out, lost);
}
