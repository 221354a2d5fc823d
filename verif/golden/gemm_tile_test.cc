// gemm_tile_test.cc - one tile of every kernel against exact sums: every length of a segment, sums at int32's ends, long blocks at their bound. Twin: cmodel/fast/flx_gemm_kernel.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "cases.h"

extern "C" {
#include "fast/flx_gemm_kernel.h"
}

namespace {

using cases::Random;

constexpr size_t ROWS = FLX_TILE_ROWS, COLS = FLX_TILE_COLS, TILE = FLX_TILE_SIZE;
constexpr int16_t LOW = INT16_MIN, HIGH = INT16_MAX;

std::vector<flx_gemm_kernel_t> kernels()
{
    std::vector<flx_gemm_kernel_t> out;
    for (const flx_gemm_kernel_t kernel : {FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI})
        if (flx_gemm_tile(kernel) != nullptr) out.push_back(kernel);
    return out;
}

// Both panels of one block, packed; the kernels want the columns on a cache line.
struct Block {
    size_t pairs;
    std::vector<flx_pair_t> a;                        // [pairs][ROWS]
    alignas(64) flx_pair_t b[FLX_BLOCK_PAIRS * COLS]; // [pairs][COLS]
    std::vector<uint16_t> segment;
};

using Value = std::function<int16_t(size_t k, size_t line)>;

void fill(Block *block, size_t pairs, const Value &a, const Value &b)
{
    block->pairs = pairs;
    block->a.resize(pairs * ROWS);
    for (size_t kp = 0; kp < pairs; kp++) {
        for (size_t r = 0; r < ROWS; r++) block->a[kp * ROWS + r] = {a(2 * kp, r), a(2 * kp + 1, r)};
        for (size_t c = 0; c < COLS; c++) block->b[kp * COLS + c] = {b(2 * kp, c), b(2 * kp + 1, c)};
    }
}

std::vector<int64_t> exact(const Block &block)
{
    std::vector<int64_t> sum(TILE, 0);
    for (size_t kp = 0; kp < block.pairs; kp++)
        for (size_t r = 0; r < ROWS; r++)
            for (size_t c = 0; c < COLS; c++) {
                const flx_pair_t x = block.a[kp * ROWS + r], y = block.b[kp * COLS + c];
                sum[r * COLS + c] += int64_t{x.even} * y.even + int64_t{x.odd} * y.odd;
            }
    return sum;
}

void same(const char *what, flx_gemm_kernel_t kernel, size_t pairs, const std::vector<int64_t> &got, const std::vector<int64_t> &want)
{
    const auto at = std::mismatch(got.begin(), got.end(), want.begin());
    ASSERT_TRUE(at.first == got.end()) << what << ", " << flx_gemm_kernel_name(kernel) << ", " << pairs << " pairs: row " << (at.first - got.begin()) / static_cast<long>(COLS) << ", column "
                                       << (at.first - got.begin()) % static_cast<long>(COLS) << " is " << *at.first << " instead of " << *at.second;
}

// A tile function once over what was there, then added to what it gave.
void compare_tile(const char *what, flx_gemm_kernel_t kernel, flx_gemm_tile_fn tile, const flx_panel_t &a, const flx_panel_t &b, size_t pairs, const std::vector<int64_t> &want)
{
    alignas(64) int32_t high[TILE], low[TILE];
    for (const int times : {1, 2, 3}) { // the first overwrites
        for (size_t i = 0; i < TILE; i++) high[i] = 0x12345678, low[i] = static_cast<int32_t>(0x87654321);
        for (int i = 0; i < times; i++) tile(&a, &b, pairs, i != 0, high, low);
        std::vector<int64_t> got(TILE), expected(TILE);
        for (size_t i = 0; i < TILE; i++) got[i] = flx_gemm_whole(high[i], low[i]), expected[i] = times * want[i];
        same(what, kernel, pairs, got, expected);
        if (testing::Test::HasFatalFailure()) return;
    }
}

// The short tiles of all kernels. Segments have to be such that their sums fit.
void compare_short(const char *what, const Block &block)
{
    const flx_panel_t a = {block.a.data(), block.segment.data(), nullptr, nullptr}, b = {block.b, nullptr, nullptr, nullptr};
    const std::vector<int64_t> want = exact(block);
    alignas(64) int32_t modulo[TILE];
    for (const flx_gemm_kernel_t kernel : kernels()) {
        compare_tile(what, kernel, flx_gemm_tile(kernel), a, b, block.pairs, want);
        if (testing::Test::HasFatalFailure()) return;
        if (const flx_gemm_sum_fn sum = flx_gemm_tile_sum(kernel)) {
            std::vector<int64_t> got(TILE), expected(TILE);
            sum(&a, &b, block.pairs, modulo);
            for (size_t i = 0; i < TILE; i++) got[i] = static_cast<uint32_t>(modulo[i]), expected[i] = static_cast<uint32_t>(want[i]);
            same(what, kernel, block.pairs, got, expected);
        }
        if (testing::Test::HasFatalFailure()) return;
    }
}

void compare_long(const char *what, const Block &block)
{
    alignas(64) uint32_t quads_b[FLX_LONG_QUADS * COLS];
    alignas(64) int32_t offset_b[COLS];
    std::vector<uint32_t> quads_a((block.pairs + 1) / 2 * ROWS);
    int32_t offset_a[ROWS];
    flx_gemm_quads_a(block.a.data(), block.pairs, quads_a.data(), offset_a);
    flx_gemm_quads_b(block.b, block.pairs, quads_b, offset_b);
    const flx_panel_t a = {block.a.data(), nullptr, quads_a.data(), offset_a}, b = {block.b, nullptr, quads_b, offset_b};
    for (const flx_gemm_kernel_t kernel : kernels())
        if (const flx_gemm_tile_fn tile = flx_gemm_tile_long(kernel)) compare_tile(what, kernel, tile, a, b, block.pairs, exact(block));
}

// Operands that make sums grow as fast as they can, in each direction, or alternate.
const struct { const char *what; Value a, b; } EXTREMES[] = {
    {"all -32768", [](size_t, size_t) { return LOW; }, [](size_t, size_t) { return LOW; }},
    {"all 32767", [](size_t, size_t) { return HIGH; }, [](size_t, size_t) { return HIGH; }},
    {"-32768 times 32767", [](size_t, size_t) { return LOW; }, [](size_t, size_t) { return HIGH; }},
    {"A alternates", [](size_t k, size_t) { return k % 2 != 0 ? HIGH : LOW; }, [](size_t, size_t) { return LOW; }},
    {"pairs alternate", [](size_t k, size_t) { return k / 2 % 2 != 0 ? HIGH : LOW; }, [](size_t, size_t) { return LOW; }},
    {"both alternate", [](size_t k, size_t) { return k % 2 != 0 ? HIGH : LOW; }, [](size_t k, size_t) { return k % 2 != 0 ? LOW : HIGH; }},
    {"lines alternate", [](size_t, size_t r) { return r % 2 != 0 ? HIGH : LOW; }, [](size_t, size_t c) { return c % 3 != 0 ? HIGH : LOW; }},
};

// Any pair is a segment: what the one before leaves behind meets the largest and the smallest sum there is.
TEST(GemmTile, SegmentsOfOnePair)
{
    static Block block;
    Random random(40);
    for (size_t pairs = 1; pairs <= FLX_BLOCK_PAIRS; pairs++) {
        block.segment.assign(pairs, 1);
        for (const auto &e : EXTREMES) {
            if (pairs > 20 && pairs % 37 != 0) break;
            fill(&block, pairs, e.a, e.b);
            compare_short(e.what, block);
            if (HasFatalFailure()) return;
        }
        const auto any = [&](size_t, size_t) { return static_cast<int16_t>(random.between(LOW, HIGH)); };
        fill(&block, pairs, any, any);
        compare_short("any operands", block);
        const auto limits = [&](size_t, size_t) { return random.one_in(2) ? HIGH : LOW; };
        fill(&block, pairs, limits, limits);
        compare_short("limits", block);
        // -1 leaves -1 behind, to which 2^31 is added; 0 leaves -65536, to which 2^16 - 2^31 is
        const auto pick = [](size_t k, int even, int odd) { return k / 2 % 2 != 0 ? LOW : static_cast<int16_t>(k % 2 == 0 ? even : odd); };
        fill(&block, pairs, [&](size_t k, size_t) { return pick(k, 1, 0); }, [&](size_t k, size_t) { return pick(k, -1, -1); });
        compare_short("2^31 after -1", block);
        fill(&block, pairs, [](size_t k, size_t) { return k / 2 % 2 == 0 ? static_cast<int16_t>(0) : LOW; }, [](size_t, size_t) { return HIGH; });
        compare_short("2^16 - 2^31 after 0", block);
        if (HasFatalFailure()) return;
    }
}

// Every length of a segment, with operands whose sum over one is as close to the limit as that length allows, then one pair that meets it.
TEST(GemmTile, SegmentsOfEveryLength)
{
    static Block block;
    Random random(41);
    int64_t largest = 0;
    for (size_t length = 2; length <= FLX_BLOCK_PAIRS; length++)
        for (int round = 0; round < 4; round++) {
            // |a| of a segment adds up to `total`, evenly, so that total b is at most the limit: equal to it for b = 32767
            const int64_t b = random.one_in(2) ? HIGH : random.between(1, HIGH), steps = static_cast<int64_t>(2 * length), total = std::min(FLX_SEGMENT_SUM_MAX / b, steps * HIGH);
            const int row_sign = round % 2;
            std::vector<bool> minus(2 * FLX_BLOCK_PAIRS);
            for (size_t k = 0; k < minus.size(); k++) minus[k] = random.one_in(2);
            fill(
                &block, FLX_BLOCK_PAIRS,
                [&](size_t k, size_t r) {
                    const int64_t at = static_cast<int64_t>(k) % steps, size = total / steps + (at < total % steps ? 1 : 0);
                    return static_cast<int16_t>(minus[k] != ((r & 1U) != 0 && row_sign != 0) ? -size : size);
                },
                [&](size_t k, size_t) { return static_cast<int16_t>(minus[k] ? -b : b); });
            block.segment.clear();
            for (size_t left = FLX_BLOCK_PAIRS; left != 0; left -= block.segment.back()) block.segment.push_back(static_cast<uint16_t>(std::min(left, length)));
            largest = std::max(largest, total * b);
            compare_short("sums at the limit", block);
            if (HasFatalFailure()) FAIL() << "segments of " << length << " pairs";
        }
    printf("largest sum of a segment: 0x%llX of at most 0x%X\n", static_cast<unsigned long long>(largest), static_cast<unsigned>(FLX_SEGMENT_SUM_MAX));
    EXPECT_GT(largest, FLX_SEGMENT_SUM_MAX - HIGH);
}

// The segments that flx_gemm_segments finds, for operands of every size.
TEST(GemmTile, SegmentsAsTheyAreCut)
{
    static Block block;
    Random random(42);
    uint64_t segments = 0, single = 0;
    for (int round = 0; round < 3000; round++) {
        const size_t pairs = static_cast<size_t>(random.between(1, FLX_BLOCK_PAIRS));
        const int64_t most_a = int64_t{1} << random.between(4, 15), most_b = int64_t{1} << random.between(4, 15), one_way = random.between(0, 2);
        const auto value = [&](int64_t most) { return one_way == 0 ? random.between(-most, most - 1) : one_way == 1 ? -most : random.between(0, most - 1); };
        fill(&block, pairs, [&](size_t, size_t) { return static_cast<int16_t>(value(most_a)); }, [&](size_t, size_t) { return static_cast<int16_t>(value(most_b)); });
        block.segment.assign(pairs, 0);
        flx_gemm_segments(block.a.data(), pairs, static_cast<uint32_t>(most_a), static_cast<uint32_t>(most_b), block.segment.data());
        for (size_t i = 0, done = 0; done < pairs; done += block.segment[i], i++) segments++, single += block.segment[i] == 1;
        compare_short("as cut", block);
        if (HasFatalFailure()) return;
    }
    printf("segments: %llu, of them of one pair: %llu\n", static_cast<unsigned long long>(segments), static_cast<unsigned long long>(single));
    EXPECT_GT(single, 1000U);
    EXPECT_GT(segments - single, 1000U);
}

// Long blocks of 1 .. FLX_LONG_PAIRS pairs, the last quad half empty or full: operands anywhere, at the limits, and as far from the middle of their high byte as they get.
TEST(GemmTile, LongBlocks)
{
    static Block block;
    Random random(43);
    for (size_t pairs = 1; pairs <= FLX_LONG_PAIRS; pairs++) {
        for (const auto &e : EXTREMES) {
            fill(&block, pairs, e.a, e.b);
            compare_long(e.what, block);
        }
        for (int kind = 0; kind < 8; kind++) {
            const auto value = [&](size_t, size_t) {
                const int64_t high = kind < 4 ? random.between(-128, 127) : random.one_in(2) ? 127 : -128;
                const int64_t low = kind % 4 == 0 ? random.between(0, 255) : kind % 4 == 1 ? 0 : kind % 4 == 2 ? 255 : random.one_in(2) ? 0 : 255;
                return static_cast<int16_t>(256 * high + low);
            };
            fill(&block, pairs, value, value);
            compare_long("high and low bytes", block);
        }
        if (HasFatalFailure()) return;
    }
}

} // namespace
