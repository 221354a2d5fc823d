/* flx_gemm_kernel.c - inner kernels: AVX-512 VNNI, AVX2, portable C. Header: flx_gemm_kernel.h
 *
 * The int32 sums may wrap on the way: only the segment's total has to fit, and the caller's segments guarantee that. */
#include "flx_gemm_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS };

static void tile_portable(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    (void)segment;
    for (size_t kp = 0; kp < pairs; kp++, a += ROWS, b += COLS)
        for (int r = 0; r < ROWS; r++)
            for (int c = 0; c < COLS; c++)
                acc[r * COLS + c] += (int64_t)((int32_t)a[r].even * b[c].even) + (int32_t)a[r].odd * b[c].odd;
}

#if defined(__x86_64__)

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static inline __m512i broadcast(const flx_pair_t *pair)
{
    int32_t bits;
    __builtin_memcpy(&bits, pair, sizeof bits);
    return _mm512_set1_epi32(bits);
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static inline void spill(__m512i sum, int64_t *acc)
{
    const __m512i low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(sum));
    const __m512i high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(sum, 1));
    _mm512_storeu_si512(acc, _mm512_add_epi64(_mm512_loadu_si512(acc), low));
    _mm512_storeu_si512(acc + 8, _mm512_add_epi64(_mm512_loadu_si512(acc + 8), high));
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void tile_vnni(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment,
                                                                             size_t pairs, int64_t *acc)
{
    while (pairs != 0) {
        const size_t span = *segment++;
        __m512i s[ROWS][2];
        for (int r = 0; r < ROWS; r++) s[r][0] = s[r][1] = _mm512_setzero_si512();
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 16);
            for (int r = 0; r < ROWS; r++) {
                const __m512i ar = broadcast(a + r);
                s[r][0] = _mm512_dpwssd_epi32(s[r][0], ar, b0);
                s[r][1] = _mm512_dpwssd_epi32(s[r][1], ar, b1);
            }
        }
        for (int r = 0; r < ROWS; r++) {
            spill(s[r][0], acc + r * COLS);
            spill(s[r][1], acc + r * COLS + 16);
        }
        pairs -= span;
    }
}

__attribute__((target("avx2"))) static inline void spill_avx2(__m256i sum, int64_t *acc)
{
    __m256i *to = (__m256i *)(void *)acc;
    _mm256_storeu_si256(to, _mm256_add_epi64(_mm256_loadu_si256(to), _mm256_cvtepi32_epi64(_mm256_castsi256_si128(sum))));
    _mm256_storeu_si256(to + 1, _mm256_add_epi64(_mm256_loadu_si256(to + 1), _mm256_cvtepi32_epi64(_mm256_extracti128_si256(sum, 1))));
}

/* One half of the tile's columns: 12 sums fit the 16 registers. */
__attribute__((target("avx2"))) static void half_avx2(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    while (pairs != 0) {
        const size_t span = *segment++;
        __m256i s[ROWS][2];
        for (int r = 0; r < ROWS; r++) s[r][0] = s[r][1] = _mm256_setzero_si256();
        for (size_t kp = 0; kp < span; kp++, a += ROWS, b += COLS) {
            const __m256i b0 = _mm256_loadu_si256((const __m256i *)(const void *)b);
            const __m256i b1 = _mm256_loadu_si256((const __m256i *)(const void *)(b + 8));
            for (int r = 0; r < ROWS; r++) {
                int32_t bits;
                __builtin_memcpy(&bits, a + r, sizeof bits);
                const __m256i ar = _mm256_set1_epi32(bits);
                s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(ar, b0));
                s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(ar, b1));
            }
        }
        for (int r = 0; r < ROWS; r++) {
            spill_avx2(s[r][0], acc + r * COLS);
            spill_avx2(s[r][1], acc + r * COLS + 8);
        }
        pairs -= span;
    }
}

static void tile_avx2(const flx_pair_t *a, const flx_pair_t *b, const uint16_t *segment, size_t pairs, int64_t *acc)
{
    half_avx2(a, b, segment, pairs, acc);
    half_avx2(a, b + COLS / 2, segment, pairs, acc + COLS / 2);
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

bool flx_gemm_tile_is_wide(flx_gemm_tile_fn tile)
{
    return tile == tile_portable;
}

const char *flx_gemm_kernel_name(flx_gemm_kernel_t kernel)
{
    const flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    return tile == NULL ? "not on this machine" : tile == tile_portable ? "portable" : tile == tile_avx2 ? "avx2" : "avx512-vnni";
}
