/* flx_gemm_conv.c - im2col's columns packed from the tensor itself. Header: flx_gemm_conv.h, twin: cmodel/fast/flx_gemm_pack.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_conv.h"
#include "flx_lanes.h"

#include <stdlib.h>
#include <string.h>

enum { COLS = FLX_TILE_COLS, RUN = 8, RUNS = COLS / RUN }; /* neighbours that are packed together */

static size_t larger(size_t x, size_t y)
{
    return x > y ? x : y;
}

/* Lines of a phase: x itself with its padding before, and all that the taps reach. */
static size_t phase_of(size_t size, size_t pad, size_t out, size_t stride, size_t kernel)
{
    return (larger(size + pad, (out - 1) * stride + kernel) + stride - 1) / stride;
}

static size_t taps_of(const flx_gemm_conv_t *of)
{
    return of->kernel_h * of->kernel_w;
}

bool flx_conv_plan(const flx_gemm_t *op, const flx_gemm_conv_t *of, size_t tiles, flx_conv_t *plan)
{
    *plan = (flx_conv_t){.trans = op->trans_b};
    if (of == NULL || of->dilate != 1) return false;
    const size_t area = of->out_h * of->out_w, stride = of->stride, columns = tiles * COLS;
    /* a transposed product's columns come in another order, and stochastic rounding asks where an element is */
    if (op->trans_b ? of->channels % RUN != 0 || of->out_w % 2 != 0 || op->rounding == FLX_ROUND_STOCHASTIC : of->out_w % RUN != 0 || op->trans_a) return false;
    plan->rows = phase_of(of->height, of->pad_h, of->out_h, stride, of->kernel_h);
    plan->line = phase_of(of->width, of->pad_w, of->out_w, stride, of->kernel_w);
    plan->depth = op->trans_b ? op->k / 2 : (of->channels + 1) / 2 * taps_of(of);
    plan->image = (op->trans_b ? of->channels : (of->channels + 1) / 2) * stride * stride * plan->rows * plan->line;
    const size_t spanned = op->trans_b ? 2 * (size_t)FLX_BLOCK_PAIRS : columns; /* pixels in a row */
    plan->slots = (spanned + area - 2) / area + 1;
    if (plan->slots > of->images) plan->slots = of->images;
    if (plan->image > UINT32_MAX / plan->slots) return false;
    plan->of = of;
    return true;
}

bool flx_conv_open(const flx_conv_t *plan, flx_conv_store_t *store)
{
    store->pairs = calloc(plan->slots * plan->image, sizeof *store->pairs);
    store->held = calloc(plan->slots, sizeof *store->held);
    store->lines = plan->trans ? calloc(plan->line * plan->of->stride * RUN, sizeof *store->lines) : NULL;
    return store->pairs != NULL && store->held != NULL && (!plan->trans || store->lines != NULL);
}

void flx_conv_close(flx_conv_store_t *store)
{
    free(store->pairs);
    free(store->held);
    free(store->lines);
}

/* The pair of tap (ky, kx) of output (0, 0): [phase y][phase x][row][line] */
static size_t tap_at(const flx_conv_t *plan, size_t ky, size_t kx)
{
    const size_t stride = plan->of->stride;
    if (stride == 1) return ky * plan->line + kx; /* divisions are dear here */
    return ((ky % stride * stride + kx % stride) * plan->rows + ky / stride) * plan->line + kx / stride;
}

/* to[i] = (even[i], odd[i]) of a run */
static inline void pair_run(const int16_t *even, const int16_t *odd, flx_pair_t *to)
{
#if defined(__x86_64__)
    const __m128i e = _mm_loadu_si128((const __m128i *)(const void *)even), o = _mm_loadu_si128((const __m128i *)(const void *)odd);
    _mm_storeu_si128((__m128i *)(void *)to, _mm_unpacklo_epi16(e, o));
    _mm_storeu_si128((__m128i *)(void *)(to + RUN / 2), _mm_unpackhi_epi16(e, o));
#else
    for (size_t i = 0; i < RUN; i++) to[i] = (flx_pair_t){even[i], odd[i]};
#endif
}

/* A row of channels c and c + 1; odd NULL: there is no c + 1. Phases lie `phase` apart. */
static inline void pair_channels(const flx_gemm_conv_t *of, const int16_t *even, const int16_t *odd, size_t phase, flx_pair_t *to)
{
    for (size_t x = 0, px = of->pad_w % of->stride, at = of->pad_w / of->stride; x < of->width; x++) {
        to[px * phase + at] = (flx_pair_t){even[x], odd != NULL ? odd[x] : (int16_t)0};
        if (++px == of->stride) px = 0, at++;
    }
}

/* The planes of two channels, where rows are whole runs and lie as they are. */
static void pair_plane(const flx_conv_t *plan, const int16_t *even, const int16_t *odd, flx_pair_t *to)
{
    const flx_gemm_conv_t *of = plan->of;
    to += of->pad_h * plan->line + of->pad_w;
    for (size_t y = 0; y < of->height; y++, even += of->width, odd += of->width, to += plan->line)
        for (size_t x = 0; x < of->width; x += RUN) pair_run(even + x, odd + x, to + x);
}

/* Images [first, last], channel by channel: their planes are neighbours. */
static void lay_channels(const flx_conv_t *plan, size_t first, size_t last, flx_pair_t *out)
{
    const flx_gemm_conv_t *of = plan->of;
    const size_t area = of->height * of->width, phase = plan->rows * plan->line;
    const bool whole_runs = of->stride == 1 && of->width % RUN == 0;
    for (size_t c = 0; c < of->channels; c += 2, out += of->stride * of->stride * phase)
        for (size_t i = first; i <= last; i++) {
            const int16_t *even = of->x + (c * of->images + i) * area, *odd = c + 1 < of->channels ? even + of->images * area : NULL;
            flx_pair_t *to = out + i % plan->slots * plan->image;
            if (whole_runs && odd != NULL) {
                pair_plane(plan, even, odd, to);
                continue;
            }
            for (size_t y = 0; y < of->height; y++)
                pair_channels(of, even + y * of->width, odd != NULL ? odd + y * of->width : NULL, phase, to + tap_at(plan, y + of->pad_h, 0));
        }
}

/* RUN pixels of RUN channels, `apart` elements from one to the next: to[pixel][channel] */
static inline void turn_run(const int16_t *x, size_t apart, int16_t *to)
{
#if defined(__x86_64__)
    __m128i a[RUN], b[RUN];
    for (size_t c = 0; c < RUN; c++) a[c] = _mm_loadu_si128((const __m128i *)(const void *)(x + c * apart));
    for (size_t c = 0; c < RUN; c += 2) { /* b: pixels 0..3 and 4..7 of two channels */
        b[c] = _mm_unpacklo_epi16(a[c], a[c + 1]);
        b[c + 1] = _mm_unpackhi_epi16(a[c], a[c + 1]);
    }
    for (size_t c = 0; c < RUN; c += 4) /* a[c + j]: pixels 2 j and 2 j + 1 of four channels */
        for (size_t j = 0; j < 2; j++) {
            a[c + 2 * j] = _mm_unpacklo_epi32(b[c + j], b[c + 2 + j]);
            a[c + 2 * j + 1] = _mm_unpackhi_epi32(b[c + j], b[c + 2 + j]);
        }
    for (size_t j = 0; j < RUN / 2; j++) {
        _mm_storeu_si128((__m128i *)(void *)(to + 2 * j * RUN), _mm_unpacklo_epi64(a[j], a[4 + j]));
        _mm_storeu_si128((__m128i *)(void *)(to + (2 * j + 1) * RUN), _mm_unpackhi_epi64(a[j], a[4 + j]));
    }
#else
    for (size_t i = 0; i < RUN; i++)
        for (size_t c = 0; c < RUN; c++) to[i * RUN + c] = x[c * apart + i];
#endif
}

/* Neighbours in a phase are `stride` pixels apart. lines[line stride][RUN]: zero where the padding is. */
static void lay_pixels(const flx_conv_t *plan, size_t first, size_t last, int16_t *lines, flx_pair_t *out)
{
    const flx_gemm_conv_t *of = plan->of;
    const size_t stride = of->stride, area = of->height * of->width, channels = of->channels, apart = of->images * area;
    int16_t *const from = lines + of->pad_w * RUN;
    for (size_t c = 0; c < channels; c += RUN)
        for (size_t i = first; i <= last; i++)
            for (size_t y = 0; y < of->height; y++) {
                const int16_t *x = of->x + (c * of->images + i) * area + y * of->width;
                size_t at = 0;
                for (; at + RUN <= of->width; at += RUN) turn_run(x + at, apart, from + at * RUN);
                for (; at < of->width; at++)
                    for (size_t r = 0; r < RUN; r++) from[at * RUN + r] = x[r * apart + at];
                flx_pair_t *to = out + i % plan->slots * plan->image + c;
                for (size_t px = 0; px < stride; px++) { /* the last of a line has no neighbour and is not asked for */
                    flx_pair_t *pair = to + tap_at(plan, y + of->pad_h, px) * channels;
                    for (size_t p = 0; p + 1 < plan->line; p++) pair_run(lines + (p * stride + px) * RUN, lines + ((p + 1) * stride + px) * RUN, pair + p * channels);
                }
            }
}

/* Images [first, last] are laid out. */
static void hold(const flx_conv_t *plan, flx_conv_store_t *store, size_t first, size_t last)
{
    while (first <= last && store->held[first % plan->slots] == first + 1) first++;
    if (first > last) return;
    if (plan->trans) lay_pixels(plan, first, last, store->lines, store->pairs);
    else lay_channels(plan, first, last, store->pairs);
    for (; first <= last; first++) store->held[first % plan->slots] = first + 1;
}

/* Output pixel `at` of all images, as tap (0, 0) reads it: pairs into the store, of one channel or pair of channels. */
static size_t pixel_at(const flx_conv_t *plan, size_t at)
{
    const flx_gemm_conv_t *of = plan->of;
    const size_t area = of->out_h * of->out_w, image = at / area, y = at % area / of->out_w, x = at % of->out_w;
    return image % plan->slots * plan->image + (y * plan->line + x) * (plan->trans ? of->channels : 1);
}

void flx_conv_begin(const flx_conv_t *plan, flx_conv_store_t *store, size_t col, size_t tiles, size_t kp, size_t count)
{
    const flx_gemm_conv_t *of = plan->of;
    const size_t area = of->out_h * of->out_w, taps = taps_of(of);
    if (plan->trans) {
        hold(plan, store, 2 * kp / area, 2 * (kp + count - 1) / area);
        for (size_t i = 0, done; i < count; i += done) { /* line by line */
            const size_t left = (of->out_w - 2 * (kp + i) % of->out_w) / 2, at = pixel_at(plan, 2 * (kp + i));
            done = left < count - i ? left : count - i;
            for (size_t j = 0; j < done; j++) store->offset[i + j] = (uint32_t)(at + 2 * j * of->channels);
        }
        return;
    }
    const size_t last = (col + tiles * COLS - 1) / area;
    hold(plan, store, col / area, last < of->images ? last : of->images - 1);
    for (size_t i = 0; i < count; i++) {
        const uint32_t c = (uint32_t)(kp + i) / (uint32_t)taps, tap = (uint32_t)(kp + i) % (uint32_t)taps;
        store->offset[i] = (uint32_t)(c * of->stride * of->stride * plan->rows * plan->line + tap_at(plan, tap / (uint32_t)of->kernel_w, tap % (uint32_t)of->kernel_w));
    }
}

/* A run's part of an address; SIZE_MAX beyond B's columns. */
static size_t base_of(const flx_conv_t *plan, size_t col)
{
    const flx_gemm_conv_t *of = plan->of;
    if (!plan->trans) return col < of->images * of->out_h * of->out_w ? pixel_at(plan, col) : SIZE_MAX;
    const size_t tap = col / of->channels;
    return tap < taps_of(of) ? tap_at(plan, tap / of->kernel_w, tap % of->kernel_w) * of->channels + col % of->channels : SIZE_MAX;
}

static void copy_runs(const flx_pair_t *const from[RUNS], const uint32_t *offset, size_t count, flx_pair_t *out)
{
    for (size_t i = 0; i < count; i++, out += COLS)
        for (size_t r = 0; r < RUNS; r++) memcpy(out + r * RUN, from[r] + offset[i], RUN * sizeof *out);
}

#if defined(__x86_64__)
/* The same, and the squares of the columns as flx_gemm_squares has them: copying leaves time for it. */
__attribute__((target("avx2"))) static uint32_t copy_runs_avx2(const flx_pair_t *const from[RUNS], const uint32_t *offset, size_t count, flx_pair_t *out)
{
    const flx_pair_t *const base[RUNS] = {from[0], from[1], from[2], from[3]};
    __m256i sum[RUNS] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t i = 0; i < count; i++, out += COLS) {
        const size_t at = offset[i];
#pragma GCC unroll 4
        for (size_t r = 0; r < RUNS; r++) {
            const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(base[r] + at));
            _mm256_storeu_si256((__m256i *)(void *)(out + r * RUN), x);
            sum[r] = _mm256_add_epi32(sum[r], _mm256_srli_epi32(_mm256_madd_epi16(x, x), FLX_SQUARES_SHIFT));
        }
    }
    return flx_lanes_max(_mm256_max_epu32(_mm256_max_epu32(sum[0], sum[1]), _mm256_max_epu32(sum[2], sum[3]))) + (uint32_t)count;
}
#endif

uint32_t flx_conv_pack(const flx_conv_t *plan, const flx_conv_store_t *store, size_t col, size_t count, flx_pair_t *out)
{
    const flx_pair_t *from[RUNS];
    bool beyond[RUNS], any_beyond = false;
    for (size_t r = 0; r < RUNS; r++) {
        const size_t base = base_of(plan, col + r * RUN);
        beyond[r] = base == SIZE_MAX;
        any_beyond = any_beyond || beyond[r];
        from[r] = store->pairs + (beyond[r] ? 0 : base);
    }
#if defined(__x86_64__)
    const bool fast = __builtin_cpu_supports("avx2");
    uint32_t squares = fast ? copy_runs_avx2(from, store->offset, count, out) : 0;
#else
    const bool fast = false;
    uint32_t squares = 0;
#endif
    if (!fast) copy_runs(from, store->offset, count, out);
    for (size_t r = 0; any_beyond && r < RUNS; r++)
        for (size_t i = 0; beyond[r] && i < count; i++) memset(out + i * COLS + r * RUN, 0, RUN * sizeof *out);
    if (!fast) squares = flx_gemm_squares(out, count, COLS);
    return squares;
}

void flx_conv_order_a(const flx_conv_t *plan, size_t m, const int16_t *a, int16_t *out)
{
    const size_t channels = plan->of->channels, taps = taps_of(plan->of);
    for (size_t row = 0; row < m; row++, a += channels * taps)
        for (size_t c = 0; c < channels + channels % 2; c += 2)
            for (size_t tap = 0; tap < taps; tap++) {
                *out++ = a[c * taps + tap];
                *out++ = c + 1 < channels ? a[(c + 1) * taps + tap] : 0;
            }
}

void flx_conv_order_c(const flx_conv_t *plan, size_t m, const int16_t *from, int16_t *c)
{
    const size_t channels = plan->of->channels, taps = taps_of(plan->of);
    for (size_t row = 0; row < m; row++, c += channels * taps)
        for (size_t tap = 0; tap < taps; tap++)
            for (size_t channel = 0; channel < channels; channel++) c[channel * taps + tap] = *from++;
}
