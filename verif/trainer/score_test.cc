// score_test.cc - Frechet distance, its features, the picture of samples. Twin: sw/trainer/run/trn_score.c, trn_picture.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

extern "C" {
#include "data/trn_data.h"
#include "net/trn_gan.h"
#include "run/trn_picture.h"
#include "tensor/trn_random.h"
#include "run/trn_score.h"
}

namespace {

TEST(Score, DistanceOfDiagonalGaussiansIsItsClosedForm)
{
    const size_t n = 20;
    std::vector<double> mean1(n), mean2(n), s1(n * n), s2(n * n);
    double want = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean1[i] = trn_normal(1, i);
        mean2[i] = trn_normal(2, i);
        const double a = i == 3 ? 0.0 : trn_uniform(3, i), b = 4.0 * trn_uniform(4, i); // one has no spread at all
        s1[i * n + i] = a;
        s2[i * n + i] = b;
        want += (mean1[i] - mean2[i]) * (mean1[i] - mean2[i]) + std::pow(std::sqrt(a) - std::sqrt(b), 2);
    }
    EXPECT_NEAR(trn_frechet(n, mean1.data(), s1.data(), mean2.data(), s2.data()), want, 1e-9);
    EXPECT_NEAR(trn_frechet(n, mean1.data(), s1.data(), mean1.data(), s1.data()), 0.0, 1e-9);
}

// Of 2 x 2 matrices tr(M^(1/2)) = sqrt(tr M + 2 sqrt(det M)); these two do not commute.
TEST(Score, DistanceOfCovariancesThatDoNotCommute)
{
    const double zero[2] = {0.0, 0.0}, s1[4] = {2.0, 0.9, 0.9, 1.0}, s2[4] = {0.5, -0.4, -0.4, 3.0};
    const double trace = s1[0] * s2[0] + 2.0 * s1[1] * s2[1] + s1[3] * s2[3], det = (2.0 - 0.81) * (1.5 - 0.16);
    EXPECT_NEAR(trn_frechet(2, zero, s1, zero, s2), 3.0 + 3.5 - 2.0 * std::sqrt(trace + 2.0 * std::sqrt(det)), 1e-12);
}

TEST(Score, IsZeroForOneSetAndGrowsWithNoise)
{
    const size_t count = 300;
    trn_data_t data;
    trn_data_generate(true, count, TRN_GAN_SIDE, 10, 1, &data);
    std::vector<trn_score_set_t> set(5);
    const float noise[5] = {0.0F, 0.0F, 5.0F, 20.0F, 60.0F};
    for (size_t s = 0; s < set.size(); s++)
        for (size_t i = 0; i < count; i++) {
            std::vector<uint8_t> image(data.pixel + i * TRN_GAN_IMAGE_BYTES, data.pixel + (i + 1) * TRN_GAN_IMAGE_BYTES);
            for (size_t p = 0; p < image.size(); p++) {
                const float value = static_cast<float>(image[p]) + noise[s] * trn_normal(s * 1000 + i, p);
                image[p] = static_cast<uint8_t>(value < 0.0F ? 0.0F : value > 255.0F ? 255.0F : value);
            }
            trn_score_add(&set[s], image.data());
        }
    double last = trn_score_distance(&set[0], &set[1]);
    EXPECT_NEAR(last, 0.0, 1e-6);
    for (size_t s = 2; s < set.size(); s++) {
        const double distance = trn_score_distance(&set[0], &set[s]);
        printf("noise of deviation %.0f: distance %.4f\n", static_cast<double>(noise[s]), distance);
        EXPECT_GT(distance, 2.0 * last + 1e-4);
        EXPECT_NEAR(distance, trn_score_distance(&set[s], &set[0]), 1e-6);
        last = distance;
    }
    trn_data_free(&data);
}

// These numbers are the extractor: a change of them makes published scores incomparable.
TEST(Score, FeaturesAreFixed)
{
    std::vector<uint8_t> image(TRN_GAN_IMAGE_BYTES);
    for (size_t i = 0; i < image.size(); i++) image[i] = static_cast<uint8_t>(i * 7 % 256);
    double feature[TRN_SCORE_FEATURES];
    trn_score_features(image.data(), feature);
    double sum = 0.0;
    for (const double f : feature) sum += f;
    EXPECT_NEAR(feature[0], 0.35227050021907758, 1e-12);
    EXPECT_NEAR(feature[63], 0.34296441105359687, 1e-12);
    EXPECT_NEAR(sum, 18.105707976997035, 1e-10);
}

uint32_t u32(const std::vector<uint8_t> &png, size_t at)
{
    return static_cast<uint32_t>(png[at]) << 24 | static_cast<uint32_t>(png[at + 1]) << 16 | static_cast<uint32_t>(png[at + 2]) << 8 | png[at + 3];
}

TEST(Picture, PngHoldsThePixels)
{
    const uint32_t width = 37, height = 21;
    std::vector<uint8_t> rgb(3 * width * height);
    for (size_t i = 0; i < rgb.size(); i++) rgb[i] = static_cast<uint8_t>(trn_bits(1, i));
    uint8_t *bytes = nullptr;
    const size_t size = trn_png(rgb.data(), width, height, &bytes);
    const std::vector<uint8_t> png(bytes, bytes + size);
    free(bytes);
    ASSERT_EQ(memcmp(png.data(), "\x89PNG\r\n\x1a\n", 8), 0);
    std::string types;
    std::vector<uint8_t> raw(height * (3 * width + 1));
    for (size_t at = 8; at < png.size(); at += 12 + u32(png, at)) {
        const uint32_t length = u32(png, at);
        types += std::string(png.begin() + static_cast<long>(at) + 4, png.begin() + static_cast<long>(at) + 8) + " ";
        ASSERT_EQ(u32(png, at + 8 + length), crc32(0, &png[at + 4], length + 4));
        if (types == "IHDR ") {
            ASSERT_TRUE(u32(png, at + 8) == width && u32(png, at + 12) == height && png[at + 16] == 8 && png[at + 17] == 2);
        }
        if (types == "IHDR IDAT ") {
            uLongf room = raw.size();
            ASSERT_EQ(uncompress(raw.data(), &room, &png[at + 8], length), Z_OK);
            ASSERT_EQ(room, raw.size());
        }
    }
    ASSERT_EQ(types, "IHDR IDAT IEND ");
    for (size_t y = 0; y < height; y++) {
        const uint8_t *line = &raw[y * (3 * width + 1)];
        ASSERT_EQ(line[0], 1); // Sub
        for (size_t x = 0; x < 3 * width; x++) {
            const uint8_t left = x >= 3 ? rgb[y * 3 * width + x - 3] : 0;
            ASSERT_EQ(static_cast<uint8_t>(line[1 + x] + left), rgb[y * 3 * width + x]);
        }
    }
}

TEST(Picture, StaysBelowItsSizeEvenForNoise)
{
    std::vector<uint8_t> image(24 * TRN_GAN_IMAGE_BYTES);
    for (size_t i = 0; i < image.size(); i++) image[i] = static_cast<uint8_t>(trn_bits(2, i));
    const std::string path = testing::TempDir() + "samples.svg";
    char error[FLX_OUTPUT_ERROR_BYTES];
    ASSERT_EQ(trn_picture_write(path.c_str(), "noise", image.data(), 4, 6, 32, error), 0);
    FILE *file = fopen(path.c_str(), "r");
    ASSERT_NE(file, nullptr);
    std::vector<char> text(100000);
    const size_t size = fread(text.data(), 1, text.size(), file);
    fclose(file);
    remove(path.c_str());
    EXPECT_GT(size, 20000U);
    EXPECT_LE(size, 60000U);
    EXPECT_NE(std::string(text.data(), size).find("href='data:image/png;base64,iVBORw0KGgo"), std::string::npos);
    EXPECT_EQ(trn_picture_write("/nonexistent/samples.svg", "noise", image.data(), 4, 6, 32, error), -1);
}

} // namespace
