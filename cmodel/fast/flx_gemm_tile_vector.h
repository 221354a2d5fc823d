/* flx_gemm_tile_vector.h - private: short products on vectors, written once for its variants: flx_gemm_tile_avx2.c, flx_gemm_tile_vnni.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * Included once by a variant, which has defined: VECTOR, the attribute of its functions; vector_t, LANES int32; PART_ROWS, rows whose
 * sums, 2 LANES columns of them, fit the registers; load, store, all (LANES times one), plus, either (bitwise or), high_part (arithmetic
 * shift right by FLX_SPLIT_BITS) and multiply_add (each lane: s + even a even b + odd a odd b).
 *
 * Between segments an int32 sum s gives (s >> 16) + 1 away and keeps the rest, -65536..-1, so it takes two instructions and one store
 * to make room for the next segment. Negative, because sums of a pair reach from -(2^31 - 2^16) to 2^31, four operands of -32768:
 * with what stays behind that is int32 exactly. Sums may wrap on the way: only the segment's total has to fit. */
enum { ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS, PART_COLS = 2 * LANES, LEFT_BEHIND = -65536 };

/* What the sums s have beyond 16 bits goes to `high`, less 1. */
VECTOR static inline void make_room(int32_t *high, vector_t s[PART_ROWS][2])
{
    const vector_t negative = all(LEFT_BEHIND);
#pragma GCC unroll 8
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + LANES * half;
            store(to, plus(load(to), high_part(s[r][half])));
            s[r][half] = either(s[r][half], negative);
        }
}

/* PART_ROWS x PART_COLS of a tile; a function of its own, so that every sum gets a register. */
VECTOR __attribute__((noinline)) static void part_short(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    vector_t s[PART_ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            s[r][half] = add ? load(low + r * COLS + LANES * half) : all(LEFT_BEHIND);
            if (!add) store(high + r * COLS + LANES * half, all(0));
        }
    if (add) make_room(high, s);
    int32_t given = 1; /* the 1 of each time, and of the start */
    while (pairs != 0) {
        const size_t span = *segment++;
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const vector_t b0 = load(b), b1 = load(b + LANES);
#pragma GCC unroll 8
            for (int r = 0; r < PART_ROWS; r++) {
                const vector_t ar = all(flx_pair_bits(a + r));
                s[r][0] = multiply_add(s[r][0], ar, b0);
                s[r][1] = multiply_add(s[r][1], ar, b1);
            }
        }
        pairs -= span;
        if (pairs == 0) break;
        make_room(high, s);
        given++;
    }
#pragma GCC unroll 8
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + LANES * half;
            store(to, plus(load(to), all(given)));
            store(low + r * COLS + LANES * half, s[r][half]);
        }
}

VECTOR static void tile_short(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    for (int c = 0; c < COLS; c += PART_COLS)
        for (int r = 0; r < ROWS; r += PART_ROWS) part_short(a->pairs + r, b->pairs + c, a->segment, pairs, add, high + r * COLS + c, low + r * COLS + c);
}

/* out[PART_ROWS][PART_COLS of COLS] of a block, with `steps` of one instruction, modulo 2^32. Functions of their own, too. */
#define DEFINE_SUMS(name, element, bits, step)                                                           \
    VECTOR __attribute__((noinline)) static void name(const element *a, const element *b, size_t steps, int32_t *out) \
    {                                                                                                    \
        vector_t s[PART_ROWS][2];                                                                        \
        _Pragma("GCC unroll 8") for (int r = 0; r < PART_ROWS; r++) s[r][0] = s[r][1] = all(0);          \
        for (size_t k = 0; k < steps; k++, a += ROWS, b += COLS) {                                       \
            const vector_t b0 = load(b), b1 = load(b + LANES);                                           \
            _Pragma("GCC unroll 8") for (int r = 0; r < PART_ROWS; r++) {                                \
                const vector_t ar = all(bits(a + r));                                                    \
                s[r][0] = step(s[r][0], ar, b0);                                                         \
                s[r][1] = step(s[r][1], ar, b1);                                                         \
            }                                                                                            \
        }                                                                                                \
        _Pragma("GCC unroll 8") for (int r = 0; r < PART_ROWS; r++) {                                    \
            store(out + r * COLS, s[r][0]);                                                              \
            store(out + r * COLS + LANES, s[r][1]);                                                      \
        }                                                                                                \
    }
DEFINE_SUMS(sums_of_pairs, flx_pair_t, flx_pair_bits, multiply_add)

VECTOR static void tile_sum(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, int32_t *sum)
{
    for (int c = 0; c < COLS; c += PART_COLS)
        for (int r = 0; r < ROWS; r += PART_ROWS) sums_of_pairs(a->pairs + r, b->pairs + c, pairs, sum + r * COLS + c);
}
