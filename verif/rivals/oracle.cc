// oracle.cc - see oracle.h. Shares no code with the RTL: MPFR rounds, GMP's integers align. Twin: rtl/rivals/flx_rival_step.v
// SPDX-License-Identifier: Apache-2.0
#include "oracle.h"

#include <gmp.h>
#include <mpfr.h>

#include <cmath>

namespace oracle {

namespace {

// An MPFR number of a given precision.
struct Number {
    mpfr_t x;
    explicit Number(int precision) { mpfr_init2(x, precision); }
    Number(const Number &) = delete;
    Number &operator=(const Number &) = delete;
    ~Number() { mpfr_clear(x); }
};

void decode(Format fmt, uint32_t word, mpfr_t x)
{
    const int exponent = fmt.exponent(word);
    const uint32_t fraction = fmt.fraction(word);
    const bool negative = (word & fmt.sign()) != 0;
    if (exponent == (1 << fmt.exp_bits) - 1) {
        if (fraction != 0) mpfr_set_nan(x);
        else mpfr_set_inf(x, negative ? -1 : 1);
    } else if (exponent == 0 && (fraction == 0 || !fmt.subnormal)) {
        mpfr_set_zero(x, negative ? -1 : 1);
    } else {
        const uint32_t significand = fraction | (exponent != 0 ? 1U << fmt.frac_bits : 0U);
        mpfr_set_ui_2exp(x, significand, (exponent != 0 ? exponent : 1) - fmt.bias() - fmt.frac_bits, MPFR_RNDN);
        if (negative) mpfr_neg(x, x, MPFR_RNDN);
    }
}

// x already rounded to fmt's precision; ternary is MPFR's account of that rounding, needed for subnormals.
uint32_t encode(Format fmt, mpfr_t x, int ternary)
{
    if (mpfr_nan_p(x)) return fmt.nan();
    const uint32_t sign = mpfr_signbit(x) ? fmt.sign() : 0U;
    const int least = 1 - fmt.bias();           // exponent of the least normal number, as 1.f
    if (mpfr_inf_p(x)) return sign | fmt.infinity();
    if (fmt.subnormal && !mpfr_zero_p(x)) {
        const mpfr_exp_t emin = mpfr_get_emin();
        mpfr_set_emin(least - fmt.frac_bits + 1);
        ternary = mpfr_check_range(x, ternary, MPFR_RNDN);
        mpfr_subnormalize(x, ternary, MPFR_RNDN);
        mpfr_set_emin(emin);
    }
    if (mpfr_zero_p(x)) return sign;
    const int exponent = static_cast<int>(mpfr_get_exp(x)) - 1;        // x = 1.f * 2^exponent
    if (exponent > fmt.bias()) return sign | fmt.infinity();
    if (exponent < least && !fmt.subnormal) return sign;
    const int scale = (exponent < least ? least : exponent) - fmt.frac_bits;
    Number whole(64);
    mpfr_mul_2si(whole.x, x, -scale, MPFR_RNDN);
    mpfr_abs(whole.x, whole.x, MPFR_RNDN);
    const uint32_t magnitude = static_cast<uint32_t>(mpfr_get_ui(whole.x, MPFR_RNDN));
    if (exponent < least) return sign | magnitude;
    return sign | static_cast<uint32_t>(exponent + fmt.bias()) << fmt.frac_bits | fmt.fraction(magnitude);
}

} // namespace

uint32_t multiply(Format in, Format out, uint32_t a, uint32_t b)
{
    Number x(in.frac_bits + 1), y(in.frac_bits + 1), product(out.frac_bits + 1);
    decode(in, a, x.x);
    decode(in, b, y.x);
    const int ternary = mpfr_mul(product.x, x.x, y.x, MPFR_RNDN);
    return encode(out, product.x, ternary);
}

uint32_t add(Format fmt, uint32_t x, uint32_t y)
{
    Number p(fmt.frac_bits + 1), q(fmt.frac_bits + 1), sum(fmt.frac_bits + 1);
    decode(fmt, x, p.x);
    decode(fmt, y, q.x);
    const int ternary = mpfr_add(sum.x, p.x, q.x, MPFR_RNDN);
    return encode(fmt, sum.x, ternary);
}

uint32_t fused(Format in, int lanes, const uint32_t *a, const uint32_t *b, uint32_t acc, double *error)
{
    const Format single = {8, 23, false};
    if (error != nullptr) *error = 0.0;
    Number x(in.frac_bits + 1), y(in.frac_bits + 1), start(24), product(64), exact(2000), result(24);
    decode(single, acc, start.x);

    // infinities and NaN as a plain sum of the operands gives them
    bool finite = mpfr_number_p(start.x) != 0;
    mpfr_set(exact.x, start.x, MPFR_RNDN);
    int greatest = 0;
    mpfr_exp_t magnitude = mpfr_regular_p(start.x) ? mpfr_get_exp(start.x) : -100000;
    for (int l = 0; l < lanes; l++) {
        decode(in, a[l], x.x);
        decode(in, b[l], y.x);
        mpfr_mul(product.x, x.x, y.x, MPFR_RNDN);
        finite = finite && mpfr_number_p(product.x) != 0;
        mpfr_add(exact.x, exact.x, product.x, MPFR_RNDN);
        if (!mpfr_regular_p(product.x)) continue;
        const int ea = in.exponent(a[l]), eb = in.exponent(b[l]);
        const int exponent = (ea != 0 ? ea : 1) + (eb != 0 ? eb : 1);
        if (exponent > greatest) greatest = exponent;
        if (mpfr_get_exp(product.x) > magnitude) magnitude = mpfr_get_exp(product.x);
    }
    if (!finite) return encode(single, exact.x, 0);

    // floor(|a b| / unit) with its sign, and their sum
    mpz_t total, term;
    mpz_init(total);
    mpz_init(term);
    const int sum_field = greatest - 2 * in.bias() + single.bias();
    Number scaled(2000);
    for (int l = 0; l < lanes; l++) {
        decode(in, a[l], x.x);
        decode(in, b[l], y.x);
        mpfr_mul(product.x, x.x, y.x, MPFR_RNDN);
        mpfr_mul_2si(scaled.x, product.x, 24 - (greatest - 2 * in.bias()), MPFR_RNDN);
        mpfr_get_z(term, scaled.x, MPFR_RNDZ);
        mpz_add(total, total, term);
    }

    // the one of less exponent is truncated: the sum downwards, the accumulator towards zero
    const int acc_field = single.exponent(acc), field = sum_field >= acc_field ? sum_field : acc_field;
    mpz_fdiv_q_2exp(total, total, static_cast<mp_bitcnt_t>(field - sum_field));
    mpfr_mul_2si(scaled.x, start.x, 24 - (field - single.bias()), MPFR_RNDN);
    mpfr_get_z(term, scaled.x, MPFR_RNDZ);
    mpz_add(total, total, term);
    mpfr_set_z_2exp(result.x, total, field - single.bias() - 24, MPFR_RNDN);
    mpz_clear(total);
    mpz_clear(term);
    const uint32_t word = mpfr_zero_p(result.x) ? 0U : encode(single, result.x, 0);
    if (error != nullptr && single.exponent(word) != 255 && magnitude > -100000) {
        decode(single, word, result.x);
        mpfr_sub(exact.x, exact.x, result.x, MPFR_RNDN);
        mpfr_mul_2si(exact.x, exact.x, 24 - magnitude, MPFR_RNDN);
        *error = std::fabs(mpfr_get_d(exact.x, MPFR_RNDN));
    }
    return word;
}

} // namespace oracle
