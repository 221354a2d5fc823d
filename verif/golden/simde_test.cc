// simde_test.cc - the intrinsics of simde/immintrin.h mean what Intel's manual says, and the AVX-512 kernel that they make is there. Twin: verif/golden/simde/immintrin.h
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "cases.h"

extern "C" {
#include "fast/flx_gemm_kernel.h"
}

#include "immintrin.h"

namespace {

using cases::Random;

TEST(Simde, EveryKernelIsHere)
{
    EXPECT_STREQ(flx_gemm_kernel_name(FLX_GEMM_VNNI), "avx512-vnni");
    EXPECT_STREQ(flx_gemm_kernel_name(FLX_GEMM_AUTO), "avx512-vnni");
    EXPECT_NE(flx_gemm_tile_long(FLX_GEMM_VNNI), nullptr);
    EXPECT_NE(flx_gemm_tile_sum(FLX_GEMM_VNNI), nullptr);
}

template <typename T, typename Vector> auto parts(const Vector &x)
{
    std::array<T, sizeof x / sizeof(T)> out;
    memcpy(out.data(), &x, sizeof x);
    return out;
}

// Bytes anywhere, or at the ends of int8, uint8, int16 and int32.
template <typename Vector> Vector any(Random &random)
{
    uint32_t word[sizeof(Vector) / 4];
    for (uint32_t &w : word) {
        const uint32_t ends[] = {0x80808080U, 0x7F7F7F7FU, 0xFFFFFFFFU, 0, 0x80008000U, 0x7FFF7FFFU, 0x80000000U, 0x7FFFFFFFU, 0x80007FFFU};
        w = random.one_in(2) ? ends[random.word() % 9] : static_cast<uint32_t>(random.word());
    }
    Vector out;
    memcpy(&out, word, sizeof out);
    return out;
}

TEST(Simde, Intrinsics)
{
    Random random(50);
    for (int round = 0; round < 20000; round++) {
        const auto a = any<__m512i>(random), b = any<__m512i>(random), c = any<__m512i>(random);
        const auto half = any<__m256i>(random);
        const auto a8 = parts<uint8_t>(a);
        const auto b8 = parts<int8_t>(b);
        const auto a16 = parts<int16_t>(a), b16 = parts<int16_t>(b);
        const auto a32 = parts<uint32_t>(a), b32 = parts<uint32_t>(b), c32 = parts<uint32_t>(c);
        const auto a64 = parts<uint64_t>(a), b64 = parts<uint64_t>(b);
        const auto words = parts<uint32_t>(_mm512_dpwssd_epi32(c, a, b)), bytes = parts<uint32_t>(_mm512_dpbusd_epi32(c, a, b));
        const auto add = parts<uint32_t>(_mm512_add_epi32(a, b)), sub = parts<uint32_t>(_mm512_sub_epi32(a, b)), either = parts<uint32_t>(_mm512_or_si512(a, b));
        const auto right = parts<int32_t>(_mm512_srai_epi32(a, 16));
        const auto left2 = parts<uint32_t>(_mm512_slli_epi32(a, 2)), left14 = parts<uint32_t>(_mm512_slli_epi32(a, 14));
        const auto low32 = parts<uint32_t>(_mm512_unpacklo_epi32(a, b)), high32 = parts<uint32_t>(_mm512_unpackhi_epi32(a, b));
        const auto even = parts<uint32_t>(_mm512_shuffle_i32x4(a, b, 0x88)), odd = parts<uint32_t>(_mm512_shuffle_i32x4(a, b, 0xDD));
        for (size_t i = 0; i < 16; i++) {
            uint32_t sum16 = c32[i], sum8 = c32[i];
            for (size_t j = 0; j < 2; j++) sum16 += static_cast<uint32_t>(int32_t{a16[2 * i + j]} * b16[2 * i + j]);
            for (size_t j = 0; j < 4; j++) sum8 += static_cast<uint32_t>(int32_t{a8[4 * i + j]} * b8[4 * i + j]);
            ASSERT_EQ(words[i], sum16) << "dpwssd";
            ASSERT_EQ(bytes[i], sum8) << "dpbusd";
            ASSERT_EQ(add[i], a32[i] + b32[i]);
            ASSERT_EQ(sub[i], a32[i] - b32[i]);
            ASSERT_EQ(either[i], a32[i] | b32[i]);
            ASSERT_EQ(right[i], static_cast<int16_t>(a32[i] >> 16)) << "srai";
            ASSERT_EQ(left2[i], a32[i] << 2);
            ASSERT_EQ(left14[i], a32[i] << 14);
            const size_t lane = i / 4 * 4, from = i % 4 / 2;
            ASSERT_EQ(low32[i], (i % 2 == 0 ? a32 : b32)[lane + from]);
            ASSERT_EQ(high32[i], (i % 2 == 0 ? a32 : b32)[lane + 2 + from]);
            const auto &source = i < 8 ? a32 : b32;
            ASSERT_EQ(even[i], source[i / 4 % 2 * 8 + i % 4]) << "shuffle, lanes 0 and 2";
            ASSERT_EQ(odd[i], source[i / 4 % 2 * 8 + 4 + i % 4]) << "shuffle, lanes 1 and 3";
        }
        const auto add64 = parts<uint64_t>(_mm512_add_epi64(a, b)), left64 = parts<uint64_t>(_mm512_slli_epi64(a, 16));
        const auto low64 = parts<uint64_t>(_mm512_unpacklo_epi64(a, b)), high64 = parts<uint64_t>(_mm512_unpackhi_epi64(a, b));
        const auto longer = parts<int64_t>(_mm512_cvtepi32_epi64(half));
        const auto half32 = parts<int32_t>(half);
        for (size_t i = 0; i < 8; i++) {
            ASSERT_EQ(add64[i], a64[i] + b64[i]);
            ASSERT_EQ(left64[i], a64[i] << 16);
            ASSERT_EQ(low64[i], (i % 2 == 0 ? a64 : b64)[i / 2 * 2]);
            ASSERT_EQ(high64[i], (i % 2 == 0 ? a64 : b64)[i / 2 * 2 + 1]);
            ASSERT_EQ(longer[i], half32[i]) << "cvtepi32_epi64";
        }
        ASSERT_EQ(memcmp(parts<uint8_t>(_mm512_castsi512_si256(a)).data(), a8.data(), 32), 0);
        ASSERT_EQ(memcmp(parts<uint8_t>(_mm512_extracti64x4_epi64(a, 1)).data(), a8.data() + 32, 32), 0);
        for (const int32_t x : parts<int32_t>(_mm512_set1_epi32(half32[0]))) ASSERT_EQ(x, half32[0]);
    }
}

} // namespace
