/* flx_gemm_parts.c - products with a spread tensor, part by part. Header: flx_gemm_parts.h, twin: cmodel/fast/flx_gemm_conv.c */
#include "flx_gemm_parts.h"

#include <stdlib.h>
#include <string.h>

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

/* The product of class (y, x) and its tensor; part->k is 0 where no tap meets it. */
static bool part_of(const flx_gemm_t *op, size_t at_y, size_t at_x, flx_class_t *y, flx_class_t *x, flx_gemm_t *part, flx_gemm_conv_t *conv)
{
    const flx_gemm_conv_t *of = op->conv;
    if (!class_of(at_y, of->dilate, of->kernel_h, of->pad_h, y) || !class_of(at_x, of->dilate, of->kernel_w, of->pad_w, x)) return false;
    *conv = *of;
    conv->dilate = 1;
    conv->kernel_h = y->count;
    conv->kernel_w = x->count;
    conv->pad_h = y->pad;
    conv->pad_w = x->pad;
    conv->out_h = of->out_h / of->dilate;
    conv->out_w = of->out_w / of->dilate;
    *part = *op;
    part->trans_a = false;
    part->n = of->images * conv->out_h * conv->out_w;
    part->k = of->channels * y->count * x->count;
    part->max_b = op->max_b != 0 ? op->max_b : (uint32_t)flx_mant_max(op->fmt) + 1;
    part->fill = NULL;
    part->conv = conv;
    return true;
}

bool flx_gemm_takes_parts(const flx_gemm_t *op)
{
    const flx_gemm_conv_t *of = op->conv;
    if (of == NULL || of->dilate == 1 || op->trans_b || op->chunk != 0 || op->fmt.acc_bits < FLX_ACC_BITS_DEFAULT || op->rounding == FLX_ROUND_STOCHASTIC) return false;
    if (of->out_h % of->dilate != 0 || of->out_w % of->dilate != 0) return false;
    for (size_t i = 0; i < of->dilate * of->dilate; i++) {
        flx_class_t y, x;
        flx_gemm_t part;
        flx_gemm_conv_t conv;
        flx_conv_t plan;
        if (!part_of(op, i / of->dilate, i % of->dilate, &y, &x, &part, &conv)) return false;
        if (part.k != 0 && !flx_conv_plan(&part, FLX_GROUP_MAX, &plan)) return false;
    }
    return true;
}

/* out[m][channels][y->count][x->count]: the class's taps of op(A). */
static void take_taps(const flx_gemm_t *op, const int16_t *a, const flx_class_t *y, const flx_class_t *x, int16_t *out)
{
    const flx_gemm_conv_t *of = op->conv;
    const size_t row_step = op->trans_a ? 1 : op->k, step = op->trans_a ? op->m : 1;
    for (size_t row = 0; row < op->m; row++)
        for (size_t c = 0; c < of->channels; c++)
            for (size_t ty = 0; ty < y->count; ty++)
                for (size_t tx = 0; tx < x->count; tx++)
                    *out++ = a[row * row_step + ((c * of->kernel_h + y->first + ty * of->dilate) * of->kernel_w + x->first + tx * of->dilate) * step];
}

/* Rows at_y of every dilate-th line of C, from the classes beside each other, parts[dilate][m][n / dilate^2]. */
static void interleave(const flx_gemm_t *op, size_t at_y, const int16_t *parts, int16_t *c)
{
    const flx_gemm_conv_t *of = op->conv;
    const size_t dilate = of->dilate, width = of->out_w / dilate, lines = op->m * of->images * (of->out_h / dilate), each = lines * width;
    for (size_t line = 0; line < lines; line++, parts += width) {
        int16_t *to = c + (line * dilate + at_y) * of->out_w;
        if (dilate == 2)
            for (size_t x = 0; x < width; x++) {
                to[2 * x] = parts[x];
                to[2 * x + 1] = parts[each + x];
            }
        else
            for (size_t x = 0; x < of->out_w; x++) to[x] = parts[x % dilate * each + x / dilate];
    }
}

/* Class (at_y, at_x) into out, which is zero where nothing is written. */
static flx_err_t run_part(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, size_t at_y, size_t at_x, int16_t *taps, int16_t *out, flx_stats_t *stats, unsigned threads)
{
    flx_class_t y, x;
    flx_gemm_t part;
    flx_gemm_conv_t conv;
    uint64_t largest = 0;
    flx_stats_t own = {0};
    part_of(op, at_y, at_x, &y, &x, &part, &conv);
    if (part.k == 0) {
        memset(out, 0, part.m * part.n * sizeof *out);
        return FLX_OK;
    }
    if (op->largest != NULL) part.largest = &largest;
    take_taps(op, a, &y, &x, taps);
    const flx_err_t err = flx_gemm_run_with(kernel, &part, taps, NULL, out, &own, threads);
    *stats = flx_stats_merge(*stats, own);
    if (op->largest != NULL && largest > *op->largest) *op->largest = largest;
    return err;
}

flx_err_t flx_gemm_run_parts(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, int16_t *c, flx_stats_t *stats, unsigned threads)
{
    const size_t dilate = op->conv->dilate, each = op->m * op->n / (dilate * dilate);
    int16_t *taps = malloc(op->m * op->k * sizeof *taps), *parts = malloc(dilate * each * sizeof *parts);
    flx_stats_t all = {0};
    flx_err_t err = taps != NULL && parts != NULL ? FLX_OK : FLX_ERR_MEMORY;
    if (op->largest != NULL) *op->largest = 0;
    for (size_t y = 0; y < dilate && err == FLX_OK; y++) {
        for (size_t x = 0; x < dilate && err == FLX_OK; x++) err = run_part(kernel, op, a, y, x, taps, parts + x * each, &all, threads);
        if (err == FLX_OK && !op->dry_run) interleave(op, y, parts, c);
    }
    free(taps);
    free(parts);
    if (err == FLX_OK && op->largest == NULL) *stats = all;
    return err;
}
