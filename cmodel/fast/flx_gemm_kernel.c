/* flx_gemm_kernel.c - inner kernels: AVX-512 VNNI, AVX2, portable C. Header: flx_gemm_kernel.h
 *
 * Between segments an int32 sum s gives (s >> 16) + 1 away and keeps the rest, -65536..-1, so it takes two instructions and one store
 * to make room for the next segment. Negative, because sums of a pair reach from -(2^31 - 2^16) to 2^31, four operands of -32768:
 * with what stays behind that is int32 exactly. Sums may wrap on the way: only the segment's total has to fit. */
#include "flx_gemm_kernel.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS, LEFT_BEHIND = -65536 };

static void tile_portable(const flx_panel_t *panel_a, const flx_panel_t *panel_b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    const flx_pair_t *a = panel_a->pairs, *b = panel_b->pairs;
    int64_t acc[FLX_TILE_SIZE] = {0};
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS)
        for (int r = 0; r < ROWS; r++)
            for (int c = 0; c < COLS; c++)
                acc[r * COLS + c] += (int64_t)((int32_t)a[r].even * b[c].even) + (int32_t)a[r].odd * b[c].odd;
    for (int i = 0; i < FLX_TILE_SIZE; i++) {
        const int64_t sum = acc[i] + (add ? flx_gemm_whole(high[i], low[i]) : 0);
        high[i] = (int32_t)(sum >> FLX_SPLIT_BITS);
        low[i] = (int32_t)(sum & 0xFFFF);
    }
}

#if defined(__x86_64__)

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define AVX2 __attribute__((target("avx2")))

VNNI static inline __m512i load_512(const int32_t *from) { return _mm512_loadu_si512(from); }

/* What the sums s have beyond 16 bits goes to `high`, less 1. */
VNNI static inline void make_room(int32_t *high, __m512i s[ROWS][2])
{
    const __m512i negative = _mm512_set1_epi32(LEFT_BEHIND);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + 16 * half;
            _mm512_storeu_si512(to, _mm512_add_epi32(load_512(to), _mm512_srai_epi32(s[r][half], FLX_SPLIT_BITS)));
            s[r][half] = _mm512_or_si512(s[r][half], negative);
        }
}

VNNI static void tile_vnni(const flx_panel_t *panel_a, const flx_panel_t *panel_b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    const flx_pair_t *a = panel_a->pairs, *b = panel_b->pairs;
    const uint16_t *segment = panel_a->segment;
    __m512i s[ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) s[r][half] = add ? load_512(low + r * COLS + 16 * half) : _mm512_set1_epi32(LEFT_BEHIND);
    if (add) make_room(high, s);
    else memset(high, 0, FLX_TILE_SIZE * sizeof *high);
    int32_t given = 1; /* the 1 of each time, and of the start */
    while (pairs != 0) {
        const size_t span = *segment++;
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 16);
#pragma GCC unroll 8
            for (int r = 0; r < ROWS; r++) {
                const __m512i ar = _mm512_set1_epi32(flx_pair_bits(a + r));
                s[r][0] = _mm512_dpwssd_epi32(s[r][0], ar, b0);
                s[r][1] = _mm512_dpwssd_epi32(s[r][1], ar, b1);
            }
        }
        pairs -= span;
        if (pairs == 0) break;
        make_room(high, s);
        given++;
    }
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + 16 * half;
            _mm512_storeu_si512(to, _mm512_add_epi32(load_512(to), _mm512_set1_epi32(given)));
            _mm512_storeu_si512(low + r * COLS + 16 * half, s[r][half]);
        }
}

/* out[ROWS][COLS] of a block, with `steps` of one instruction, modulo 2^32. Functions of their own, so that every sum gets a register. */
#define DEFINE_SUMS(name, element, bits, multiply_add)                                                   \
    VNNI __attribute__((noinline)) static void name(const element *a, const element *b, size_t steps, int32_t *out) \
    {                                                                                                    \
        __m512i s[ROWS][2];                                                                              \
        _Pragma("GCC unroll 8") for (int r = 0; r < ROWS; r++) s[r][0] = s[r][1] = _mm512_setzero_si512(); \
        for (size_t k = 0; k < steps; k++, a += ROWS, b += COLS) {                                       \
            const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 16);                   \
            _Pragma("GCC unroll 8") for (int r = 0; r < ROWS; r++) {                                     \
                const __m512i ar = _mm512_set1_epi32(bits(a + r));                                       \
                s[r][0] = multiply_add(s[r][0], ar, b0);                                                 \
                s[r][1] = multiply_add(s[r][1], ar, b1);                                                 \
            }                                                                                            \
        }                                                                                                \
        _Pragma("GCC unroll 8") for (int r = 0; r < ROWS; r++) {                                         \
            _mm512_storeu_si512(out + r * COLS, s[r][0]);                                                \
            _mm512_storeu_si512(out + r * COLS + 16, s[r][1]);                                           \
        }                                                                                                \
    }
static inline int32_t bits_of_quad(const uint32_t *quad) { return (int32_t)*quad; }
DEFINE_SUMS(sums_of_pairs, flx_pair_t, flx_pair_bits, _mm512_dpwssd_epi32)
DEFINE_SUMS(sums_of_quads, uint32_t, bits_of_quad, _mm512_dpbusd_epi32)

VNNI static void tile_vnni_sum(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, int32_t *sum)
{
    sums_of_pairs(a->pairs, b->pairs, pairs, sum);
}

/* With a = 256 a' + 128 + da and b = 256 b' + 128 + db, a' and b' the high bytes, -128 <= da, db <= 127, the sum of a b is
 *   2^14 e + error,  e = 4 (sum of (a' + 128) b') + offset_a + offset_b,  |error| < 2^31 over FLX_LONG_PAIRS,
 * and the sum modulo 2^32 tells what the error is. */
VNNI static void tile_vnni_long(const flx_panel_t *a, const flx_panel_t *b, size_t pairs, bool add, int32_t *to_high, int32_t *to_low)
{
    int32_t modulo[FLX_TILE_SIZE] __attribute__((aligned(64))), high[FLX_TILE_SIZE] __attribute__((aligned(64)));
    sums_of_pairs(a->pairs, b->pairs, pairs, modulo);
    sums_of_quads(a->quads, b->quads, (pairs + 1) / 2, high);
    for (int i = 0; i < FLX_TILE_SIZE; i += 16) {
        const __m512i offset = _mm512_add_epi32(_mm512_set1_epi32(a->offset[i / COLS]), _mm512_loadu_si512(b->offset + i % COLS));
        const __m512i e = _mm512_add_epi32(_mm512_slli_epi32(_mm512_load_si512(high + i), 2), offset);
        const __m512i error = _mm512_sub_epi32(_mm512_load_si512(modulo + i), _mm512_slli_epi32(e, 14));
        /* 2^14 e + error in two parts; the lower is less than 2^17 a block */
        const __m512i h = _mm512_add_epi32(_mm512_srai_epi32(e, 2), _mm512_srai_epi32(error, FLX_SPLIT_BITS));
        const __m512i l = _mm512_add_epi32(_mm512_slli_epi32(_mm512_and_si512(e, _mm512_set1_epi32(3)), 14), _mm512_and_si512(error, _mm512_set1_epi32(0xFFFF)));
        _mm512_storeu_si512(to_high + i, add ? _mm512_add_epi32(h, load_512(to_high + i)) : h);
        _mm512_storeu_si512(to_low + i, add ? _mm512_add_epi32(l, load_512(to_low + i)) : l);
    }
}

enum { PART_ROWS = 4, PART_COLS = 16 }; /* 8 sums fit the 16 registers */

AVX2 static inline __m256i load_256(const void *from) { return _mm256_loadu_si256((const __m256i *)from); }
AVX2 static inline void store_256(int32_t *to, __m256i x) { _mm256_storeu_si256((__m256i *)(void *)to, x); }

AVX2 static inline void make_room_avx2(int32_t *high, __m256i s[PART_ROWS][2])
{
    const __m256i negative = _mm256_set1_epi32(LEFT_BEHIND);
#pragma GCC unroll 4
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + 8 * half;
            store_256(to, _mm256_add_epi32(load_256(to), _mm256_srai_epi32(s[r][half], FLX_SPLIT_BITS)));
            s[r][half] = _mm256_or_si256(s[r][half], negative);
        }
}

/* PART_ROWS x PART_COLS of a tile. */
AVX2 static void part_avx2(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    __m256i s[PART_ROWS][2];
#pragma GCC unroll 4
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            s[r][half] = add ? load_256(low + r * COLS + 8 * half) : _mm256_set1_epi32(LEFT_BEHIND);
            if (!add) store_256(high + r * COLS + 8 * half, _mm256_setzero_si256());
        }
    if (add) make_room_avx2(high, s);
    int32_t given = 1;
    while (pairs != 0) {
        const size_t span = *segment++;
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m256i b0 = load_256(b), b1 = load_256(b + 8);
#pragma GCC unroll 4
            for (int r = 0; r < PART_ROWS; r++) {
                const __m256i ar = _mm256_set1_epi32(flx_pair_bits(a + r));
                s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(ar, b0));
                s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(ar, b1));
            }
        }
        pairs -= span;
        if (pairs == 0) break;
        make_room_avx2(high, s);
        given++;
    }
#pragma GCC unroll 4
    for (int r = 0; r < PART_ROWS; r++)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            int32_t *to = high + r * COLS + 8 * half;
            store_256(to, _mm256_add_epi32(load_256(to), _mm256_set1_epi32(given)));
            store_256(low + r * COLS + 8 * half, s[r][half]);
        }
}

static void tile_avx2(const flx_panel_t *panel_a, const flx_panel_t *panel_b, size_t pairs, bool add, int32_t *high, int32_t *low)
{
    for (int c = 0; c < COLS; c += PART_COLS)
        for (int r = 0; r < ROWS; r += PART_ROWS)
            part_avx2(panel_a->pairs + r, panel_b->pairs + c, panel_a->segment, pairs, add, high + r * COLS + c, low + r * COLS + c);
}

AVX2 static void part_avx2_sum(const flx_pair_t *a, const flx_pair_t *b, size_t pairs, int32_t *sum)
{
    __m256i s[PART_ROWS][2];
#pragma GCC unroll 4
    for (int r = 0; r < PART_ROWS; r++) s[r][0] = s[r][1] = _mm256_setzero_si256();
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS) {
        const __m256i b0 = load_256(b), b1 = load_256(b + 8);
#pragma GCC unroll 4
        for (int r = 0; r < PART_ROWS; r++) {
            const __m256i ar = _mm256_set1_epi32(flx_pair_bits(a + r));
            s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(ar, b0));
            s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(ar, b1));
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < PART_ROWS; r++)
        for (int half = 0; half < 2; half++) store_256(sum + r * COLS + 8 * half, s[r][half]);
}

static void tile_avx2_sum(const flx_panel_t *panel_a, const flx_panel_t *panel_b, size_t pairs, int32_t *sum)
{
    for (int c = 0; c < COLS; c += PART_COLS)
        for (int r = 0; r < ROWS; r += PART_ROWS) part_avx2_sum(panel_a->pairs + r, panel_b->pairs + c, pairs, sum + r * COLS + c);
}

static bool has_vnni(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
}
static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

#else

#define tile_vnni NULL
#define tile_vnni_long NULL
#define tile_avx2 NULL
#define tile_vnni_sum NULL
#define tile_avx2_sum NULL
#define flx_gemm_pairwise_avx2 NULL
static bool has_vnni(void) { return false; }
static bool has_avx2(void) { return false; }

#endif

flx_gemm_tile_fn flx_gemm_tile(flx_gemm_kernel_t kernel)
{
    switch (kernel) {
    case FLX_GEMM_AUTO: return has_vnni() ? tile_vnni : has_avx2() ? tile_avx2 : tile_portable;
    case FLX_GEMM_VNNI: return has_vnni() ? tile_vnni : NULL;
    case FLX_GEMM_AVX2: return has_avx2() ? tile_avx2 : NULL;
    case FLX_GEMM_PORTABLE: return tile_portable;
    }
    return NULL;
}

flx_gemm_tile_fn flx_gemm_tile_long(flx_gemm_kernel_t kernel)
{
    return flx_gemm_tile(kernel) == tile_vnni ? tile_vnni_long : NULL;
}

flx_gemm_sum_fn flx_gemm_tile_sum(flx_gemm_kernel_t kernel)
{
    const flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    return tile == NULL ? NULL : tile == tile_vnni ? tile_vnni_sum : tile == tile_avx2 ? tile_avx2_sum : NULL;
}

flx_gemm_tile_fn flx_gemm_tile_pairwise(flx_gemm_kernel_t kernel)
{
    const flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    return tile != NULL && tile == tile_avx2 ? flx_gemm_pairwise_avx2 : NULL;
}

const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel)
{
    const flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    return tile == NULL ? "not on this machine" : tile == tile_portable ? "portable" : tile == tile_avx2 ? "avx2" : "avx512-vnni";
}
