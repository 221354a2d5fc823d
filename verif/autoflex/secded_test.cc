// secded_test.cc - every single flip corrected, every double flip detected, for each word width. Twin: secded_pair.v
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "Vsecded_pair.h"

namespace {

const int kBits[9] = {114, 19, 29, 118, 27, 38, 122, 28, 31};  // word widths, last of secded_pair.v's lists first

TEST(Secded, EveryWordWithNoneOneOrTwoFlips)
{
    Vsecded_pair top;
    std::mt19937 random(1);
    for (int data = 0; data < 4; data++) {
        for (int i = 0; i < 4; i++) top.data_i[i] = data == 0 ? 0 : data == 1 ? ~0U : static_cast<uint32_t>(random());
        top.data_i[3] &= (1U << 18) - 1;
        auto flip = [&](int x, int y) {
            for (int i = 0; i < 4; i++) top.flip_i[i] = 0;
            if (x >= 0) top.flip_i[x / 32] ^= 1U << (x % 32);
            if (y >= 0) top.flip_i[y / 32] ^= 1U << (y % 32);
            top.eval();
        };
        flip(-1, -1);
        for (int w = 0; w < 9; w++)
            ASSERT_TRUE((top.intact_o >> w & 1) && !(top.corrected_o >> w & 1) && !(top.uncorrectable_o >> w & 1)) << "width " << kBits[w] << ", no bit flipped";
        for (int x = 0; x < 122; x++) {
            flip(x, -1);
            for (int w = 0; w < 9; w++) {
                ASSERT_TRUE(top.intact_o >> w & 1) << "width " << kBits[w] << " bit " << x;
                ASSERT_EQ(top.corrected_o >> w & 1, x < kBits[w]) << "width " << kBits[w] << " bit " << x;
                ASSERT_FALSE(top.uncorrectable_o >> w & 1) << "width " << kBits[w] << " bit " << x;
            }
            for (int y = 0; y < x; y++) {
                flip(x, y);
                for (int w = 0; w < 9; w++) {
                    ASSERT_EQ(top.uncorrectable_o >> w & 1, x < kBits[w]) << "width " << kBits[w] << " bits " << x << ", " << y;
                    ASSERT_EQ(top.corrected_o >> w & 1, y < kBits[w] && x >= kBits[w]) << "width " << kBits[w] << " bits " << x << ", " << y;
                }
            }
        }
    }
}

// What a dead memory gives: all zeros must be refused, all ones must be no code word.
TEST(Secded, AWordOfZerosIsNoCodeWord)
{
    Vsecded_pair top;
    for (const uint32_t bits : {0U, ~0U}) {
        for (int i = 0; i < 4; i++) top.flip_i[i] = bits;
        top.flip_i[3] &= (1U << 26) - 1;
        top.raw_i = 1;
        top.eval();
        for (int w = 0; w < 9; w++) {
            if (bits == 0) {
                ASSERT_TRUE(top.uncorrectable_o >> w & 1) << "width " << kBits[w];
            }
            ASSERT_TRUE((top.corrected_o | top.uncorrectable_o) >> w & 1) << "width " << kBits[w] << " bits " << bits;
        }
    }
}

}  // namespace
