// cases.h - random operands of the golden tests, and counts of the boundaries that they met. Twin: oracle_test.cc
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES cases per function (1,000,000), FLX_SEED (1). From ALL_MET cases on a test that never met one of its boundaries fails:
// random operands alone are too tame.
#ifndef FLX_VERIF_CASES_H
#define FLX_VERIF_CASES_H

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "flx/flx.h"
#include "left_out.h"

namespace cases {

inline uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

inline uint64_t count() { return setting("FLX_CASES", 1000000); }

constexpr uint64_t ALL_MET = 300000;

// splitmix64; each test has a salt of its own.
class Random {
public:
    explicit Random(uint64_t salt) : state_(setting("FLX_SEED", 1) * 0x9E3779B97F4A7C15U + (salt << 40)) {}
    uint64_t word()
    {
        uint64_t x = state_ += 0x9E3779B97F4A7C15U;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
        return x ^ (x >> 31);
    }
    int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(word() % static_cast<uint64_t>(high - low + 1)); }
    bool one_in(uint32_t n) { return word() % n == 0; }
    // Any number of bits up to `bits` <= 63, either sign.
    int64_t any(int bits)
    {
        const int64_t magnitude = static_cast<int64_t>(word() >> (64 - between(1, bits)));
        return one_in(2) ? magnitude : -magnitude;
    }

private:
    uint64_t state_;
};

// Counts of boundaries met, printed at the end.
class Met {
public:
    Met(const char *what, uint64_t cases, std::initializer_list<const char *> classes) : what_(what), cases_(cases)
    {
        for (const char *name : classes) count_.emplace_back(name, 0);
    }
    // The classes in the order of the list above.
    void operator()(std::initializer_list<bool> met)
    {
        ASSERT_EQ(met.size(), count_.size());
        size_t i = 0;
        for (const bool m : met) count_[i++].second += m;
    }
    ~Met()
    {
        std::string line = std::string(what_) + ": " + std::to_string(cases_) + " cases;";
        for (const auto &c : count_) {
            line += std::string(c.first == count_[0].first ? " " : ", ") + c.first + " " + std::to_string(c.second);
            if (cases_ >= ALL_MET) {
                EXPECT_GT(c.second, 0U) << what_ << " never met: " << c.first;
            }
        }
        printf("%s\n", line.c_str());
    }

private:
    const char *what_;
    uint64_t cases_;
    std::vector<std::pair<const char *, uint64_t>> count_;
};

// flex16+5 half of the time, otherwise any N and M.
inline flx_format_t any_format(Random &random)
{
    flx_format_t fmt = flx_format_default();
    if (random.one_in(2)) return fmt;
    fmt.mant_bits = static_cast<uint8_t>(random.between(8, 16));
    fmt.exp_bits = static_cast<uint8_t>(random.between(4, 8));
    return fmt;
}

// Kinds of mantissas: 0 the smallest, 1 the two limits, 2 small, others any.
inline int16_t mantissa(Random &random, flx_format_t fmt, int64_t kind)
{
    const int32_t max = flx_mant_max(fmt);
    switch (kind) {
    case 0: return static_cast<int16_t>(-max - 1);
    case 1: return static_cast<int16_t>(random.one_in(2) ? max : -max - 1);
    case 2: return static_cast<int16_t>(random.between(-3, 3));
    default: return static_cast<int16_t>(random.between(-max - 1, max));
    }
}

} // namespace cases

#endif
