/* flx_gemm_kernel.c - inner kernels: AVX-512 VNNI, AVX2, portable C. Header: flx_gemm_kernel.h
 *
 * Between segments an int32 sum s gives (s >> 16) + 1 away and keeps the rest, -65536..-1, so it takes two instructions and one store
 * to make room for the next segment. Negative, because sums of a pair reach from -(2^31 - 2^16) to 2^31, four operands of -32768:
 * with what stays behind that is int32 exactly. Sums may wrap on the way: only the segment's total has to fit. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS, LEFT_BEHIND = -65536 };

static void tile_portable(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    (void)segment;
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS)
        for (int r = 0; r < ROWS; r++)
            for (int c = 0; c < COLS; c++)
                acc[r * COLS + c] += (int64_t)((int32_t)a[r].even * b[c].even) + (int32_t)a[r].odd * b[c].odd;
}

#if defined(__x86_64__)

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define AVX2 __attribute__((target("avx2")))

static inline int32_t bits_of(const flx_pair_t *pair)
{
    int32_t bits;
    __builtin_memcpy(&bits, pair, sizeof bits);
    return bits;
}

/* acc[16] += high * 2^16 + low */
VNNI static inline void add_wide(__m512i high, __m512i low, int64_t *acc)
{
    for (int half = 0; half < 2; half++) {
        const __m512i h = _mm512_slli_epi64(_mm512_cvtepi32_epi64(half == 0 ? _mm512_castsi512_si256(high) : _mm512_extracti64x4_epi64(high, 1)), 16);
        const __m512i l = _mm512_cvtepi32_epi64(half == 0 ? _mm512_castsi512_si256(low) : _mm512_extracti64x4_epi64(low, 1));
        _mm512_storeu_si512(acc + 8 * half, _mm512_add_epi64(_mm512_loadu_si512(acc + 8 * half), _mm512_add_epi64(h, l)));
    }
}

VNNI static void tile_vnni(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    __m512i high[ROWS][2], s[ROWS][2];
    const __m512i negative = _mm512_set1_epi32(LEFT_BEHIND);
    int32_t given = 1; /* the + 1 of each time, and of the start */
    for (int r = 0; r < ROWS; r++) {
        high[r][0] = high[r][1] = _mm512_setzero_si512();
        s[r][0] = s[r][1] = negative;
    }
    while (pairs != 0) {
        const size_t span = *segment++;
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 16);
#pragma GCC unroll 12
            for (int r = 0; r < ROWS; r++) {
                const __m512i ar = _mm512_set1_epi32(bits_of(a + r));
                s[r][0] = _mm512_dpwssd_epi32(s[r][0], ar, b0);
                s[r][1] = _mm512_dpwssd_epi32(s[r][1], ar, b1);
            }
        }
        pairs -= span;
        if (pairs == 0) break;
#pragma GCC unroll 12
        for (int r = 0; r < ROWS; r++)
            for (int half = 0; half < 2; half++) {
                high[r][half] = _mm512_add_epi32(high[r][half], _mm512_srai_epi32(s[r][half], 16));
                s[r][half] = _mm512_or_si512(s[r][half], negative);
            }
        given++;
    }
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++)
        for (int half = 0; half < 2; half++)
            add_wide(_mm512_add_epi32(high[r][half], _mm512_set1_epi32(given)), s[r][half], acc + r * COLS + 16 * half);
}

AVX2 static inline void add_wide_avx2(__m256i high, __m256i low, int64_t *acc)
{
    for (int half = 0; half < 2; half++) {
        const __m256i h = _mm256_slli_epi64(_mm256_cvtepi32_epi64(half == 0 ? _mm256_castsi256_si128(high) : _mm256_extracti128_si256(high, 1)), 16);
        const __m256i l = _mm256_cvtepi32_epi64(half == 0 ? _mm256_castsi256_si128(low) : _mm256_extracti128_si256(low, 1));
        __m256i *to = (__m256i *)(void *)(acc + 4 * half);
        _mm256_storeu_si256(to, _mm256_add_epi64(_mm256_loadu_si256(to), _mm256_add_epi64(h, l)));
    }
}

enum { PART_ROWS = 6, PART_COLS = 16 }; /* 12 sums fit the 16 registers */

AVX2 static void part_avx2(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    __m256i high[PART_ROWS][2], s[PART_ROWS][2];
    const __m256i negative = _mm256_set1_epi32(LEFT_BEHIND);
    int32_t given = 1;
    for (int r = 0; r < PART_ROWS; r++) {
        high[r][0] = high[r][1] = _mm256_setzero_si256();
        s[r][0] = s[r][1] = negative;
    }
    while (pairs != 0) {
        const size_t span = *segment++;
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m256i b0 = _mm256_loadu_si256((const __m256i *)(const void *)b);
            const __m256i b1 = _mm256_loadu_si256((const __m256i *)(const void *)(b + 8));
#pragma GCC unroll 6
            for (int r = 0; r < PART_ROWS; r++) {
                const __m256i ar = _mm256_set1_epi32(bits_of(a + r));
                s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(ar, b0));
                s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(ar, b1));
            }
        }
        pairs -= span;
        if (pairs == 0) break;
#pragma GCC unroll 6
        for (int r = 0; r < PART_ROWS; r++)
            for (int half = 0; half < 2; half++) {
                high[r][half] = _mm256_add_epi32(high[r][half], _mm256_srai_epi32(s[r][half], 16));
                s[r][half] = _mm256_or_si256(s[r][half], negative);
            }
        given++;
    }
#pragma GCC unroll 6
    for (int r = 0; r < PART_ROWS; r++)
        for (int half = 0; half < 2; half++)
            add_wide_avx2(_mm256_add_epi32(high[r][half], _mm256_set1_epi32(given)), s[r][half], acc + r * COLS + 8 * half);
}

static void tile_avx2(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    for (int r = 0; r < ROWS; r += PART_ROWS)
        for (int c = 0; c < COLS; c += PART_COLS) part_avx2(a + r, b + c, segment, pairs, acc + r * COLS + c);
}

static bool has_vnni(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
}
static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

#else

#define tile_vnni NULL
#define tile_avx2 NULL
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

const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel)
{
    const flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    return tile == NULL ? "not on this machine" : tile == tile_portable ? "portable" : tile == tile_avx2 ? "avx2" : "avx512-vnni";
}
