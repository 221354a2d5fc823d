// oracle.h - one accumulation step of every rival by MPFR and GMP, from the definitions of docs/rivals.md. Twin: rtl/rivals/flx_rival_step.v
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace oracle {

struct Format {
    int exp_bits, frac_bits;
    bool subnormal;     // false: subnormals count as zero, results below the least normal number are zero
    int bits() const { return 1 + exp_bits + frac_bits; }
    int bias() const { return (1 << (exp_bits - 1)) - 1; }
    uint32_t sign() const { return 1U << (exp_bits + frac_bits); }
    uint32_t infinity() const { return ((1U << exp_bits) - 1U) << frac_bits; }
    uint32_t nan() const { return infinity() | 1U << (frac_bits - 1); }
    uint32_t fraction(uint32_t word) const { return word & ((1U << frac_bits) - 1U); }
    int exponent(uint32_t word) const { return static_cast<int>(word >> frac_bits & ((1U << exp_bits) - 1U)); }
};

// a * b of format `in`, rounded once to nearest even into format `out`.
uint32_t multiply(Format in, Format out, uint32_t a, uint32_t b);
// x + y, rounded once to nearest even.
uint32_t add(Format fmt, uint32_t x, uint32_t y);
// binary32 accumulator + dot product of `lanes` pairs of format `in`, aligned and truncated as defined, rounded once to nearest even.
// error: if not null, |result - exact sum| in units of 2^-24 of the greatest magnitude among products and accumulator; 0 unless all are finite.
uint32_t fused(Format in, int lanes, const uint32_t *a, const uint32_t *b, uint32_t acc, double *error);

} // namespace oracle
