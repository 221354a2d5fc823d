/* ns_pe.c - a processing element's arithmetic on a trace's mantissas. Header: ns_pe.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_pe.h"

#include <math.h>
#include <stddef.h>

#include "ns_digit.h"

enum { MANT_BITS = 16 };

int ns_pe_a_bits(const ns_pe_t *pe)
{
    return pe->rival == NULL ? MANT_BITS : pe->rival->in_bits;
}

int ns_pe_b_bits(const ns_pe_t *pe)
{
    if (!pe->digits) return ns_pe_a_bits(pe);
    return pe->rival == NULL ? ns_digit_bits(MANT_BITS, true) : ns_rival_digit_bits(pe->rival);
}

/* Exponent that the mantissas are scaled with: the tensor's, or the one that brings the largest magnitude into [1, 2). */
static int exponent_of(const ns_rival_t *r, const int16_t *x, size_t count, int32_t exp)
{
    int32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t magnitude = x[i] < 0 ? -(int32_t)x[i] : x[i];
        if (magnitude > largest) largest = magnitude;
    }
    return r->scaled && largest > 0 ? -ilogb((double)largest) : -exp;
}

void ns_pe_scale(ns_pe_t *pe, const flx_trace_t *trace)
{
    const flx_gemm_t *op = &trace->op;
    if (pe->rival == NULL) return;
    pe->exponent_a = exponent_of(pe->rival, trace->a, op->m * op->k, op->exp_a);
    pe->exponent_b = exponent_of(pe->rival, trace->b, op->k * op->n, op->exp_b);
}

static double convert(const ns_pe_t *pe, int32_t mant, int exponent)
{
    const ns_rival_t *r = pe->rival;
    if (r == NULL) return mant;
    const double value = ldexp((double)mant, exponent);
    if (r->kind != 0) return ns_float_round(r->in, value);
    const double whole = nearbyint(value * 64.0); /* [1, 2) becomes 64..127 */
    return whole > 127.0 ? 127.0 : whole < -128.0 ? -128.0 : whole;
}

double ns_pe_a(const ns_pe_t *pe, int32_t mant)
{
    return convert(pe, mant, pe->exponent_a);
}

double ns_pe_b(const ns_pe_t *pe, int32_t mant)
{
    return convert(pe, mant, pe->exponent_b);
}

uint64_t ns_pe_a_word(const ns_pe_t *pe, double value)
{
    const ns_rival_t *r = pe->rival;
    return r == NULL || r->kind == 0 ? (uint64_t)(int64_t)value : ns_float_word(r->in, value);
}

uint64_t ns_pe_b_word(const ns_pe_t *pe, double value)
{
    if (!pe->digits) return ns_pe_a_word(pe, value);
    return pe->rival == NULL ? ns_digits((int64_t)value, MANT_BITS, true) : ns_rival_digit_word(pe->rival, value);
}

uint64_t ns_pe_acc_word(const ns_pe_t *pe, double value)
{
    const ns_rival_t *r = pe->rival;
    return r == NULL || r->kind == 0 ? (uint64_t)(int64_t)value : ns_float_word(r->acc, value);
}

double ns_pe_step(const ns_pe_t *pe, const double *a, const double *b, double acc, bool *sat)
{
    if (pe->rival != NULL) return ns_rival_step(pe->rival, (int)pe->lanes, a, b, acc);
    const double end = ldexp(1.0, (int)pe->acc_bits - 1);
    for (uint32_t l = 0; l < pe->lanes; l++) acc += a[l] * b[l];
    if (acc >= -end && acc < end) return acc;
    *sat = true;
    return acc < 0.0 ? -end : end - 1.0;
}
