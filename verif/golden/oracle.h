// oracle.h - the numbers of docs/numerics.md in GMP integers and rationals; shares no code with cmodel/. Twin: cmodel/
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_VERIF_ORACLE_H
#define FLX_VERIF_ORACLE_H

#include <gmpxx.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace oracle {

enum Mode { nearest_even = 0, half_up = 1, down = 2, toward_zero = 3, stochastic = 4 };

struct Mantissa {
    long value;
    bool clipped;
};

struct Stats {
    unsigned long gamma = 0, saturated = 0, half_range = 0, underflow = 0;
    bool overflow = false, acc_saturated = false;
    void add(int n, const Mantissa &m, bool nonzero_in);
};

// num / den, den > 0, to an integer. random: 32 bits, for the stochastic mode.
mpz_class round(const mpz_class &num, const mpz_class &den, Mode mode, uint32_t random);
Mantissa saturate(int n, const mpz_class &value);
// value * 2^-shift, rounded and saturated.
Mantissa requantise(int n, const mpz_class &value, long shift, Mode mode, uint32_t random);
// The first 32 fraction bits of value * 2^-shift: what the stochastic mode compares its word with.
uint32_t fraction(const mpz_class &value, long shift);
mpz_class chunk_round(const mpz_class &acc, long shift);
uint32_t stochastic_word(uint32_t seed, uint32_t row, uint32_t col);
// The seed that gives element (row, col) this word, not 0.
uint32_t seed_for_word(uint32_t word, uint32_t row, uint32_t col);

// A real number at exponent e: truncated, or to nearest even.
Mantissa host_write(int n, int e, double x);
Mantissa kernel_write(int n, int e, double x);
// Exponent of scale(v) = 2^floor(log2 |v|) * 2^-(N-2), clamped; 0 for 0, and for what is no finite number.
int scale_exp(int n, int m, double v);

struct Gemm {
    int n, acc_bits, lanes;
    std::size_t rows, cols, depth;
    long shift;
    Mode mode;
    uint32_t seed;
    bool chunk;
};
// a[rows][depth], b[depth][cols]; c[rows][cols].
Stats gemm(const Gemm &g, const std::vector<int16_t> &a, const std::vector<int16_t> &b, std::vector<int16_t> &c);

// What a prediction came to: chi is exactly a power of two; its history varies; chi is 0.
struct Hit {
    bool power = false, spread = false, zero = false;
};

// One tensor's Autoflex. code: the code profile.
struct Autoflex {
    int n, m;
    bool code;
    unsigned alpha, beta, gamma, window;
    std::vector<std::pair<unsigned long, int>> phi; // (G, e), oldest first
    int tries = 0;
    // Algorithm 1, one try: the next exponent; done says that the search is over.
    int initialise(unsigned long g, int e, bool &done);
    // Algorithm 2.
    int predict(unsigned long g, int e, bool rare, Hit *hit);
};

} // namespace oracle

#endif
