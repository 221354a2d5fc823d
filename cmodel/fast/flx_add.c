/* flx_add.c - sums of tensors of unlike exponents, in vectors where every sum fits a word. Header: flx_add.h, twin: cmodel/golden/flx_add_reference.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_kernel.h"
#include "flx/flx_add.h"

/* A sum x 2^-ex + y 2^-ey as sum * 2^-unit. */
typedef struct flx_aligned {
    int64_t sum;
    int32_t unit;
} flx_aligned_t;

/* Exact while the exponents are at most 47 apart. Beyond, the finer operand is far below the other's last bit: the sum is cut
 * 47 bits under it, and what is cut only makes it odd. With a result that is not clipped at least 31 fraction bits are left
 * of it, so every rounding sees what the exact sum shows it; the stochastic one, which truncates to 32 bits itself, sees the floor. */
static flx_aligned_t flx_align(int32_t coarse, int32_t exp_coarse, int32_t fine, int32_t exp_fine, bool floor_only)
{
    enum { KEPT = 47 };
    const int32_t apart = exp_fine - exp_coarse;
    if (coarse == 0) return (flx_aligned_t){.sum = fine, .unit = exp_fine};
    if (apart <= KEPT) return (flx_aligned_t){.sum = coarse * ((int64_t)1 << apart) + fine, .unit = exp_fine};
    const int32_t drop = apart - KEPT < 30 ? apart - KEPT : 30;
    const int64_t floor_fine = fine >= 0 ? fine >> drop : -((-(int64_t)fine + ((int64_t)1 << drop) - 1) >> drop);
    const bool rest = floor_fine * ((int64_t)1 << drop) != fine;
    const int64_t sum = coarse * ((int64_t)1 << KEPT) + floor_fine;
    return (flx_aligned_t){.sum = rest && !floor_only ? (int64_t)((uint64_t)sum | 1) : sum, .unit = exp_coarse + KEPT};
}

enum { ROW = 256, ROW_APART_MAX = 40, NARROW_ROW = 1 << 16, NARROW_APART_MAX = 14 };

static int32_t flx_coarsest(const flx_sum_t *of)
{
    return of->exp_x < of->exp_y ? of->exp_x : of->exp_y;
}

/* Between the coarser of the operands' exponents and one more than the finest of all, so that a sum in that unit is shifted right. */
static int32_t flx_apart(const flx_sum_t *of)
{
    const int32_t high = of->exp_x > of->exp_y ? of->exp_x : of->exp_y;
    return (high > of->exp_out ? high : of->exp_out) + 1 - flx_coarsest(of);
}

/* To nearest even, exponents at most ROW_APART_MAX apart, by rows; *lost, if not NULL, gets the lost updates. */
static void flx_add_rows(const flx_sum_t *of, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats, uint64_t *lost)
{
    const flx_gemm_t op = {.fmt = of->fmt, .rounding = FLX_ROUND_NEAREST_EVEN};
    const int32_t unit = flx_coarsest(of) + flx_apart(of);
    const int64_t scale_x = (int64_t)1 << (unit - of->exp_x), scale_y = (int64_t)1 << (unit - of->exp_y);
    if (lost != NULL) *lost = 0;
    for (size_t first = 0; first < count; first += ROW) {
        const size_t n = count - first < ROW ? count - first : ROW;
        int64_t before[ROW], sum[ROW];
        int16_t unchanged[ROW], update[ROW];
        flx_stats_t ignored = {0};
        for (size_t i = 0; i < n; i++) {
            before[i] = x[first + i] * scale_x;
            update[i] = y[first + i];
            sum[i] = before[i] + update[i] * scale_y;
        }
        flx_requant_row(&op, unit - of->exp_out, sum, 0, 0, n, out + first, stats);
        if (lost == NULL) continue;
        flx_requant_row(&op, unit - of->exp_out, before, 0, 0, n, unchanged, &ignored);
        for (size_t i = 0; i < n; i++) *lost += (update[i] != 0) & (out[first + i] == unchanged[i]);
    }
}

/* Do sums fit int32, all exponents but a coarser exp_out being at most NARROW_APART_MAX apart? */
static bool flx_add_is_narrow(const flx_sum_t *of)
{
    const int32_t apart = flx_apart(of);
    return apart <= NARROW_APART_MAX && flx_coarsest(of) + apart - of->exp_out <= FLX_REQUANT_SHIFT_MAX;
}

/* The same for such sums, without lost updates; out is neither x nor y. */
static void flx_add_narrow(const flx_sum_t *of, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats)
{
    const int32_t unit = flx_coarsest(of) + flx_apart(of);
    for (size_t first = 0; first < count; first += NARROW_ROW) {
        const flx_scaled_t sums = {.x = x + first, .y = y + first, .scale_x = (int32_t)1 << (unit - of->exp_x), .scale_y = (int32_t)1 << (unit - of->exp_y)};
        flx_requant_sum(of->fmt, unit - of->exp_out, &sums, count - first < NARROW_ROW ? count - first : NARROW_ROW, out + first, stats);
    }
}

static uint64_t flx_add_each(const flx_sum_t *of, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats)
{
    const bool stochastic = of->rounding == FLX_ROUND_STOCHASTIC;
    uint64_t lost = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t random = stochastic ? flx_stochastic_word(of->seed, 0, (uint32_t)i) : 0;
        const flx_aligned_t a = of->exp_x <= of->exp_y ? flx_align(x[i], of->exp_x, y[i], of->exp_y, stochastic) : flx_align(y[i], of->exp_y, x[i], of->exp_x, stochastic);
        const flx_mant_t mant = flx_requant(of->fmt, a.sum, a.unit - of->exp_out, of->rounding, random);
        if (y[i] != 0 && flx_requant(of->fmt, x[i], of->exp_x - of->exp_out, of->rounding, random).mant == mant.mant) lost++;
        out[i] = (int16_t)mant.mant;
        flx_stats_add(stats, of->fmt, mant.mant, mant.clipped, mant.nonzero_in);
    }
    return lost;
}

flx_err_t flx_add(const flx_sum_t *sum, const int16_t *x, const int16_t *y, int16_t *out, size_t count, flx_stats_t *stats, uint64_t *lost)
{
    const flx_err_t err = flx_add_check(sum);
    if (err != FLX_OK) return err;
    const bool even = sum->rounding == FLX_ROUND_NEAREST_EVEN;
    *stats = (flx_stats_t){0};
    if (even && lost == NULL && out != x && out != y && flx_add_is_narrow(sum)) {
        flx_add_narrow(sum, x, y, out, count, stats);
    } else if (even && flx_apart(sum) <= ROW_APART_MAX) {
        flx_add_rows(sum, x, y, out, count, stats, lost);
    } else {
        const uint64_t lost_count = flx_add_each(sum, x, y, out, count, stats);
        if (lost != NULL) *lost = lost_count;
    }
    return FLX_OK;
}
