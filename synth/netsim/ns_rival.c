/* ns_rival.c - one accumulation step of the rival formats. Header: ns_rival.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_rival.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "ns_digit.h"

static const ns_float_t bf16 = {8, 7, false}, fp16 = {5, 10, true}, fp32 = {8, 23, false};

const ns_rival_t *ns_rival_find(const char *name)
{
    static ns_rival_t all[6];
    all[0] = (ns_rival_t){.name = "int8", .kind = 0, .in_bits = 8, .acc_bits = 32, .scaled = true};
    all[1] = (ns_rival_t){.name = "bf16", .kind = 1, .in = bf16, .acc = bf16, .in_bits = 16, .acc_bits = 16};
    all[2] = (ns_rival_t){.name = "fp16", .kind = 2, .in = fp16, .acc = fp16, .in_bits = 16, .acc_bits = 16, .scaled = true};
    all[3] = (ns_rival_t){.name = "bf16_fp32", .kind = 3, .in = bf16, .acc = fp32, .in_bits = 16, .acc_bits = 32};
    all[4] = (ns_rival_t){.name = "fp16_fp32", .kind = 4, .in = fp16, .acc = fp32, .in_bits = 16, .acc_bits = 32, .scaled = true};
    all[5] = (ns_rival_t){.name = "fp32", .kind = 5, .in = fp32, .acc = fp32, .in_bits = 32, .acc_bits = 32};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].name, name) == 0) return &all[i];
    }
    return NULL;
}

static int bias_of(ns_float_t f)
{
    return (1 << (f.exp_bits - 1)) - 1;
}

double ns_float_round(ns_float_t f, double x)
{
    if (x == 0.0) return x;
    int exponent;
    frexp(x, &exponent);
    exponent--; /* x = 1.f * 2^exponent */
    const int least = 1 - bias_of(f);
    if (f.subnormal && exponent < least) exponent = least;
    const double rounded = ldexp(nearbyint(ldexp(x, f.frac_bits - exponent)), exponent - f.frac_bits);
    if (!f.subnormal && fabs(rounded) < ldexp(1.0, least)) return copysign(0.0, x);
    if (fabs(rounded) >= ldexp(1.0, bias_of(f) + 1)) return copysign(INFINITY, x);
    return rounded;
}

/* The exponent field; 0 for zero and subnormals. */
static int field_of(ns_float_t f, double x)
{
    int exponent;
    if (x == 0.0) return 0;
    frexp(x, &exponent);
    const int field = exponent - 1 + bias_of(f);
    return field < 0 ? 0 : field;
}

uint32_t ns_float_word(ns_float_t f, double x)
{
    const uint32_t sign = signbit(x) ? UINT32_C(1) << (f.exp_bits + f.frac_bits) : 0;
    const int field = field_of(f, x);
    const int scale = f.frac_bits - ((field > 0 ? field : 1) - bias_of(f));
    const uint32_t significand = (uint32_t)ldexp(fabs(x), scale);
    return sign | (uint32_t)field << f.frac_bits | (significand & ((UINT32_C(1) << f.frac_bits) - 1));
}

/* Bits of the significand that are not constant: the hidden one is where subnormals flush. */
static int rest_bits(ns_float_t f)
{
    return f.subnormal ? f.frac_bits + 1 : f.frac_bits;
}

int ns_rival_digit_bits(const ns_rival_t *r)
{
    return r->kind == 0 ? ns_digit_bits(r->in_bits, true) : 1 + r->in.exp_bits + ns_digit_bits(rest_bits(r->in), false);
}

uint64_t ns_rival_digit_word(const ns_rival_t *r, double value)
{
    if (r->kind == 0) return ns_digits((int64_t)value, r->in_bits, true);
    const ns_float_t f = r->in;
    const int rest = rest_bits(f);
    const uint32_t word = ns_float_word(f, value);
    const uint32_t field = (word >> f.frac_bits) & ((UINT32_C(1) << f.exp_bits) - 1);
    const uint32_t fraction = word & ((UINT32_C(1) << f.frac_bits) - 1);
    const uint32_t significand = fraction | (f.subnormal && field != 0 ? UINT32_C(1) << f.frac_bits : 0);
    const uint64_t top = (word >> f.frac_bits) + (f.subnormal && field == 0 && fraction != 0); /* sign, exponent */
    return top << ns_digit_bits(rest, false) | ns_digits(significand, rest, false);
}

static int product_exponent(ns_float_t f, double a, double b)
{
    const int ea = field_of(f, a);
    const int eb = field_of(f, b);
    return (ea > 0 ? ea : 1) + (eb > 0 ? eb : 1);
}

/* floor(total / 2^count), count >= 0. */
static int64_t floor_shift(int64_t total, int count)
{
    const int64_t step = count < 62 ? INT64_C(1) << count : INT64_C(1) << 62;
    return total / step - (total % step < 0);
}

static double fused(const ns_rival_t *r, int lanes, const double *a, const double *b, double acc)
{
    int greatest = 0;
    for (int l = 0; l < lanes; l++) {
        if (a[l] * b[l] == 0.0) continue;
        const int exponent = product_exponent(r->in, a[l], b[l]);
        if (exponent > greatest) greatest = exponent;
    }
    int64_t total = 0;
    for (int l = 0; l < lanes; l++) total += (int64_t)trunc(ldexp(a[l] * b[l], 24 - (greatest - 2 * bias_of(r->in))));
    const int sum_field = greatest - 2 * bias_of(r->in) + bias_of(fp32);
    const int acc_field = field_of(fp32, acc);
    const int field = sum_field >= acc_field ? sum_field : acc_field;
    total = floor_shift(total, field - sum_field) + (int64_t)trunc(ldexp(acc, 24 - (field - bias_of(fp32))));
    return total == 0 ? 0.0 : ns_float_round(fp32, ldexp((double)total, field - bias_of(fp32) - 24));
}

double ns_rival_step(const ns_rival_t *r, int lanes, const double *a, const double *b, double acc)
{
    if (r->kind == 0) {
        int64_t sum = (int64_t)acc;
        for (int l = 0; l < lanes; l++) sum += (int64_t)(a[l] * b[l]);
        const uint32_t word = (uint32_t)(uint64_t)sum;
        return word < UINT32_C(0x80000000) ? (double)word : (double)word - 4294967296.0;
    }
    if (lanes > 1) return fused(r, lanes, a, b, acc);
    return ns_float_round(r->acc, acc + ns_float_round(r->acc, a[0] * b[0]));
}
