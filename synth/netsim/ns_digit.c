/* ns_digit.c - an operand as radix-4 digits of {-1, 0, 1, 2}. Header: ns_digit.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_digit.h"

static int digits_of(int bits, bool is_signed)
{
    return is_signed ? (bits + 1) / 2 : bits / 2 + 1;
}

int ns_digit_bits(int bits, bool is_signed)
{
    const int digits = digits_of(bits, is_signed);
    return is_signed ? 3 * digits + 1 : 3 * (digits - 1) + 1 + bits % 2;
}

uint64_t ns_digits(int64_t value, int bits, bool is_signed)
{
    enum { ONE, TWO, NEG, LOW };
    const int digits = digits_of(bits, is_signed);
    uint64_t rest = (uint64_t)value & ((UINT64_C(1) << bits) - 1);
    if (is_signed && rest >> (bits - 1) != 0) rest -= UINT64_C(1) << bits; /* sign-extended, modulo 2^64 */
    uint64_t wires = 0;
    for (int d = 0; d < digits; d++) {
        const bool top = d == digits - 1;
        const int quarter = (int)(rest & 3);
        int wire = -1; /* 0 */
        if (quarter == 1) wire = ONE;
        else if (quarter == 2) wire = is_signed && top && rest >> 63 != 0 ? LOW : TWO; /* at the top what is left is -2..2 */
        else if (quarter == 3) wire = NEG;
        if (wire >= 0) wires |= UINT64_C(1) << (3 * d + wire);
        rest += quarter == 3; /* 4 - 1 */
        rest = (rest >> 2) | (rest & (UINT64_C(1) << 63) ? UINT64_C(3) << 62 : 0);
    }
    return wires;
}
