// oracle.cc - docs/numerics.md in GMP integers and rationals. Header: oracle.h
// SPDX-License-Identifier: Apache-2.0
#include "oracle.h"

#include <cmath>
#include <cstdlib>

namespace oracle {
namespace {

mpz_class power(unsigned long e)
{
    mpz_class out;
    mpz_ui_pow_ui(out.get_mpz_t(), 2, e);
    return out;
}

mpz_class floor_div(const mpz_class &num, const mpz_class &den)
{
    mpz_class out;
    mpz_fdiv_q(out.get_mpz_t(), num.get_mpz_t(), den.get_mpz_t());
    return out;
}

mpq_class scaled(const mpq_class &x, long e) // x * 2^e
{
    mpq_class out;
    if (e >= 0) mpq_mul_2exp(out.get_mpq_t(), x.get_mpq_t(), static_cast<unsigned long>(e));
    else mpq_div_2exp(out.get_mpq_t(), x.get_mpq_t(), static_cast<unsigned long>(-e));
    return out;
}

} // namespace

void Stats::add(int n, const Mantissa &m, bool nonzero_in)
{
    const unsigned long size = static_cast<unsigned long>(std::labs(m.value));
    if (size > gamma) gamma = size;
    if (size + 1 >= 1UL << (n - 1)) overflow = true;
    if (m.clipped) saturated++;
    if (size >= 1UL << (n - 2)) half_range++;
    if (nonzero_in && m.value == 0) underflow++;
}

mpz_class round(const mpz_class &num, const mpz_class &den, Mode mode, uint32_t random)
{
    const mpz_class low = floor_div(num, den), rest = num - low * den, twice = 2 * rest;
    switch (mode) {
    case nearest_even:
        if (twice > den) return low + 1;
        if (twice < den) return low;
        return low % 2 == 0 ? low : mpz_class(low + 1);
    case half_up: return twice >= den ? mpz_class(low + 1) : low;
    case down: return low;
    case toward_zero: return num < 0 && rest != 0 ? mpz_class(low + 1) : low;
    case stochastic: {
        const mpz_class fraction = floor_div(rest * power(32), den);
        return fraction + random >= power(32) ? mpz_class(low + 1) : low;
    }
    }
    return 0;
}

Mantissa saturate(int n, const mpz_class &value)
{
    const long max = (1L << (n - 1)) - 1, min = -(1L << (n - 1));
    if (value > max) return {max, true};
    if (value < min) return {min, true};
    return {value.get_si(), false};
}

Mantissa requantise(int n, const mpz_class &value, long shift, Mode mode, uint32_t random)
{
    if (shift <= 0) return saturate(n, value * power(static_cast<unsigned long>(-shift)));
    return saturate(n, round(value, power(static_cast<unsigned long>(shift)), mode, random));
}

uint32_t fraction(const mpz_class &value, long shift)
{
    if (shift <= 0) return 0;
    const mpz_class bits = floor_div(value * power(32), power(static_cast<unsigned long>(shift))), out = bits - floor_div(bits, power(32)) * power(32);
    return static_cast<uint32_t>(out.get_ui());
}

mpz_class chunk_round(const mpz_class &acc, long shift)
{
    const long up = 12 - shift;
    mpz_class t = up >= 0 ? mpz_class(acc * power(static_cast<unsigned long>(up))) : acc;
    if (up < 0) mpz_tdiv_q_2exp(t.get_mpz_t(), acc.get_mpz_t(), static_cast<unsigned long>(-up));
    const mpz_class top = power(31);
    if (t > top - 1) t = top - 1;
    if (t < -top) t = -top;
    t = floor_div(t + 2048, 4096) * 4096;
    mpz_class out = t;
    if (shift >= 0) out = t * power(static_cast<unsigned long>(shift));
    mpz_class result;
    mpz_tdiv_q_2exp(result.get_mpz_t(), out.get_mpz_t(), static_cast<unsigned long>(12 + (shift < 0 ? -shift : 0)));
    return result;
}

uint32_t stochastic_word(uint32_t seed, uint32_t row, uint32_t col)
{
    const mpz_class start = (mpz_class(seed) + mpz_class(row) * 0x9E3779B9UL + mpz_class(col) * 0x85EBCA6BUL) % power(32);
    unsigned long x = start == 0 ? 1 : start.get_ui();
    for (int i = 0; i < 32; i++) x = x % 2 != 0 ? (x / 2) ^ 0x80200003UL : x / 2;
    return static_cast<uint32_t>(x);
}

uint32_t seed_for_word(uint32_t word, uint32_t row, uint32_t col)
{
    unsigned long x = word; // a step backwards: the top bit says whether the mask went in
    for (int i = 0; i < 32; i++) x = x >= 1UL << 31 ? ((x ^ 0x80200003UL) * 2 + 1) : x * 2;
    mpz_class seed = (mpz_class(x) - mpz_class(row) * 0x9E3779B9UL - mpz_class(col) * 0x85EBCA6BUL) % power(32);
    if (seed < 0) seed += power(32);
    return static_cast<uint32_t>(seed.get_ui());
}

Mantissa host_write(int n, int e, double x)
{
    if (std::isnan(x)) return {0, false};
    if (std::isinf(x)) return {x > 0 ? (1L << (n - 1)) - 1 : -(1L << (n - 1)), true};
    const mpq_class v = scaled(mpq_class(x), e);
    mpz_class q;
    mpz_tdiv_q(q.get_mpz_t(), v.get_num_mpz_t(), v.get_den_mpz_t());
    return saturate(n, q);
}

Mantissa kernel_write(int n, int e, double x)
{
    if (std::isnan(x)) return {0, false};
    if (std::isinf(x)) return {x > 0 ? (1L << (n - 1)) - 1 : -(1L << (n - 1)), true};
    const mpq_class v = scaled(mpq_class(x), e);
    return saturate(n, round(v.get_num(), v.get_den(), nearest_even, 0));
}

int scale_exp(int n, int m, double v)
{
    if (!std::isfinite(v) || v == 0) return 0;
    const mpq_class size = abs(mpq_class(v));
    const int top = (1 << m) - 1;
    int e = 0; // the largest with |v| 2^e < 2^(N-1)
    while (e < top && scaled(size, e + 1) < power(static_cast<unsigned long>(n - 1))) e++;
    return e;
}

Stats gemm(const Gemm &g, const std::vector<int16_t> &a, const std::vector<int16_t> &b, std::vector<int16_t> &c)
{
    Stats stats;
    const mpz_class top = power(static_cast<unsigned long>(g.acc_bits - 1));
    const auto limit = [&](mpz_class &x) {
        if (g.acc_bits >= 48 || (x >= -top && x < top)) return;
        x = x < 0 ? mpz_class(-top) : mpz_class(top - 1);
        stats.acc_saturated = true;
    };
    c.assign(g.rows * g.cols, 0);
    for (std::size_t i = 0; i < g.rows; i++)
        for (std::size_t j = 0; j < g.cols; j++) {
            mpz_class acc = 0, step = 0;
            for (std::size_t k = 0; k < g.depth; k++) {
                step += static_cast<long>(a[i * g.depth + k]) * b[k * g.cols + j];
                const bool last = k + 1 == g.depth;
                if ((k + 1) % static_cast<std::size_t>(g.lanes) != 0 && !last) continue;
                acc += step;
                step = 0;
                limit(acc);
                if (g.chunk && ((k + 1) % 32 == 0 || last)) {
                    acc = chunk_round(acc, g.shift);
                    limit(acc);
                }
            }
            const uint32_t random = g.mode == stochastic ? stochastic_word(g.seed, static_cast<uint32_t>(i), static_cast<uint32_t>(j)) : 0;
            const Mantissa m = requantise(g.n, acc, g.shift, g.mode, random);
            c[i * g.cols + j] = static_cast<int16_t>(m.value);
            stats.add(g.n, m, acc != 0);
        }
    return stats;
}

int Autoflex::initialise(unsigned long g, int e, bool &done)
{
    const int max = (1 << m) - 1;
    const unsigned long test = code ? g + 1 : g;
    int wanted = e;
    done = true;
    tries++;
    if (test >= (1UL << (n - 1)) - 1) { // kappa *= 2^floor((N - 1) / 2)
        wanted = e - (n - 1) / 2;
        done = false;
    } else if (test < 1UL << (n - 2)) {
        int log2 = 0; // paper: ceil(log2 max(G, 1)); code: bit length of G'
        if (code) while (test >> log2 != 0) log2++;
        else while ((1UL << log2) < (g > 1 ? g : 1)) log2++;
        wanted = e - (log2 - (code ? n - 1 : n - 2));
        const unsigned long enough = 1UL << ((n - 1) / 2 - 2);
        done = code ? test >= enough : g > enough;
    }
    int next = wanted < 0 ? 0 : wanted > max ? max : wanted;
    if (next != wanted) {
        done = true;
        if (g == 0) next = 0;
    } else if (!done && tries == 10) {
        done = true;
        next = 0;
    }
    if (done) tries = 0;
    return next;
}

int Autoflex::predict(unsigned long g, int e, bool rare, Hit *hit)
{
    const bool overflow = g + 1 >= 1UL << (n - 1);
    if (overflow) phi.clear();
    phi.emplace_back(overflow ? 2 * g : g, e);
    while (phi.size() > window) phi.erase(phi.begin());
    const std::size_t first = rare && phi.size() > 2 ? phi.size() - 2 : 0;
    const long count = static_cast<long>(phi.size() - first);
    mpq_class max = 0, sum = 0, squares = 0;
    for (std::size_t i = first; i < phi.size(); i++) {
        const mpq_class f = scaled(mpq_class(phi[i].first), -phi[i].second);
        if (f > max) max = f;
        sum += f;
        squares += f * f;
    }
    const mpq_class mean = sum / count, variance = squares / count - mean * mean;
    const mpq_class base = alpha * (max + (rare ? 4096 : gamma) * scaled(mpq_class(1), -e));
    const mpq_class spread = rare ? mpq_class(0) : mpq_class(alpha * alpha * beta * beta * variance); // (alpha beta std)^2
    *hit = {false, spread != 0, base == 0};
    if (base == 0) return 0;
    // chi = base + sqrt(spread) <= 2^p  <=>  2^p >= base and spread <= (2^p - base)^2
    const long guess = static_cast<long>(mpz_sizeinbase(base.get_num_mpz_t(), 2)) - static_cast<long>(mpz_sizeinbase(base.get_den_mpz_t(), 2));
    for (long p = guess - 2;; p++) { // 2^(guess - 1) < base
        const mpq_class reach = scaled(mpq_class(1), p), rest = reach - base;
        if (rest < 0) continue;
        const mpq_class square = rest * rest;
        if (spread == square) hit->power = true;
        if (code ? spread >= square : spread > square) continue;
        const long next = n - 1 - p, top = (1L << m) - 1;
        return static_cast<int>(next < 0 ? 0 : next > top ? top : next);
    }
}

} // namespace oracle
