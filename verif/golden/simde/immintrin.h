/* immintrin.h - Intel's intrinsics in portable C, from SIMDe: code for AVX-512 runs on every machine. Twin: verif/golden/simde_test.cc
 * SPDX-License-Identifier: Apache-2.0
 *
 * Found before the compiler's header of this name by -I. No function may use more instructions than the others (`target`), and code
 * that asks whether the processor has AVX-512 hears that it has. */
#ifndef FLX_SIMDE_IMMINTRIN_H
#define FLX_SIMDE_IMMINTRIN_H

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The two that SIMDe 0.7.4 lacks, as in the Intel Intrinsics Guide. */
#undef _mm512_cvtepi32_epi64
static inline __m512i _mm512_cvtepi32_epi64(__m256i a) /* VPMOVSXDQ: each int32 as int64 */
{
    int32_t from[8];
    int64_t to[8];
    __builtin_memcpy(from, &a, sizeof from);
    for (int i = 0; i < 8; i++) to[i] = from[i];
    return _mm512_loadu_si512(to);
}

#undef _mm512_srai_epi32
static inline __m512i _mm512_srai_epi32(__m512i a, unsigned count) /* VPSRAD: zeros or ones come in as the sign says, 32 of them at most */
{
    int32_t x[16];
    __builtin_memcpy(x, &a, sizeof x);
    for (int i = 0; i < 16; i++) x[i] >>= count > 31 ? 31 : count;
    return _mm512_loadu_si512(x);
}

#ifdef __cplusplus
}
#endif

#define target(instructions)
#define __builtin_cpu_supports(instructions) (__builtin_strncmp(instructions, "avx512", 6) == 0 || __builtin_cpu_supports(instructions))

#endif
