/* trn_format.c - names of formats, and the rounding of those that are not integers. Header: trn_format.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trn_clones.h"

bool trn_format_parse(const char *text, trn_format_t *format)
{
    static const struct { const char *name; trn_kind_t kind; } fixed_names[] = {
        {"float32", TRN_FLOAT32}, {"float16", TRN_FLOAT16}, {"bfloat16", TRN_BFLOAT16}, {"mxint8", TRN_MX}};
    unsigned n = 0, m = 0;
    char rest;
    *format = (trn_format_t){.fmt = flx_format_default()};
    for (size_t i = 0; i < sizeof fixed_names / sizeof fixed_names[0]; i++) {
        if (strcmp(text, fixed_names[i].name) != 0) continue;
        format->kind = fixed_names[i].kind;
        format->fmt.mant_bits = 8;
        return true;
    }
    if (sscanf(text, "flex%u+%u%c", &n, &m, &rest) == 2 && n <= 16 && m <= 8) {
        format->kind = TRN_FLEX;
        format->fmt.exp_bits = (uint8_t)m;
    } else if (sscanf(text, "dfp%u%c", &n, &rest) == 1 && n <= 16) {
        format->kind = TRN_DYNAMIC;
    } else if (sscanf(text, "hbfp%u%c", &n, &rest) == 1 && n <= 16) {
        format->kind = TRN_HBFP;
    } else if (sscanf(text, "fixed%u.%u%c", &n, &m, &rest) == 2 && n >= 1 && n + m <= 16) {
        format->kind = TRN_FIXED;
        format->fl = (int32_t)m;
        n += m;
    }
    format->fmt.mant_bits = (uint8_t)n;
    return format->kind != TRN_FLOAT32 && flx_format_valid(format->fmt);
}

TRN_CLONES static void round_float16(float *value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits, out;
        memcpy(&bits, &value[i], sizeof bits);
        const uint32_t sign = bits & 0x80000000U, size = bits & 0x7FFFFFFFU;
        const uint32_t near = (size + 0xFFFU + ((size >> 13) & 1U)) & 0xFFFFE000U;
        const uint32_t large = size > 0x7F800000U ? size : near >= 0x47800000U ? 0x7F800000U : near; /* NaN stays, 65520 and more is infinity */
        float small;
        memcpy(&small, &size, sizeof small);
        small = (small + 0.75F) - 0.75F; /* multiples of 2^-24 */
        uint32_t subnormal;
        memcpy(&subnormal, &small, sizeof subnormal);
        out = sign | (size < 0x38800000U ? subnormal : large);
        memcpy(&value[i], &out, sizeof out);
    }
}

TRN_CLONES static void round_bfloat16(float *value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        const uint32_t near = (bits + 0x7FFFU + ((bits >> 16) & 1U)) & 0xFFFF0000U;
        bits = (bits & 0x7FFFFFFFU) > 0x7F800000U ? bits : near;
        memcpy(&value[i], &bits, sizeof bits);
    }
}

void trn_round_float(trn_kind_t kind, float *value, size_t count)
{
    if (kind == TRN_FLOAT16) round_float16(value, count);
    else if (kind == TRN_BFLOAT16) round_bfloat16(value, count);
}

TRN_CLONES void trn_round_block(trn_format_t format, const float *x, size_t count, float *out)
{
    enum { HBFP_TILE = 24 * 24, MX_BLOCK = 32 };
    const size_t block = format.kind == TRN_HBFP ? HBFP_TILE : MX_BLOCK;
    const float max = (float)flx_mant_max(format.fmt), magic = 12582912.0F; /* adding and taking away 1.5 * 2^23 rounds to nearest even */
    for (size_t first = 0; first < count; first += block) {
        const size_t end = first + block < count ? first + block : count;
        float largest = 0.0F;
        for (size_t i = first; i < end; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
        int power = 0;
        (void)frexpf(largest, &power); /* largest < 2^power */
        const int shift = format.fmt.mant_bits - 1 - power;
        const float scale = ldexpf(1.0F, shift > 126 ? 126 : shift < -126 ? -126 : shift), back = 1.0F / scale;
        for (size_t i = first; i < end; i++) {
            const float mant = (x[i] * scale + magic) - magic;
            const float low = mant < -max ? -max : mant;
            out[i] = (low > max ? max : low) * back;
        }
    }
}
