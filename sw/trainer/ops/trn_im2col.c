/* trn_im2col.c - a convolution's operand as a matrix. Header: trn_im2col.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_im2col.h"

#include <string.h>

#include "tensor/trn_clones.h"

/* One coordinate: `size` elements stored, `out` outputs. */
static trn_reads_t reads(size_t tap, size_t stride, size_t pad, size_t dilate, size_t size, size_t out)
{
    /* outputs o with 0 <= o stride + tap - pad <= last, and a multiple of dilate */
    const size_t last = (size - 1) * dilate;
    size_t first = tap < pad ? (pad - tap + stride - 1) / stride : 0;
    while ((first * stride + tap - pad) % dilate != 0) first++;
    const size_t from = first * stride + tap - pad;
    trn_reads_t r = {.first = (uint32_t)first, .step = (uint32_t)dilate, .at_step = (uint32_t)stride};
    if (first >= out || from > last) return r;
    const size_t fit = (last - from) / stride / dilate + 1, room = (out - 1 - first) / dilate + 1;
    r.at = (uint32_t)(from / dilate);
    r.count = (uint32_t)(fit < room ? fit : room);
    return r;
}

trn_window_t trn_window(trn_shape_t in, size_t kernel, size_t stride, size_t pad, size_t dilate, size_t out_h, size_t out_w)
{
    trn_window_t w = {.in = in, .kernel = (uint32_t)kernel, .out_h = (uint32_t)out_h, .out_w = (uint32_t)out_w,
                      .shifted = stride == 1 && dilate == 1 && out_w == in.w};
    w.conv = (flx_gemm_conv_t){.channels = in.c, .images = in.n, .height = in.h, .width = in.w, .kernel_h = kernel, .kernel_w = kernel,
                               .stride = stride, .dilate = dilate, .pad_h = pad, .pad_w = pad, .out_h = out_h, .out_w = out_w};
    for (size_t tap = 0; tap < kernel; tap++) {
        w.rows[tap] = reads(tap, stride, pad, dilate, in.h, out_h);
        w.columns[tap] = reads(tap, stride, pad, dilate, in.w, out_w);
    }
    return w;
}

/* Where output row oy reads, given the reads of its tap: a row of x, or SIZE_MAX for zeros. */
static size_t row_of(const trn_reads_t *rows, size_t oy)
{
    const uint32_t past = (uint32_t)oy - rows->first, which = past / rows->step;
    if (oy < rows->first || which >= rows->count || past % rows->step != 0) return SIZE_MAX;
    return rows->at + which * rows->at_step;
}

/* One output row of out_w elements. */
static void fill_line(const trn_reads_t *r, size_t out_w, const void *from, size_t element, void *out)
{
    if (r->step == 1 && r->at_step == 1) {
        memset(out, 0, r->first * element);
        memcpy((char *)out + r->first * element, (const char *)from + r->at * element, r->count * element);
        memset((char *)out + (r->first + r->count) * element, 0, (out_w - r->first - r->count) * element);
        return;
    }
    memset(out, 0, out_w * element);
    if (element == sizeof(int16_t))
        for (size_t i = 0; i < r->count; i++) ((int16_t *)out)[r->first + i * r->step] = ((const int16_t *)from)[r->at + i * r->at_step];
    else
        for (size_t i = 0; i < r->count; i++) ((float *)out)[r->first + i * r->step] = ((const float *)from)[r->at + i * r->at_step];
}

void trn_im2col(const trn_window_t *w, const void *x, size_t element_size, void *out)
{
    const char *from = x;
    char *to = out;
    const size_t line = (size_t)w->out_w * element_size;
    for (size_t c = 0; c < w->in.c; c++)
        for (size_t ky = 0; ky < w->kernel; ky++)
            for (size_t kx = 0; kx < w->kernel; kx++) {
                const trn_reads_t *rows = &w->rows[ky], *columns = &w->columns[kx];
                for (size_t n = 0; n < w->in.n; n++)
                    for (size_t oy = 0; oy < w->out_h; oy++, to += line) {
                        const size_t iy = row_of(rows, oy);
                        if (iy == SIZE_MAX) memset(to, 0, line);
                        else fill_line(columns, w->out_w, from + ((c * w->in.n + n) * w->in.h + iy) * w->in.w * element_size, element_size, to);
                    }
            }
}

trn_operand_t trn_lowered(const trn_ctx_t *ctx, trn_window_t *window, const trn_tensor_t *tensor, size_t first, void **matrix, bool made)
{
    trn_operand_t out = trn_operand(tensor);
    if (!trn_needs_matrix(ctx)) {
        window->x = window->conv.x = tensor->mant + first;
        out.window = window;
        return out;
    }
    const bool integer = trn_integer(ctx);
    const size_t element = integer ? sizeof(int16_t) : sizeof(float);
    if (*matrix == NULL) *matrix = trn_alloc(window->in.c * window->kernel * window->kernel * window->in.n * window->out_h * window->out_w, element);
    if (!made) trn_im2col(window, integer ? (const void *)(tensor->mant + first) : (const void *)(tensor->value + first), element, *matrix);
    if (integer) out.mant = *matrix;
    else out.value = *matrix;
    return out;
}

/* Short runs, which a call of memcpy or memset would cost more than they do. */
static inline void copy(int16_t *to, const int16_t *from, size_t count)
{
    enum { RUN = 16 };
    size_t i = 0;
    for (; i + RUN <= count; i += RUN) memcpy(to + i, from + i, RUN * sizeof *to);
    for (; i < count; i++) to[i] = from[i];
}
static inline void clear(int16_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] = 0;
}

/* Columns [first, first + count) of one image's plane, when stride and dilate are 1 and out_w is in.w: one copy, then the columns that
 * came from a neighbouring row are set to 0. */
static inline void fill_shifted(const trn_window_t *w, const trn_reads_t *rows, const trn_reads_t *columns, const int16_t *plane, uint32_t first, uint32_t count, int16_t *out)
{
    const uint32_t width = w->out_w, end = first + count, left = columns->first, right = left + columns->count;
    /* from the first to the last element that is read, all are in the plane */
    uint32_t low = end, high = end;
    if (rows->count != 0 && columns->count != 0) {
        low = rows->first * width + left;
        high = (rows->first + rows->count - 1) * width + right;
        low = low < first ? first : low > end ? end : low;
        high = high < low ? low : high > end ? end : high;
    }
    const ptrdiff_t shift = ((ptrdiff_t)rows->at - (ptrdiff_t)rows->first) * (ptrdiff_t)width + (ptrdiff_t)columns->at - (ptrdiff_t)left;
    clear(out, low - first);
    copy(out + (low - first), plane + (ptrdiff_t)low + shift, high - low);
    clear(out + (high - first), end - high);
    if (left == 0 && right == width) return;
    const uint32_t in_line = first % width;
    for (uint32_t edge = 0; edge < left + (width - right); edge++) {
        const uint32_t x = edge < left ? edge : right + edge - left;
        for (uint32_t i = x >= in_line ? x - in_line : x + width - in_line; i < count; i += width) out[i] = 0;
    }
}

/* The same for any window: line by line, the first and the last perhaps a part of one. */
static inline void fill_lines(const trn_window_t *w, const trn_reads_t *rows, const trn_reads_t *columns, const int16_t *plane, size_t first, size_t count, int16_t *out)
{
    size_t oy = first / w->out_w, ox = first % w->out_w;
    for (size_t i = 0; i < count; oy++, ox = 0) {
        const size_t part = w->out_w - ox < count - i ? w->out_w - ox : count - i, iy = row_of(rows, oy);
        memset(out + i, 0, part * sizeof *out);
        if (iy != SIZE_MAX) {
            const int16_t *from = plane + iy * w->in.w + columns->at;
            int16_t *to = out + i;
            size_t j = ox > columns->first ? (ox - columns->first + columns->step - 1) / columns->step : 0;
            for (size_t x = columns->first + j * columns->step; j < columns->count && x < ox + part; j++, x += columns->step) to[x - ox] = from[j * columns->at_step];
        }
        i += part;
    }
}

TRN_CLONES void trn_im2col_fill(const void *user, size_t row, size_t first, size_t count, int16_t *out)
{
    const trn_window_t *w = user;
    const uint32_t area = w->kernel * w->kernel, c = (uint32_t)row / area, tap = (uint32_t)row % area;
    const trn_reads_t *rows = &w->rows[tap / w->kernel], *columns = &w->columns[tap % w->kernel];
    const size_t plane = (size_t)w->out_h * w->out_w, stored = w->in.h * w->in.w;
    size_t n = first / plane, at = first % plane;
    for (size_t done = 0; done < count; n++, at = 0) {
        const size_t part = plane - at < count - done ? plane - at : count - done;
        const int16_t *from = w->x + (c * w->in.n + n) * stored;
        if (w->shifted) fill_shifted(w, rows, columns, from, (uint32_t)at, (uint32_t)part, out + done);
        else fill_lines(w, rows, columns, from, at, part, out + done);
        done += part;
    }
}
