// gemm_run_test.cc - every kernel and number of threads equals the reference loops, where blocks, tiles and int32 sums end. Twin: cmodel/fast/flx_gemm_run.c
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES counts output words per test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "cases.h"

namespace {

using cases::Met;
using cases::Random;

std::vector<flx_gemm_kernel_t> kernels()
{
    std::vector<flx_gemm_kernel_t> out;
    for (const flx_gemm_kernel_t kernel : {FLX_GEMM_AUTO, FLX_GEMM_PORTABLE, FLX_GEMM_AVX2, FLX_GEMM_VNNI})
        if (strcmp(flx_gemm_kernel_name(kernel), "not on this machine") != 0) out.push_back(kernel);
    return out;
}

flx_gemm_t product(size_t m, size_t n, size_t k)
{
    flx_gemm_t op = {};
    op.fmt = flx_format_default();
    op.m = m, op.n = n, op.k = k;
    op.exp_a = op.exp_b = 12;
    op.exp_c = 6;
    op.lanes = FLX_LANES_DEFAULT;
    return op;
}

bool same(const flx_stats_t &x, const flx_stats_t &y)
{
    return x.gamma == y.gamma && x.overflow == y.overflow && x.acc_saturated == y.acc_saturated && x.saturated == y.saturated && x.half_range == y.half_range && x.underflow == y.underflow;
}

// All kernels, on `threads` threads, against the reference. The word behind C has to survive.
void compare(const flx_gemm_t &op, const std::vector<int16_t> &a, const std::vector<int16_t> &b, const std::vector<unsigned> &threads, flx_stats_t *out = nullptr)
{
    const size_t words = op.m * op.n;
    std::vector<int16_t> want(words + 1, 4711), got(words + 1);
    flx_stats_t stats = {};
    ASSERT_EQ(flx_gemm_reference(&op, a.data(), b.data(), want.data(), &stats), FLX_OK);
    for (const flx_gemm_kernel_t kernel : kernels())
        for (const unsigned count : threads) {
            flx_stats_t s = {};
            std::fill(got.begin(), got.end(), static_cast<int16_t>(4711));
            ASSERT_EQ(flx_gemm_run_with(kernel, &op, a.data(), b.data(), op.dry_run ? nullptr : got.data(), &s, nullptr, count), FLX_OK);
            const auto at = std::mismatch(got.begin(), got.end(), want.begin());
            ASSERT_TRUE(at.first == got.end()) << flx_gemm_kernel_name(kernel) << " on " << count << " threads, " << op.m << "x" << op.n << "x" << op.k << (op.trans_a ? " A transposed" : "")
                                               << (op.trans_b ? " B transposed" : "") << ": word " << at.first - got.begin() << " is " << *at.first << " instead of " << *at.second;
            ASSERT_TRUE(same(s, stats)) << "statistics: " << flx_gemm_kernel_name(kernel) << " on " << count << " threads, " << op.m << "x" << op.n << "x" << op.k;
        }
    if (out != nullptr) *out = stats;
}

using Fill = std::function<int16_t(size_t i)>;

std::vector<int16_t> filled(size_t count, const Fill &fill)
{
    std::vector<int16_t> out(count);
    for (size_t i = 0; i < count; i++) out[i] = fill(i);
    return out;
}

// A size next to a multiple of `unit` half of the time.
size_t size_near(Random &random, int64_t unit, int64_t most)
{
    if (random.one_in(2)) return static_cast<size_t>(random.between(1, most));
    return static_cast<size_t>(std::clamp<int64_t>(unit * random.between(1, std::max<int64_t>(1, most / unit)) + random.between(-1, 1), 1, most));
}

TEST(GemmRun, KernelsOfThisMachine)
{
    std::string names;
    for (const flx_gemm_kernel_t kernel : kernels()) names += std::string(names.empty() ? "" : ", ") + flx_gemm_kernel_name(kernel);
    printf("kernels (the first is the fastest): %s\n", names.c_str());
    EXPECT_GE(kernels().size(), 2U); // at least the portable one, and the automatic choice
    const flx_gemm_t op = product(1, 1, 1);
    const int16_t a = 64, b = 64;
    int16_t c = 0;
    flx_stats_t stats;
    for (const flx_gemm_kernel_t kernel : {FLX_GEMM_AVX2, FLX_GEMM_VNNI})
        if (strcmp(flx_gemm_kernel_name(kernel), "not on this machine") == 0) {
            EXPECT_EQ(flx_gemm_run_with(kernel, &op, &a, &b, &c, &stats, nullptr, 1), FLX_ERR_MODE);
            leave_out_kernel(kernel == FLX_GEMM_AVX2 ? "AVX2" : "AVX-512");
        }
    EXPECT_EQ(flx_gemm_run_with(static_cast<flx_gemm_kernel_t>(99), &op, &a, &b, &c, &stats, nullptr, 1), FLX_ERR_MODE);
}

// Sums of a few powers of two and their neighbours, at every shift that a format of 5 exponent bits has: ties, and values beside the clip.
TEST(GemmRun, TiesAtEveryShift)
{
    Random random(29);
    uint64_t ties = 0, clipped = 0;
    for (int32_t s = 1; s <= 62; s++)
        for (int round = 0; round < 8; round++) {
            flx_gemm_t op = product(8, 64, static_cast<size_t>(random.between(1, 6)));
            op.exp_a = (s + 1) / 2;
            op.exp_b = s / 2;
            op.exp_c = 0;
            const auto near_power = [&](size_t) {
                const auto value = static_cast<int32_t>(random.between(-1, 1) + (int64_t{1} << random.between(0, 14)) * random.between(0, 1));
                return static_cast<int16_t>(random.one_in(2) ? -value : value);
            };
            const std::vector<int16_t> a = filled(op.m * op.k, near_power), b = filled(op.k * op.n, near_power);
            for (size_t row = 0; row < op.m; row++)
                for (size_t col = 0; col < op.n; col++) {
                    int64_t sum = 0;
                    for (size_t k = 0; k < op.k; k++) sum += int64_t{a[row * op.k + k]} * b[k * op.n + col];
                    ties += (sum & ((int64_t{1} << s) - 1)) == int64_t{1} << (s - 1);
                }
            flx_stats_t stats = {};
            compare(op, a, b, {1, 2}, &stats);
            clipped += stats.saturated;
            if (HasFatalFailure()) return;
        }
    printf("ties at every shift: %llu ties, %llu clipped\n", static_cast<unsigned long long>(ties), static_cast<unsigned long long>(clipped));
    EXPECT_GE(ties, 1000U);
    EXPECT_GE(clipped, 1000U);
}

// Shapes around tiles (8 x 32), blocks of rows (576) and of reduction steps (512); operands from small to the limits.
TEST(GemmRun, RandomShapes)
{
    const uint64_t cases = cases::count();
    Random random(20);
    Met met("kernels on random shapes (words; classes count products)", cases,
            {"A transposed", "B transposed", "both transposed", "odd k", "several blocks of k", "several blocks of rows", "ragged rows", "ragged columns", "full tiles", "limits", "both -2^(N-1)", "zero", "no shift", "dry run",
             "stochastic", "chunked", "accumulator saturated", "narrow accumulator"});
    for (uint64_t words = 0; words < cases;) {
        flx_gemm_t op = product(size_near(random, 8, 26), size_near(random, 32, 66), size_near(random, 512, random.one_in(4) ? 1600 : 80));
        if (random.one_in(32)) op.m = static_cast<size_t>(random.between(570, 600)), op.n = static_cast<size_t>(random.between(1, 40)), op.k = static_cast<size_t>(random.between(1, 40));
        op.fmt = cases::any_format(random);
        op.fmt.exp_bits = 5;
        if (random.one_in(4)) op.fmt.acc_bits = static_cast<uint8_t>(random.between(std::max(18, 2 * op.fmt.mant_bits), 47));
        op.trans_a = random.one_in(2);
        op.trans_b = random.one_in(2);
        op.exp_c = static_cast<int32_t>(random.between(0, 31));
        op.exp_a = op.exp_b = static_cast<int32_t>(std::clamp<int64_t>((op.exp_c + (random.one_in(8) ? 0 : random.between(-4, 22))) / 2, 0, 31));
        op.rounding = random.one_in(2) ? FLX_ROUND_NEAREST_EVEN : static_cast<flx_rounding_t>(random.between(0, 4));
        op.seed = static_cast<uint32_t>(random.word());
        op.chunk = random.one_in(16) ? 32 : 0;
        op.dry_run = random.one_in(16);
        const int64_t kind_a = random.one_in(2) ? random.between(0, 1) : random.between(0, 6), kind_b = random.one_in(2) ? kind_a : random.between(0, 6);
        const bool zero = random.one_in(32);
        const auto a = filled(op.m * op.k, [&](size_t) { return zero ? static_cast<int16_t>(0) : cases::mantissa(random, op.fmt, kind_a); });
        const auto b = filled(op.k * op.n, [&](size_t) { return cases::mantissa(random, op.fmt, kind_b); });
        flx_stats_t stats = {};
        compare(op, a, b, {1}, &stats);
        if (HasFatalFailure()) return;
        const int32_t shift = op.exp_a + op.exp_b - op.exp_c;
        met({op.trans_a && !op.trans_b, op.trans_b && !op.trans_a, op.trans_a && op.trans_b, op.k % 2 != 0, op.k > 512, op.m > 576, op.m % 8 != 0, op.n % 32 != 0, op.m % 8 == 0 && op.n % 32 == 0, kind_a == 1 && kind_b == 1,
             kind_a == 0 && kind_b == 0 && !zero, zero, shift == 0, op.dry_run, op.rounding == FLX_ROUND_STOCHASTIC, op.chunk != 0, stats.acc_saturated, op.fmt.acc_bits < 48});
        words += op.m * op.n;
    }
}

// Sums that grow as fast as they can, in each direction, and products that alternate: with k around every place where a kernel
// makes room in its int32 sums (every 1, 2, .. pairs, by the operands' size) and where a block ends.
TEST(GemmRun, Extremes)
{
    const struct { const char *what; Fill a, b; } operands[] = {
        {"all -32768", [](size_t) { return INT16_MIN; }, [](size_t) { return INT16_MIN; }},
        {"all 32767", [](size_t) { return INT16_MAX; }, [](size_t) { return INT16_MAX; }},
        {"-32768 times 32767", [](size_t) { return INT16_MIN; }, [](size_t) { return INT16_MAX; }},
        {"32767 times -32768", [](size_t) { return INT16_MAX; }, [](size_t) { return INT16_MIN; }},
        {"A alternates", [](size_t i) { return i % 2 != 0 ? INT16_MAX : INT16_MIN; }, [](size_t) { return INT16_MIN; }},
        {"both alternate", [](size_t i) { return i % 2 != 0 ? INT16_MAX : INT16_MIN; }, [](size_t i) { return i % 2 != 0 ? INT16_MIN : INT16_MAX; }},
        {"one huge element in 7", [](size_t i) { return static_cast<int16_t>(i % 7 == 0 ? INT16_MIN : 1); }, [](size_t) { return INT16_MIN; }},
        {"small after huge", [](size_t i) { return static_cast<int16_t>(i % 512 < 4 ? INT16_MIN : -1); }, [](size_t) { return INT16_MIN; }},
        {"just 2^13", [](size_t) { return static_cast<int16_t>(8192); }, [](size_t) { return static_cast<int16_t>(-8192); }},
        {"2^15 times 2^12", [](size_t) { return INT16_MIN; }, [](size_t i) { return static_cast<int16_t>(i % 2 != 0 ? 4096 : -4096); }},
        {"zero B", [](size_t) { return INT16_MIN; }, [](size_t) { return static_cast<int16_t>(0); }},
    };
    uint64_t words = 0;
    for (const auto &o : operands)
        for (const size_t k : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 30, 31, 32, 33, 34, 63, 64, 65, 66, 127, 128, 129, 255, 256, 257, 510, 511, 512, 513, 514, 1023, 1024, 1025, 2049})
            for (const int32_t exp_c : {0, 14, 31}) { // a far right shift, some, none
                flx_gemm_t op = product(13, 33, k);
                op.exp_a = op.exp_b = exp_c == 31 ? 15 : 14;
                op.exp_c = exp_c;
                compare(op, filled(op.m * k, o.a), filled(k * op.n, o.b), {1});
                if (HasFatalFailure()) FAIL() << o.what << ", k = " << k;
                words += op.m * op.n;
            }
    printf("extremes: %llu words\n", static_cast<unsigned long long>(words));
}

// Operands near the limits, whose sums run modulo 2^32 beside those of the high bytes: blocks of 256 products, quads that zeros fill,
// and low bytes that are as far from the middle as they get, all on one side or on both.
TEST(GemmRun, LongProducts)
{
    const uint64_t cases = cases::count();
    Random random(24);
    Met met("long products (words; classes count products)", cases, {"any low bytes", "low bytes 0", "low bytes 255", "either", "same high byte", "k mod 4 = 1", "k mod 4 = 2", "several blocks"});
    for (uint64_t words = 0; words < cases;) {
        flx_gemm_t op = product(size_near(random, 8, 26), size_near(random, 32, 66), size_near(random, 256, random.one_in(4) ? 1600 : 300));
        op.trans_a = random.one_in(2);
        op.trans_b = random.one_in(2);
        op.exp_a = op.exp_b = 14;
        op.exp_c = static_cast<int32_t>(random.between(0, 28));
        const int64_t low = random.between(0, 3), high = random.one_in(4) ? random.between(64, 127) : -1;
        const auto value = [&](size_t) {
            const int64_t h = high >= 0 ? high : random.between(80, 127), l = low == 0 ? random.between(0, 255) : low == 1 || (low == 3 && random.one_in(2)) ? 0 : 255;
            return static_cast<int16_t>((random.one_in(2) ? h : -1 - h) * 256 + l);
        };
        compare(op, filled(op.m * op.k, value), filled(op.k * op.n, value), {1});
        if (HasFatalFailure()) return;
        met({low == 0, low == 1, low == 2, low == 3, high >= 0, op.k % 4 == 1, op.k % 4 == 2, op.k > 256});
        words += op.m * op.n;
    }
}

// Random magnitudes with the sign that lets every product count the same way: the bound on a segment is met closely.
TEST(GemmRun, SumsInOneDirection)
{
    const uint64_t cases = cases::count();
    Random random(21);
    Met met("sums in one direction (words; classes count products)", cases, {"positive", "negative", "largest operands", "small operands"});
    for (uint64_t words = 0; words < cases;) {
        flx_gemm_t op = product(static_cast<size_t>(random.between(1, 13)), static_cast<size_t>(random.between(1, 33)), static_cast<size_t>(random.between(1, 1100)));
        op.trans_a = random.one_in(2); // the column of A: every row has the same signs
        op.exp_a = op.exp_b = 14;
        op.exp_c = static_cast<int32_t>(random.between(0, 8));
        const bool largest = random.one_in(8);
        const int64_t most_a = int64_t{1} << (largest ? 15 : random.between(1, 15)), most_b = int64_t{1} << (largest ? 15 : random.between(1, 15));
        const bool negative = random.one_in(2);
        std::vector<bool> sign(op.k);
        for (size_t k = 0; k < op.k; k++) sign[k] = random.one_in(2);
        const auto signed_value = [&](int64_t most, bool minus) {
            const int64_t size = random.one_in(4) ? most : random.between(most - most / 8, most);
            return static_cast<int16_t>(minus ? -size : std::min<int64_t>(size, 32767));
        };
        const auto a = filled(op.m * op.k, [&](size_t i) { return signed_value(most_a, sign[op.trans_a ? i / op.m : i % op.k]); });
        const auto b = filled(op.k * op.n, [&](size_t i) { return signed_value(most_b, sign[i / op.n] != negative); });
        compare(op, a, b, {1});
        if (HasFatalFailure()) return;
        met({!negative, negative, largest, most_a * most_b < 65536});
        words += op.m * op.n;
    }
}

// Pairs of large operands whose sums are added twice, as they are and their high halves alone: a pair of -1 leaves 65535 behind, the most,
// one of 2^31 - 2^16 is the largest that fits (two of 2^30 do not), and from 32768 pairs on what is left behind may not fit either.
TEST(GemmRun, PairwiseSums)
{
    const struct { const char *what; int16_t even_a, odd_a, even_b, odd_b; } pairs[] = {
        {"-1 again and again", INT16_MAX, INT16_MIN, 1, 1},
        {"-65536", INT16_MIN, INT16_MIN, 1, 1},
        {"0", INT16_MAX, INT16_MAX, 1, -1},
        {"largest", INT16_MIN, INT16_MIN, -INT16_MAX, -INT16_MAX},
        {"smallest", INT16_MIN, INT16_MIN, INT16_MAX, INT16_MAX},
        {"both -32768", INT16_MIN, INT16_MIN, INT16_MIN, INT16_MIN},
        {"largest after smallest", INT16_MIN, INT16_MAX, INT16_MAX, INT16_MAX},
        {"middle", 16384, -16384, INT16_MAX, 16385},
    };
    uint64_t words = 0;
    for (const auto &p : pairs)
        for (const size_t k : {2, 3, 575, 576, 577, 1151, 1152, 1154, 65533, 65534, 65535, 65536, 65540, 65541})
            for (const flx_rounding_t rounding : {FLX_ROUND_NEAREST_EVEN, FLX_ROUND_STOCHASTIC}) {
                flx_gemm_t op = product(3, 2, k);
                op.rounding = rounding;
                op.exp_a = op.exp_b = 31;
                op.exp_c = rounding == FLX_ROUND_STOCHASTIC ? 20 : 31; // shifts of 42 and 31: sums within the output's range and beyond
                // the second column is as large as operands get, so that the first one is not taken for small
                const auto b = filled(2 * k, [&](size_t i) { return i % 2 != 0 ? INT16_MAX : i / 2 % 2 == 0 ? p.even_b : p.odd_b; });
                compare(op, filled(3 * k, [&](size_t i) { return i % k % 2 == 0 ? p.even_a : p.odd_a; }), b, {1});
                if (HasFatalFailure()) FAIL() << p.what << ", k = " << k;
                words += op.m * op.n;
            }
    printf("pairwise sums: %llu words\n", static_cast<unsigned long long>(words));
}

// k = 131071 fills 48 bits: the sum of 131071 products of two -32768 is 2^47 - 2^30.
TEST(GemmRun, LargestDepth)
{
    for (const bool trans : {false, true}) {
        flx_gemm_t op = product(3, 5, 131071);
        op.trans_a = op.trans_b = trans;
        op.exp_a = op.exp_b = 31;
        op.exp_c = 30;
        const auto low = filled(5 * op.k, [](size_t) { return INT16_MIN; });
        compare(op, low, low, {1, 2});
        const auto high = filled(5 * op.k, [](size_t) { return INT16_MAX; });
        compare(op, low, high, {1, 2});
    }
}

// Depths at which the blocks that a sum in two parts holds end (FLX_SPLIT_PAIRS), with operands that make segments long, short and none, and the largest sum asked for.
TEST(GemmRun, SpansOfBlocks)
{
    Random random(25);
    uint64_t words = 0;
    for (const size_t ends : {65088, 65280, 130176, 130560})
        for (const size_t k : {ends, ends + 1, ends + 2})
            for (const int64_t most : {300, 8192, 32768}) {
                flx_gemm_t op = product(2, 33, k);
                op.exp_a = op.exp_b = 31;
                op.exp_c = static_cast<int32_t>(random.between(12, 31));
                op.trans_b = random.one_in(2);
                const int64_t least = random.one_in(2) ? -most : most / 2; // sums near zero, or in one direction
                const auto a = filled(op.m * k, [&](size_t) { return static_cast<int16_t>(random.between(least, most - 1)); });
                const auto b = filled(op.n * k, [&](size_t) { return static_cast<int16_t>(random.between(least, most - 1)); });
                compare(op, a, b, {2});
                int64_t want = 0;
                for (size_t row = 0; row < op.m; row++)
                    for (size_t col = 0; col < op.n; col++) {
                        int64_t sum = 0;
                        for (size_t i = 0; i < k; i++) sum += int64_t{a[row * k + i]} * b[op.trans_b ? col * k + i : i * op.n + col];
                        want = std::max(want, std::abs(sum));
                    }
                uint64_t largest = 0;
                op.dry_run = true;
                const flx_gemm_hints_t hints = {0, 0, nullptr, nullptr, nullptr, &largest};
                for (const flx_gemm_kernel_t kernel : kernels()) {
                    flx_stats_t stats = {};
                    ASSERT_EQ(flx_gemm_run_with(kernel, &op, a.data(), b.data(), nullptr, &stats, &hints, 2), FLX_OK);
                    EXPECT_EQ(largest, static_cast<uint64_t>(want)) << flx_gemm_kernel_name(kernel) << ", k = " << k << ", most " << most;
                }
                if (HasFatalFailure()) FAIL() << "k = " << k << ", most " << most;
                words += op.m * op.n;
            }
    printf("spans of blocks: %llu words\n", static_cast<unsigned long long>(words));
}

// The last sum that a narrow accumulator holds, and one product more.
TEST(GemmRun, NarrowAccumulator)
{
    for (const int bits : {32, 33, 36, 40, 47})
        for (const int64_t beyond : {-1, 0, 1}) {
            flx_gemm_t op = product(13, 33, static_cast<size_t>((int64_t{1} << (bits - 31)) + beyond)); // k * 2^30 around 2^(bits - 1)
            if (op.k == 0) continue;
            op.fmt.acc_bits = static_cast<uint8_t>(bits);
            op.exp_a = op.exp_b = 31;
            op.exp_c = 31;
            flx_stats_t stats = {};
            if (op.k > 4096) op.m = op.n = 2;
            const auto low = filled(op.m * op.k, [](size_t) { return INT16_MIN; }), other = filled(op.n * op.k, [](size_t) { return INT16_MIN; });
            compare(op, low, other, {1}, &stats);
            EXPECT_EQ(stats.acc_saturated, beyond >= 0) << bits << " bits, k = " << op.k;
            op.lanes = 1;
            op.k *= 2; // k * -2^29: -2^(bits - 1) itself still fits
            compare(op, filled(op.m * op.k, [](size_t) { return INT16_MIN; }), filled(op.n * op.k, [](size_t) { return static_cast<int16_t>(16384); }), {1}, &stats);
            EXPECT_EQ(stats.acc_saturated, beyond > 0) << bits << " bits, k = " << op.k;
        }
}

// Segments that end within a unit of their limit: n pairs of a row add up to 65535 .. 65538, and 65536 * 32767 is the most that a
// segment may hold. Twice the depth, so that one segment starts where another left its bits.
TEST(GemmRun, SegmentsAtTheirLimit)
{
    uint64_t words = 0;
    for (size_t n = 1; n <= 130; n++)
        for (size_t total = 65535; total <= 65538; total++)
            for (const int b : {-32767, 32767, -32768}) {
                if (total / (2 * n) + 1 > 32767) continue;
                flx_gemm_t op = product(1, 2, 6 * n);
                op.exp_c = 0;
                // the first total % 2n of every 2n values are one larger
                const auto a = filled(op.k, [&](size_t i) { return static_cast<int16_t>(total / (2 * n) + (i % (2 * n) < total % (2 * n) ? 1 : 0)); });
                compare(op, a, filled(2 * op.k, [&](size_t) { return static_cast<int16_t>(b); }), {1});
                if (HasFatalFailure()) FAIL() << n << " pairs, " << total;
                words += 2;
            }
    printf("segments at their limit: %llu words\n", static_cast<unsigned long long>(words));
}

TEST(GemmRun, Threads) // enough work for 1 to 4; more columns of tiles than threads, and fewer
{
    Random random(22);
    uint64_t words = 0;
    for (int i = 0; i < 12; i++) {
        flx_gemm_t op = product(static_cast<size_t>(random.between(150, 700)), static_cast<size_t>(i % 3 == 0 ? random.between(33, 64) : random.between(97, 400)), 0);
        op.k = ((size_t{1} << 24) + 4096) / (op.m * op.n) + 1; // four threads' worth
        op.trans_a = random.one_in(2);
        op.trans_b = random.one_in(2);
        op.rounding = random.one_in(2) ? FLX_ROUND_STOCHASTIC : FLX_ROUND_NEAREST_EVEN;
        op.dry_run = random.one_in(6);
        const int64_t kind = random.between(0, 6);
        const auto a = filled(op.m * op.k, [&](size_t) { return cases::mantissa(random, op.fmt, kind); });
        const auto b = filled(op.k * op.n, [&](size_t) { return cases::mantissa(random, op.fmt, 9); });
        compare(op, a, b, {0, 1, 2, 3, 4, 100});
        if (HasFatalFailure()) return;
        words += op.m * op.n;
    }
    printf("threads: %llu words, each on all, 1, 2, 3, 4 and 100 threads\n", static_cast<unsigned long long>(words));
}

} // namespace
