/* flx_gemm_pack.c - operands of the fast multiply in the order in which the kernels read them. Header: flx_gemm_kernel.h, twin: cmodel/fast/flx_gemm_conv.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx_gemm_kernel.h"
#include "flx_gemm_transpose.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define FLX_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FLX_CLONES
#endif

enum {
    ROWS = FLX_TILE_ROWS,
    COLS = FLX_TILE_COLS,
    AHEAD = 16,      /* rows of B that are asked for before they are packed; too far apart for the processor to see them coming */
    GRANULE = 4,     /* pairs that a segment grows by, if that many fit */
    LONG_ENOUGH = 12 /* pairs: longer segments are hardly faster, so the operand is not looked at */
};

FLX_CLONES uint32_t flx_gemm_largest(const int16_t *x, size_t count)
{
    int16_t low = 0, high = 0;
    for (size_t i = 0; i < count; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    return (uint32_t)(-low > high ? -low : high);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

/* out[t].pairs[i * COLS + c] = (even[t * COLS + c], odd[..]), `tiles` whole tiles */
AVX2 static void interleave_avx2(const int16_t *even, const int16_t *odd, size_t tiles, size_t i, flx_columns_t *out)
{
    for (size_t t = 0; t < tiles; t++)
        for (size_t c = 0; c < COLS; c += 16) {
            const __m256i e = _mm256_loadu_si256((const __m256i *)(const void *)(even + t * COLS + c));
            const __m256i o = _mm256_loadu_si256((const __m256i *)(const void *)(odd + t * COLS + c));
            const __m256i low = _mm256_unpacklo_epi16(e, o), high = _mm256_unpackhi_epi16(e, o);
            flx_pair_t *to = out[t].pairs + i * COLS + c;
            _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permute2x128_si256(low, high, 0x20));
            _mm256_storeu_si256((__m256i *)(void *)(to + 8), _mm256_permute2x128_si256(low, high, 0x31));
        }
}
#else
static void interleave_avx2(const int16_t *even, const int16_t *odd, size_t tiles, size_t i, flx_columns_t *out)
{
    (void)even, (void)odd, (void)tiles, (void)i, (void)out;
}
static bool has_avx2(void) { return false; }
#endif

/* The first pairs of `columns` whole rows of B^T or A, a multiple of 8, as many as go by 8 or 16; returns how many. */
static size_t transpose(const int16_t *from, size_t stride, size_t columns, size_t pairs, flx_pair_t *out)
{
    const size_t done = columns == COLS ? flx_gemm_transpose_avx512(from, stride, pairs, out) : 0;
    return done + flx_gemm_transpose_avx2(from + 2 * done, stride, columns, pairs - done, out + done * columns);
}

void flx_gemm_pack_a(const flx_gemm_t *op, const int16_t *a, size_t row, flx_pair_t *out)
{
    const size_t pairs = (op->k + 1) / 2, whole = op->k / 2, rows = op->m - row < ROWS ? op->m - row : ROWS;
    if (rows < ROWS || whole < pairs) memset(out, 0, pairs * ROWS * sizeof *out);
    if (!op->trans_a) {
        const size_t done = rows == ROWS ? transpose(a + row * op->k, op->k, ROWS, whole, out) : 0;
        for (size_t r = 0; r < rows; r++) {
            const int16_t *from = a + (row + r) * op->k;
            for (size_t kp = done; kp < whole; kp++) memcpy(&out[kp * ROWS + r], from + 2 * kp, sizeof *out);
            if (whole < pairs) out[whole * ROWS + r].even = from[op->k - 1];
        }
        return;
    }
    for (size_t kp = 0; kp < whole; kp++) {
        const int16_t *even = a + 2 * kp * op->m + row, *odd = even + op->m;
        if (rows == ROWS)
            for (size_t r = 0; r < ROWS; r++) out[kp * ROWS + r] = (flx_pair_t){even[r], odd[r]};
        else
            for (size_t r = 0; r < rows; r++) out[kp * ROWS + r] = (flx_pair_t){even[r], odd[r]};
    }
    if (whole < pairs)
        for (size_t r = 0; r < rows; r++) out[whole * ROWS + r].even = a[2 * whole * op->m + row + r];
}

/* Elements [first, first + count) of a stored row of B: where they lie, or made in `room`. */
static const int16_t *stored_row(const flx_gemm_t *op, const flx_rows_t *b, size_t row, size_t first, size_t count, int16_t *room)
{
    if (b->fill == NULL) return b->stored + row * (op->trans_b ? op->k : op->n) + first;
    b->fill(b->user, row, first, count, room);
    return room;
}

/* Row by row through all tiles: long reads, for rows may lie a page or more apart. */
static void pack_b_plain(const flx_gemm_t *op, const flx_rows_t *b, size_t col, size_t kp, size_t count, size_t tiles, flx_columns_t *out)
{
    static const int16_t zeros[FLX_GROUP_MAX * COLS];
    int16_t room[2][FLX_GROUP_MAX * COLS];
    const size_t cols = op->n - col < tiles * COLS ? op->n - col : tiles * COLS, whole = has_avx2() ? cols / COLS : 0;
    for (size_t i = 0; i < count; i++) {
        const size_t k = 2 * (kp + i);
        if (b->fill == NULL && k + AHEAD + 1 < op->k)
            for (size_t c = 0; c < cols; c += COLS) {
                __builtin_prefetch(b->stored + (k + AHEAD) * op->n + col + c);
                __builtin_prefetch(b->stored + (k + AHEAD + 1) * op->n + col + c);
            }
        const int16_t *even = stored_row(op, b, k, col, cols, room[0]), *odd = k + 1 < op->k ? stored_row(op, b, k + 1, col, cols, room[1]) : zeros;
        interleave_avx2(even, odd, whole, i, out);
        for (size_t t = whole; t < tiles; t++) {
            flx_pair_t *to = out[t].pairs + i * COLS;
            const size_t rest = cols - t * COLS < COLS ? cols - t * COLS : COLS;
            for (size_t c = 0; c < rest; c++) to[c] = (flx_pair_t){even[t * COLS + c], odd[t * COLS + c]};
            for (size_t c = rest; c < COLS; c++) to[c] = (flx_pair_t){0, 0};
        }
    }
}

/* One tile of columns that are stored rows. */
static void pack_b_transposed(const flx_gemm_t *op, const flx_rows_t *b, size_t col, size_t kp, size_t count, flx_pair_t *pairs)
{
    int16_t room[COLS][2 * FLX_BLOCK_PAIRS];
    const size_t cols = op->n - col < COLS ? op->n - col : COLS, steps = op->k - 2 * kp < 2 * count ? op->k - 2 * kp : 2 * count, whole = steps / 2;
    if (cols < COLS || whole < count) memset(pairs, 0, count * COLS * sizeof *pairs);
    const int16_t *from = room[0];
    size_t stride = 2 * (size_t)FLX_BLOCK_PAIRS;
    if (b->fill == NULL) {
        from = b->stored + col * op->k + 2 * kp;
        stride = op->k;
    } else {
        for (size_t c = 0; c < cols; c++) b->fill(b->user, col + c, 2 * kp, steps, room[c]);
    }
    const size_t done = cols == COLS ? transpose(from, stride, COLS, whole, pairs) : 0;
    for (size_t c = 0; c < cols; c++, from += stride) {
        for (size_t i = done; i < whole; i++) memcpy(&pairs[i * COLS + c], from + 2 * i, sizeof *pairs);
        if (whole < count) pairs[whole * COLS + c].even = from[2 * whole];
    }
}

void flx_gemm_pack_b(const flx_gemm_t *op, const flx_rows_t *b, size_t col, size_t kp, size_t count, size_t tiles, flx_columns_t *out)
{
    if (!op->trans_b) pack_b_plain(op, b, col, kp, count, tiles, out);
    else
        for (size_t t = 0; t < tiles; t++) pack_b_transposed(op, b, col + t * COLS, kp, count, out[t].pairs);
}

/* add[row] = the row's sum of |a| over `count` pairs. */
static inline void magnitudes(const flx_pair_t *a, size_t count, uint32_t add[FLX_TILE_ROWS])
{
    for (size_t r = 0; r < ROWS; r++) add[r] = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < ROWS; r++) {
            const int32_t even = a[i * ROWS + r].even, odd = a[i * ROWS + r].odd;
            add[r] += (uint32_t)(even < 0 ? -even : even) + (uint32_t)(odd < 0 ? -odd : odd);
        }
}

/* The segments of one block of `pairs`. */
static inline void cut(const flx_pair_t *a, size_t pairs, size_t granule, uint32_t limit, uint16_t *segment)
{
    uint32_t sum[ROWS] = {0};
    *segment = 0;
    for (size_t kp = 0; kp < pairs; kp += granule) {
        const size_t count = pairs - kp < granule ? pairs - kp : granule;
        uint32_t add[ROWS], largest = 0;
        magnitudes(a + kp * ROWS, count, add);
        for (size_t r = 0; r < ROWS; r++) largest = sum[r] + add[r] > largest ? sum[r] + add[r] : largest;
        if (largest > limit && *segment != 0) {
            *++segment = 0;
            memset(sum, 0, sizeof sum);
        }
        for (size_t r = 0; r < ROWS; r++) sum[r] += add[r];
        *segment = (uint16_t)(*segment + count);
    }
}

size_t flx_gemm_segment_least(uint32_t max_a, uint32_t max_b)
{
    const uint64_t pair_max = 2 * (uint64_t)max_a * max_b;
    return pair_max == 0 ? SIZE_MAX : FLX_SEGMENT_SUM_MAX / pair_max;
}

FLX_CLONES void flx_gemm_segments(const flx_pair_t *a, size_t pairs, uint32_t max_a, uint32_t max_b, uint16_t *segment)
{
    const size_t least = flx_gemm_segment_least(max_a, max_b);
    if (least < LONG_ENOUGH) {
        cut(a, pairs, least >= GRANULE ? GRANULE : 1, max_b == 0 ? FLX_SEGMENT_SUM_MAX : FLX_SEGMENT_SUM_MAX / max_b, segment);
        return;
    }
    for (size_t left = pairs; left != 0; segment++) {
        *segment = (uint16_t)(left < least ? left : least);
        left -= *segment;
    }
}

/* The high bytes of two pairs, even x, even y, odd x, odd y on a little-endian machine. */
static inline uint32_t high_bytes(uint32_t x, uint32_t y)
{
    return (x >> 8 & 0x00FF00FFU) | (y & 0xFF00FF00U);
}

/* quads[i][line] = high bytes xor flip; sum[line] = the sum of the high bytes, as the two halves of a word add up bytes plus 128: of no
 * more than 2 FLX_LONG_PAIRS bytes each. */
static inline void quads_of(const flx_pair_t *pairs, size_t count, size_t lines, uint32_t flip, uint32_t *quads, int32_t *sum)
{
    uint32_t halves[FLX_TILE_COLS] = {0};
    for (size_t i = 0; i < count; i += 2, pairs += 2 * lines, quads += lines)
        for (size_t line = 0; line < lines; line++) {
            const uint32_t quad = high_bytes((uint32_t)flx_pair_bits(pairs + line), i + 1 < count ? (uint32_t)flx_pair_bits(pairs + lines + line) : 0), plus = quad ^ 0x80808080U;
            halves[line] += (plus & 0x00FF00FFU) + (plus >> 8 & 0x00FF00FFU);
            quads[line] = quad ^ flip;
        }
    const int32_t bytes = (int32_t)(4 * ((count + 1) / 2));
    for (size_t line = 0; line < lines; line++) sum[line] = (int32_t)(halves[line] & 0xFFFFU) + (int32_t)(halves[line] >> 16) - 128 * bytes;
}

/* 4 (a' + 1/2) (b' + 1/2) = 4 (a' + 128) b' + (2 a' + 1) - 510 b', for each of the 2 count products; zeros that fill a quad count
 * in the sum of (a' + 128) b' only, with b' = 0. */
FLX_CLONES void flx_gemm_quads_a(const flx_pair_t *pairs, size_t count, uint32_t *quads, int32_t offset[FLX_TILE_ROWS])
{
    quads_of(pairs, count, ROWS, 0x80808080U, quads, offset);
    for (int r = 0; r < ROWS; r++) offset[r] = 2 * offset[r] + 2 * (int32_t)count;
}

FLX_CLONES void flx_gemm_quads_b(const flx_pair_t *pairs, size_t count, uint32_t *quads, int32_t offset[FLX_TILE_COLS])
{
    quads_of(pairs, count, COLS, 0, quads, offset);
    for (int c = 0; c < COLS; c++) offset[c] *= -510;
}
