/* flx_gemm_parts.c - products with a spread tensor, part by part. Header: flx_gemm_parts.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_parts.h"

#include <stdlib.h>
#include <string.h>

#include "flx_gemm_blocks.h"
#include "flx_gemm_conv.h"

/* One class of outputs along an axis: its taps first, first + dilate, .., `count` of them; output i reads from element i - pad on. */
typedef struct flx_class {
    size_t first, count, pad;
} flx_class_t;

/* false: the class begins beyond the tensor's first element, which no padding can say. */
static bool class_of(size_t at, size_t dilate, size_t kernel, size_t pad, flx_class_t *out)
{
    const size_t first = (pad % dilate + dilate - at) % dilate;
    *out = (flx_class_t){.first = first, .count = first < kernel ? (kernel - first + dilate - 1) / dilate : 0};
    if (out->count == 0) return true; /* zeros */
    if (at + first > pad) return false;
    out->pad = (pad - at - first) / dilate;
    return true;
}

/* The product of a class, and its tensor; op.k is 0 where no tap meets it. */
typedef struct flx_part {
    flx_class_t y, x;
    flx_gemm_t op;
    flx_gemm_conv_t conv;
} flx_part_t;

static bool part_of(const flx_gemm_t *op, const flx_gemm_conv_t *of, size_t at_y, size_t at_x, flx_part_t *part)
{
    flx_class_t *y = &part->y, *x = &part->x;
    if (!class_of(at_y, of->dilate, of->kernel_h, of->pad_h, y) || !class_of(at_x, of->dilate, of->kernel_w, of->pad_w, x)) return false;
    flx_gemm_conv_t *conv = &part->conv;
    *conv = *of;
    conv->dilate = 1;
    conv->kernel_h = y->count;
    conv->kernel_w = x->count;
    conv->pad_h = y->pad;
    conv->pad_w = x->pad;
    conv->out_h = of->out_h / of->dilate;
    conv->out_w = of->out_w / of->dilate;
    part->op = *op;
    part->op.trans_a = false;
    part->op.n = of->images * conv->out_h * conv->out_w;
    part->op.k = of->channels * y->count * x->count;
    return true;
}

bool flx_gemm_takes_parts(const flx_gemm_t *op, const flx_gemm_conv_t *of)
{
    if (of == NULL || of->dilate == 1 || op->trans_b || op->chunk != 0 || op->fmt.acc_bits < FLX_ACC_BITS_EXACT || op->rounding == FLX_ROUND_STOCHASTIC) return false;
    if (of->out_h % of->dilate != 0 || of->out_w % of->dilate != 0) return false;
    for (size_t i = 0; i < of->dilate * of->dilate; i++) {
        flx_part_t part;
        flx_conv_t plan;
        if (!part_of(op, of, i / of->dilate, i % of->dilate, &part)) return false;
        if (part.op.k != 0 && !flx_conv_plan(&part.op, &part.conv, FLX_GROUP_MAX, &plan)) return false;
    }
    return true;
}

/* out[m][channels][y.count][x.count]: the class's taps of op(A). */
static void take_taps(const flx_gemm_t *op, const flx_gemm_conv_t *of, const int16_t *a, const flx_part_t *part, int16_t *out)
{
    const flx_class_t *y = &part->y, *x = &part->x;
    const size_t row_step = op->trans_a ? 1 : op->k, step = op->trans_a ? op->m : 1;
    for (size_t row = 0; row < op->m; row++)
        for (size_t c = 0; c < of->channels; c++)
            for (size_t ty = 0; ty < y->count; ty++)
                for (size_t tx = 0; tx < x->count; tx++)
                    *out++ = a[row * row_step + ((c * of->kernel_h + y->first + ty * of->dilate) * of->kernel_w + x->first + tx * of->dilate) * step];
}

static void interleave_two(const int16_t *restrict even, const int16_t *restrict odd, size_t width, int16_t *restrict to)
{
    for (size_t x = 0; x < width; x++) {
        to[2 * x] = even[x];
        to[2 * x + 1] = odd[x];
    }
}

/* Rows at_y of every dilate-th line of C, from the classes beside each other, parts[dilate][m][n / dilate^2]. */
static void interleave(const flx_gemm_t *op, const flx_gemm_conv_t *of, size_t at_y, const int16_t *parts, int16_t *c)
{
    const size_t dilate = of->dilate, width = of->out_w / dilate, lines = op->m * of->images * (of->out_h / dilate), each = lines * width;
    for (size_t line = 0; line < lines; line++, parts += width) {
        int16_t *to = c + (line * dilate + at_y) * of->out_w;
        if (dilate == 2) interleave_two(parts, parts + each, width, to);
        else
            for (size_t x = 0; x < of->out_w; x++) to[x] = parts[x % dilate * each + x / dilate];
    }
}

/* Class (at_y, at_x) into out; `largest` grows where job->hints asks for it. */
static flx_err_t run_part(const flx_gemm_job_t *job, size_t at_y, size_t at_x, int16_t *taps, int16_t *out, flx_stats_t *stats, uint64_t *largest)
{
    const flx_gemm_t *op = job->op;
    const flx_gemm_conv_t *of = job->hints.conv;
    flx_part_t part;
    uint64_t own_largest = 0;
    flx_stats_t own = {0};
    part_of(op, of, at_y, at_x, &part);
    if (part.op.k == 0) {
        memset(out, 0, part.op.m * part.op.n * sizeof *out);
        return FLX_OK;
    }
    flx_gemm_job_t own_job = *job;
    own_job.op = &part.op;
    own_job.a = taps;
    own_job.b = NULL;
    own_job.c = out;
    own_job.hints.fill = NULL; /* packed from the tensor, always */
    own_job.hints.conv = &part.conv;
    if (job->hints.largest != NULL) own_job.hints.largest = &own_largest;
    take_taps(op, of, job->a, &part, taps);
    const flx_err_t err = flx_gemm_blocks(&own_job, &own);
    *stats = flx_stats_merge(*stats, own);
    if (own_largest > *largest) *largest = own_largest;
    return err;
}

flx_err_t flx_gemm_parts(const flx_gemm_job_t *job, flx_stats_t *stats)
{
    const flx_gemm_t *op = job->op;
    const flx_gemm_conv_t *of = job->hints.conv;
    const size_t dilate = of->dilate, each = op->m * op->n / (dilate * dilate);
    int16_t *taps = malloc(op->m * op->k * sizeof *taps), *parts = malloc(dilate * each * sizeof *parts);
    flx_stats_t all = {0};
    uint64_t largest = 0;
    flx_err_t err = taps != NULL && parts != NULL ? FLX_OK : FLX_ERR_MEMORY;
    for (size_t y = 0; y < dilate && err == FLX_OK; y++) {
        for (size_t x = 0; x < dilate && err == FLX_OK; x++) err = run_part(job, y, x, taps, parts + x * each, &all, &largest);
        if (err == FLX_OK && !op->dry_run) interleave(op, of, y, parts, job->c);
    }
    free(taps);
    free(parts);
    if (err != FLX_OK) return err;
    if (job->hints.largest != NULL) *job->hints.largest = largest;
    else *stats = all;
    return FLX_OK;
}
