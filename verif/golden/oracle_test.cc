// oracle_test.cc - every numeric function of the golden model against the oracle. Twin: oracle.h
//
// FLX_CASES cases per function (1,000,000), FLX_SEED (1). Each test prints how often it met each boundary and fails if it met
// one of them never: random operands alone are too tame.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "flx.h"
#include "oracle.h"

namespace {

uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

class Random {
public:
    explicit Random(uint64_t salt) : state_(setting("FLX_SEED", 1) * 0x9E3779B97F4A7C15U + salt) {}
    uint64_t word()
    {
        uint64_t x = state_ += 0x9E3779B97F4A7C15U;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
        return x ^ (x >> 31);
    }
    int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(word() % static_cast<uint64_t>(high - low + 1)); }
    bool one_in(uint32_t n) { return word() % n == 0; }
    // Any number of bits up to `bits`, either sign.
    int64_t any(int bits)
    {
        const int64_t magnitude = static_cast<int64_t>(word() >> (64 - between(1, bits)));
        return one_in(2) ? magnitude : -magnitude;
    }

private:
    uint64_t state_;
};

// Counts of boundaries met; each has to be met.
class Met {
public:
    Met(const char *what, uint64_t cases, std::initializer_list<const char *> classes) : what_(what), cases_(cases)
    {
        for (const char *name : classes) count_[name] = 0;
    }
    void operator()(const char *name, bool met)
    {
        if (met) count_.at(name)++;
    }
    ~Met()
    {
        std::string line = std::string(what_) + ": " + std::to_string(cases_) + " cases;";
        for (const auto &c : count_) {
            line += " " + c.first + " " + std::to_string(c.second);
            if (cases_ >= 100000) {
                EXPECT_GT(c.second, 0U) << what_ << " never met: " << c.first;
            }
        }
        printf("%s\n", line.c_str());
    }

private:
    const char *what_;
    uint64_t cases_;
    std::map<std::string, uint64_t> count_;
};

flx_format_t random_format(Random &random)
{
    flx_format_t fmt = flx_format_default();
    if (random.one_in(2)) return fmt;
    fmt.mant_bits = static_cast<uint8_t>(random.between(8, 16));
    fmt.exp_bits = static_cast<uint8_t>(random.between(4, 8));
    return fmt;
}

int64_t shifted(int64_t x, int64_t s) { return s >= 0 && s < 62 ? static_cast<int64_t>(static_cast<uint64_t>(x) << s) : 0; }

TEST(Oracle, Requantise)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(1);
    Met met("requantise", cases, {"tie", "clipped high", "clipped low", "just fits high", "just fits low", "zero", "left shift", "shift at both ends", "underflow"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = random_format(random);
        const int32_t exp_max = flx_exp_max(fmt), max = flx_mant_max(fmt);
        int32_t s = static_cast<int32_t>(random.one_in(2) ? random.between(0, 40) : random.between(-exp_max, 2 * exp_max));
        int64_t acc = random.any(62);
        if (random.one_in(2)) { // near m + {0, 1/2, 1} at this shift, m often at a limit
            s = static_cast<int32_t>(random.between(1, 44));
            const int64_t m = random.one_in(3) ? max : random.one_in(3) ? -max - 1 : random.between(-max - 1, max);
            acc = shifted(m, s) + (random.one_in(2) ? shifted(1, s - 1) : 0) + random.between(-2, 2);
        }
        if (random.one_in(64)) acc = 0;
        if (random.one_in(64)) acc = random.one_in(2) ? INT64_MAX : INT64_MIN;
        const auto mode = static_cast<flx_rounding_t>(random.between(0, 4));
        const uint32_t word = random.one_in(8) ? UINT32_MAX : static_cast<uint32_t>(random.word());
        const flx_mant_t got = flx_requant(fmt, acc, s, mode, word);
        const oracle::Mantissa want = oracle::requantise(fmt.mant_bits, mpz_class(static_cast<long>(acc)), s, static_cast<oracle::Mode>(mode), word);
        ASSERT_TRUE(got.mant == want.value && got.clipped == want.clipped && got.nonzero_in == (acc != 0))
            << "N=" << int(fmt.mant_bits) << " acc=" << acc << " s=" << s << " mode=" << mode << " random=" << word << ": " << got.mant << " expected " << want.value;
        met("tie", s >= 1 && s < 62 && acc != 0 && (static_cast<uint64_t>(acc) & ((1ULL << s) - 1)) == 1ULL << (s - 1));
        met("clipped high", got.clipped && got.mant == max);
        met("clipped low", got.clipped && got.mant == -max - 1);
        met("just fits high", !got.clipped && got.mant == max);
        met("just fits low", !got.clipped && got.mant == -max - 1);
        met("zero", acc == 0);
        met("left shift", s < 0 && !got.clipped && acc != 0);
        met("shift at both ends", s == -exp_max || s == 2 * exp_max);
        met("underflow", acc != 0 && got.mant == 0);
    }
}

TEST(Oracle, ChunkRound)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(2);
    Met met("chunk rounding", cases, {"t saturates", "rounds to zero", "s below 0", "negative half", "doubles"});
    for (uint64_t i = 0; i < cases; i++) {
        const int32_t s = static_cast<int32_t>(random.one_in(2) ? random.between(0, 47) : random.between(-255, 510));
        int64_t acc = random.any(60);
        if (random.one_in(2) && s >= 1 && s <= 44) acc = shifted(random.between(-70000, 70000), s) + shifted(random.between(-1, 1), s - 1) + random.between(-2, 2);
        const int64_t got = flx_chunk_round(acc, s);
        ASSERT_EQ(mpz_class(static_cast<long>(got)), oracle::chunk_round(mpz_class(static_cast<long>(acc)), s)) << "acc=" << acc << " s=" << s;
        met("t saturates", s >= 0 && s < 40 && (acc >= shifted(1, s + 19) || acc < -shifted(1, s + 19)));
        met("rounds to zero", acc != 0 && got == 0);
        met("s below 0", s < 0);
        met("negative half", s >= 1 && s < 62 && acc == -shifted(1, s - 1));
        met("doubles", acc > 0 && got == 2 * acc);
    }
}

TEST(Oracle, ChunkExamplesOfTheSpecification)
{
    const struct { std::vector<int64_t> sums; int32_t chunked, exact; } example[] = {
        {{16384}, 1, 0}, {{-16384}, 0, 0}, {{-16385}, 0, -1}, {{-16392}, -1, -1}, {{16384, 16384}, 2, 1}, {{-16384, -16384}, 0, -1},
        {{16376, 16376, 16376, 16376}, 0, 2}, {{16388, 16388, 16388, 16388}, 4, 2}};
    for (const auto &e : example) {
        int64_t acc = 0, sum = 0;
        for (int64_t x : e.sums) {
            acc = flx_chunk_round(acc + x, 15);
            sum += x;
        }
        EXPECT_EQ(flx_requant(flx_format_default(), acc, 15, FLX_ROUND_NEAREST_EVEN, 0).mant, e.chunked);
        EXPECT_EQ(flx_requant(flx_format_default(), sum, 15, FLX_ROUND_NEAREST_EVEN, 0).mant, e.exact);
    }
}

TEST(Oracle, StochasticWord)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(3);
    Met met("stochastic word", cases, {"start 0"});
    for (uint64_t i = 0; i < cases; i++) {
        const auto row = static_cast<uint32_t>(random.word()), col = static_cast<uint32_t>(random.word() >> random.between(32, 60));
        const bool zero = random.one_in(16);
        const uint32_t seed = zero ? 0U - row * 0x9E3779B9U - col * 0x85EBCA6BU : static_cast<uint32_t>(random.word());
        ASSERT_EQ(flx_stochastic_word(seed, row, col), oracle::stochastic_word(seed, row, col));
        met("start 0", zero);
    }
}

int16_t operand(Random &random, flx_format_t fmt, int kind)
{
    const int32_t max = flx_mant_max(fmt);
    switch (kind) {
    case 0: return static_cast<int16_t>(-max - 1);
    case 1: return static_cast<int16_t>(random.one_in(2) ? max : -max - 1);
    case 2: return static_cast<int16_t>(random.between(-3, 3));
    default: return static_cast<int16_t>(random.between(-max - 1, max));
    }
}

// Every entry point of the multiply, so also every kernel that this machine has.
TEST(Oracle, Multiply)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(4);
    Met met("multiply (words)", cases, {"transposed A", "transposed B", "both transposed", "chunked", "accumulator saturated", "clipped", "underflow", "dry run", "refused"});
    uint64_t words = 0;
    while (words < cases) {
        const flx_format_t base = random_format(random);
        flx_gemm_t op = {};
        op.fmt = base;
        op.fmt.acc_bits = static_cast<uint8_t>(random.one_in(4) ? random.between(std::max(18, 2 * base.mant_bits), 47) : 48);
        op.m = static_cast<size_t>(random.between(1, 16));
        op.n = static_cast<size_t>(random.between(1, 40));
        op.k = static_cast<size_t>(random.one_in(8) ? random.between(60, 300) : random.between(1, 70));
        op.trans_a = random.one_in(2);
        op.trans_b = random.one_in(2);
        const int32_t exp_max = flx_exp_max(op.fmt);
        op.exp_a = static_cast<int32_t>(random.between(0, exp_max));
        op.exp_b = static_cast<int32_t>(random.between(0, exp_max));
        const int64_t near = op.exp_a + op.exp_b - random.between(0, 24); // a shift that keeps most words
        op.exp_c = static_cast<int32_t>(near < 0 || near > exp_max || random.one_in(8) ? random.between(0, exp_max) : near);
        op.rounding = static_cast<flx_rounding_t>(random.between(0, 4));
        op.seed = static_cast<uint32_t>(random.word());
        op.chunk = random.one_in(3) ? 32 : 0;
        op.lanes = 1U << random.between(0, 5);
        op.dry_run = random.one_in(8);
        std::vector<int16_t> a(op.m * op.k), b(op.k * op.n), at(a.size()), bt(b.size()), c(op.m * op.n, 77), want;
        const int kind_a = static_cast<int>(random.between(0, 6)), kind_b = static_cast<int>(random.between(0, 6));
        for (size_t i = 0; i < op.m; i++)
            for (size_t k = 0; k < op.k; k++) a[i * op.k + k] = at[k * op.m + i] = operand(random, op.fmt, kind_a);
        for (size_t k = 0; k < op.k; k++)
            for (size_t j = 0; j < op.n; j++) b[k * op.n + j] = bt[j * op.k + k] = operand(random, op.fmt, kind_b);
        const oracle::Gemm g = {op.fmt.mant_bits, op.fmt.acc_bits, static_cast<int>(op.lanes), op.m, op.n, op.k, op.exp_a + op.exp_b - op.exp_c,
                                static_cast<oracle::Mode>(op.rounding), op.seed, op.chunk != 0};
        const oracle::Stats s = oracle::gemm(g, a, b, want);
        for (int kernel = -1; kernel <= FLX_GEMM_VNNI; kernel++) {
            if (kernel >= 0 && strcmp(flx_gemm_kernel_name(static_cast<flx_gemm_kernel_t>(kernel)), "not on this machine") == 0) continue;
            flx_stats_t stats = {};
            std::fill(c.begin(), c.end(), 77);
            const int16_t *x = (op.trans_a ? at : a).data(), *y = (op.trans_b ? bt : b).data();
            const flx_err_t err = kernel < 0 ? flx_gemm_reference(&op, x, y, c.data(), &stats)
                                             : flx_gemm_run_with(static_cast<flx_gemm_kernel_t>(kernel), &op, x, y, c.data(), &stats, 1 + kernel % 2);
            ASSERT_EQ(err, FLX_OK);
            ASSERT_TRUE(op.dry_run ? std::count(c.begin(), c.end(), 77) == static_cast<long>(c.size()) : c == want)
                << op.m << "x" << op.n << "x" << op.k << " kernel " << kernel << " N=" << int(op.fmt.mant_bits) << " acc=" << int(op.fmt.acc_bits);
            ASSERT_TRUE(stats.gamma == s.gamma && stats.overflow == s.overflow && stats.saturated == s.saturated && stats.half_range == s.half_range &&
                        stats.underflow == s.underflow && stats.acc_saturated == s.acc_saturated)
                << "statistics, kernel " << kernel;
        }
        met("transposed A", op.trans_a && !op.trans_b);
        met("transposed B", op.trans_b && !op.trans_a);
        met("both transposed", op.trans_a && op.trans_b);
        met("chunked", op.chunk != 0);
        met("accumulator saturated", s.acc_saturated);
        met("clipped", s.saturated != 0);
        met("underflow", s.underflow != 0);
        met("dry run", op.dry_run);
        op.k = static_cast<size_t>(flx_depth_max(op.fmt)) + 1;
        flx_stats_t untouched = {};
        met("refused", op.fmt.acc_bits >= 48 && flx_gemm_reference(&op, a.data(), b.data(), c.data(), &untouched) == FLX_ERR_DEPTH);
        words += op.m * op.n;
    }
}

float random_float(Random &random, int e, int32_t max)
{
    switch (random.between(0, 7)) {
    case 0: { // any bit pattern
        const auto bits = static_cast<uint32_t>(random.word());
        float x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    case 1: return random.one_in(64) ? (random.one_in(2) ? INFINITY : -INFINITY) : random.one_in(2) ? 0.0F : -0.0F;
    case 2: return static_cast<float>(std::ldexp(static_cast<double>(max) + static_cast<double>(random.between(-4, 4)) / 4, -e)); // at the limit
    case 3: return static_cast<float>(std::ldexp(static_cast<double>(random.between(-2 * max, 2 * max)) + 0.5, -e));              // ties
    default: return static_cast<float>(std::ldexp(static_cast<double>(random.any(40)) / 1e6, -e));
    }
}

TEST(Oracle, HostAndKernelWrites)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(5);
    Met met("host and kernel writes", cases, {"clipped", "underflow", "not a number", "infinite", "subnormal", "tie"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = random_format(random);
        const int e = static_cast<int>(random.between(0, flx_exp_max(fmt)));
        const float x = random_float(random, e, flx_mant_max(fmt));
        int16_t host = 0, kernel = 0;
        flx_stats_t sh, sk;
        flx_host_write(fmt, e, &x, 1, &host, &sh);
        flx_kernel_write(fmt, e, &x, 1, &kernel, &sk);
        const oracle::Mantissa wh = oracle::host_write(fmt.mant_bits, e, static_cast<double>(x)), wk = oracle::kernel_write(fmt.mant_bits, e, static_cast<double>(x));
        oracle::Stats oh, ok;
        oh.add(fmt.mant_bits, wh, x != 0.0F);
        ok.add(fmt.mant_bits, wk, x != 0.0F);
        ASSERT_TRUE(host == wh.value && sh.gamma == oh.gamma && sh.saturated == oh.saturated && sh.overflow == oh.overflow && sh.underflow == oh.underflow)
            << "host write of " << x << " at e=" << e << " N=" << int(fmt.mant_bits);
        ASSERT_TRUE(kernel == wk.value && sk.gamma == ok.gamma && sk.saturated == ok.saturated && sk.overflow == ok.overflow && sk.underflow == ok.underflow)
            << "kernel write of " << x << " at e=" << e << " N=" << int(fmt.mant_bits) << ": " << kernel << " expected " << wk.value;
        if (std::isfinite(x) && x != 0.0F) { // scale(v): v 2^e in [2^(N-2), 2^(N-1)) unless clamped
            const int scale = flx_scale_exp(fmt, static_cast<double>(x));
            mpq_class v(std::fabs(static_cast<double>(x)));
            mpq_mul_2exp(v.get_mpq_t(), v.get_mpq_t(), static_cast<unsigned long>(scale));
            const mpq_class low(1L << (fmt.mant_bits - 2));
            ASSERT_TRUE((scale == 0 || v < 2 * low) && (scale == flx_exp_max(fmt) || v >= low)) << "scale of " << x;
        }
        met("clipped", wk.clipped);
        met("underflow", x != 0.0F && kernel == 0);
        met("not a number", std::isnan(x));
        met("infinite", std::isinf(x));
        met("subnormal", std::fpclassify(x) == FP_SUBNORMAL);
        const double scaled = std::ldexp(static_cast<double>(x), e);
        met("tie", std::isfinite(scaled) && std::fabs(scaled - std::floor(scaled)) == 0.5 && std::fabs(scaled) < 40000.0);
    }
}

TEST(Oracle, Add)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random(6);
    Met met("sums of unlike exponents", cases, {"lost", "far apart", "cancel", "clipped", "tie", "in place"});
    for (uint64_t i = 0; i < cases; i++) {
        const flx_format_t fmt = random_format(random);
        const int32_t top = flx_exp_max(fmt), max = flx_mant_max(fmt);
        const auto ex = static_cast<int32_t>(random.between(0, top));
        auto ey = static_cast<int32_t>(random.one_in(2) ? random.between(0, top) : std::min<int64_t>(top, ex + random.between(0, 20)));
        auto eo = static_cast<int32_t>(random.one_in(2) ? random.between(0, top) : std::max<int64_t>(0, std::min<int64_t>(top, ex + random.between(-3, 3))));
        int16_t x = operand(random, fmt, static_cast<int>(random.between(0, 5))), y = operand(random, fmt, static_cast<int>(random.between(0, 5)));
        if (random.one_in(16)) ey = ex, y = static_cast<int16_t>(x == -max - 1 ? max : -x);
        const auto mode = static_cast<flx_rounding_t>(random.between(0, 4));
        const auto seed = static_cast<uint32_t>(random.word());
        int16_t out = x;
        const bool in_place = random.one_in(2);
        flx_stats_t stats;
        uint64_t lost = 0;
        ASSERT_EQ(flx_add(fmt, in_place ? &out : &x, ex, &y, ey, &out, eo, 1, mode, seed, &stats, &lost), FLX_OK);
        // (x 2^-ex + y 2^-ey) 2^eo = (x 2^ey + y 2^ex) / 2^(ex + ey - eo)
        mpz_class px, py;
        mpz_mul_2exp(px.get_mpz_t(), mpz_class(x).get_mpz_t(), static_cast<unsigned long>(ey));
        mpz_mul_2exp(py.get_mpz_t(), mpz_class(y).get_mpz_t(), static_cast<unsigned long>(ex));
        const mpz_class sum = px + py;
        const uint32_t word = mode == FLX_ROUND_STOCHASTIC ? oracle::stochastic_word(seed, 0, 0) : 0;
        const oracle::Mantissa want = oracle::requantise(fmt.mant_bits, sum, ex + ey - eo, static_cast<oracle::Mode>(mode), word);
        const oracle::Mantissa alone = oracle::requantise(fmt.mant_bits, px, ex + ey - eo, static_cast<oracle::Mode>(mode), word);
        oracle::Stats s;
        s.add(fmt.mant_bits, want, sum != 0);
        ASSERT_TRUE(out == want.value && stats.saturated == s.saturated && stats.underflow == s.underflow && stats.gamma == s.gamma && stats.overflow == s.overflow)
            << "x=" << x << " at " << ex << ", y=" << y << " at " << ey << " -> " << eo << " mode " << mode << ": " << out << " expected " << want.value;
        ASSERT_EQ(lost, y != 0 && alone.value == want.value ? 1U : 0U);
        met("lost", lost != 0);
        met("far apart", std::abs(ex - ey) > 47 && x != 0 && y != 0);
        met("cancel", sum == 0 && x != 0);
        met("clipped", want.clipped);
        met("in place", in_place);
        const long s_all = ex + ey - eo;
        met("tie", s_all > 0 && sum != 0 && mpz_scan1(sum.get_mpz_t(), 0) == static_cast<unsigned long>(s_all - 1));
    }
}

} // namespace
