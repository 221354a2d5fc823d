/* flx_gemm_pack.c - operands of the fast multiply in the order in which the kernels read them. Header: flx_gemm_kernel.h, twin: cmodel/flx_gemm_kernel.c */
#include "flx_gemm_kernel.h"

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

FLX_CLONES void flx_gemm_pack_a(const flx_gemm_t *op, const int16_t *a, size_t row, flx_pair_t *out)
{
    const size_t pairs = (op->k + 1) / 2, whole = op->k / 2, rows = op->m - row < ROWS ? op->m - row : ROWS;
    if (rows < ROWS || whole < pairs) memset(out, 0, pairs * ROWS * sizeof *out);
    if (!op->trans_a) {
        for (size_t r = 0; r < rows; r++) {
            const int16_t *from = a + (row + r) * op->k;
            for (size_t kp = 0; kp < whole; kp++) memcpy(&out[kp * ROWS + r], from + 2 * kp, sizeof *out);
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

#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f")))

/* Rows of 16 pairs, `stride` int16 apart, become columns: out[i * COLS + c] = pair i of row c. */
AVX512 static void transpose_16(const int16_t *from, size_t stride, flx_pair_t *out)
{
    __m512i x[16], y[16];
    for (int c = 0; c < 16; c++) x[c] = _mm512_loadu_si512(from + (size_t)c * stride);
    for (int c = 0; c < 16; c += 2) {
        y[c] = _mm512_unpacklo_epi32(x[c], x[c + 1]);
        y[c + 1] = _mm512_unpackhi_epi32(x[c], x[c + 1]);
    }
    for (int c = 0; c < 16; c += 4) /* x[c + j]: element 4 l + j of rows c .. c + 3, lane l */
        for (int j = 0; j < 2; j++) {
            x[c + 2 * j] = _mm512_unpacklo_epi64(y[c + j], y[c + 2 + j]);
            x[c + 2 * j + 1] = _mm512_unpackhi_epi64(y[c + j], y[c + 2 + j]);
        }
    for (int j = 0; j < 4; j++) {
        const __m512i low0 = _mm512_shuffle_i32x4(x[j], x[4 + j], 0x88), low1 = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0x88);
        const __m512i high0 = _mm512_shuffle_i32x4(x[j], x[4 + j], 0xDD), high1 = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0xDD);
        _mm512_storeu_si512(out + j * COLS, _mm512_shuffle_i32x4(low0, low1, 0x88));
        _mm512_storeu_si512(out + (4 + j) * COLS, _mm512_shuffle_i32x4(high0, high1, 0x88));
        _mm512_storeu_si512(out + (8 + j) * COLS, _mm512_shuffle_i32x4(low0, low1, 0xDD));
        _mm512_storeu_si512(out + (12 + j) * COLS, _mm512_shuffle_i32x4(high0, high1, 0xDD));
    }
}

/* The first pairs of COLS whole columns, as many as go by 16; returns how many. */
static size_t transpose_columns(const int16_t *from, size_t stride, size_t pairs, flx_pair_t *out)
{
    if (!__builtin_cpu_supports("avx512f")) return 0;
    size_t i = 0;
    for (; i + 16 <= pairs; i += 16)
        for (size_t c = 0; c < COLS; c += 16) transpose_16(from + c * stride + 2 * i, stride, out + i * COLS + c);
    return i;
}
#else
static size_t transpose_columns(const int16_t *from, size_t stride, size_t pairs, flx_pair_t *out)
{
    (void)from, (void)stride, (void)pairs, (void)out;
    return 0;
}
#endif

/* One tile of pairs that are whole, and none beyond n. */
static inline void pack_whole(const flx_gemm_t *op, const int16_t *b, size_t k, size_t cols, flx_pair_t *out)
{
    const int16_t *even = b + k * op->n, *odd = even + op->n;
    for (size_t c = 0; c < cols; c++) out[c] = (flx_pair_t){even[c], odd[c]};
}

FLX_CLONES void flx_gemm_pack_b(const flx_gemm_t *op, const int16_t *b, size_t col, size_t kp, size_t count, size_t tiles, flx_columns_t *out)
{
    const bool half_pair = 2 * (kp + count) > op->k;
    const size_t whole = half_pair ? count - 1 : count;
    for (size_t t = 0; t < tiles; t++) {
        const size_t first = col + t * COLS, cols = op->n - first < COLS ? op->n - first : COLS;
        flx_pair_t *pairs = out[t].pairs;
        if (cols < COLS || half_pair) memset(pairs, 0, count * COLS * sizeof *pairs);
        if (op->trans_b) {
            const size_t done = cols == COLS ? transpose_columns(b + first * op->k + 2 * kp, op->k, whole, pairs) : 0;
            for (size_t c = 0; c < cols; c++) {
                const int16_t *from = b + (first + c) * op->k + 2 * kp;
                for (size_t i = done; i < whole; i++) memcpy(&pairs[i * COLS + c], from + 2 * i, sizeof *pairs);
                if (half_pair) pairs[whole * COLS + c].even = from[2 * whole];
            }
        } else if (half_pair) {
            for (size_t c = 0; c < cols; c++) pairs[whole * COLS + c].even = b[2 * (kp + whole) * op->n + first + c];
        }
    }
    if (op->trans_b) return;
    for (size_t i = 0; i < whole; i++) /* row by row through all tiles: long reads, for rows may lie a page or more apart */
        for (size_t t = 0; t < tiles; t++) {
            const size_t first = col + t * COLS;
            if (op->n - first >= COLS) pack_whole(op, b + first, 2 * (kp + i), COLS, out[t].pairs + i * COLS);
            else pack_whole(op, b + first, 2 * (kp + i), op->n - first, out[t].pairs + i * COLS);
        }
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
    const uint32_t limit = max_b == 0 ? FLX_SEGMENT_SUM_MAX : FLX_SEGMENT_SUM_MAX / max_b;
    for (size_t kp = 0; kp < pairs; kp += FLX_BLOCK_PAIRS, a += FLX_BLOCK_PAIRS * ROWS) {
        const size_t count = pairs - kp < FLX_BLOCK_PAIRS ? pairs - kp : FLX_BLOCK_PAIRS;
        if (least >= LONG_ENOUGH)
            for (size_t i = 0, left = count; left != 0; i++) {
                segment[kp + i] = (uint16_t)(left < least ? left : least);
                left -= segment[kp + i];
            }
        else cut(a, count, least >= GRANULE ? GRANULE : 1, limit, segment + kp);
    }
}

/* The high bytes of pairs x and y: byte 0 of x.even, 1 of x.odd, 2 of y.even, 3 of y.odd. */
static inline uint32_t high_bytes(flx_pair_t x, flx_pair_t y)
{
    return ((uint32_t)x.even >> 8 & 0xFFU) | ((uint32_t)x.odd & 0xFF00U) | ((uint32_t)y.even << 8 & 0xFF0000U) | ((uint32_t)y.odd << 16 & 0xFF000000U);
}

static inline int32_t sum_of_bytes(uint32_t quad)
{
    return (int8_t)quad + (int8_t)(quad >> 8) + (int8_t)(quad >> 16) + (int8_t)(quad >> 24);
}

/* quads[i][line] = high bytes xor flip; sum[line] = the sum of the high bytes. */
static inline void quads_of(const flx_pair_t *pairs, size_t count, size_t lines, uint32_t flip, uint32_t *quads, int32_t *sum)
{
    const flx_pair_t none = {0, 0};
    for (size_t line = 0; line < lines; line++) sum[line] = 0;
    for (size_t i = 0; i < count / 2; i++, pairs += 2 * lines, quads += lines)
        for (size_t line = 0; line < lines; line++) {
            const uint32_t quad = high_bytes(pairs[line], pairs[lines + line]);
            sum[line] += sum_of_bytes(quad);
            quads[line] = quad ^ flip;
        }
    if (count % 2 != 0)
        for (size_t line = 0; line < lines; line++) {
            const uint32_t quad = high_bytes(pairs[line], none);
            sum[line] += sum_of_bytes(quad);
            quads[line] = quad ^ flip;
        }
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
