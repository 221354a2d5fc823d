/* flx_format.c - widths and limits of flexN+M. Header: flx_format.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "flx/flx_format.h"

flx_format_t flx_format_default(void)
{
    return (flx_format_t){.mant_bits = 16, .exp_bits = 5, .acc_bits = FLX_ACC_BITS_DEFAULT};
}

bool flx_format_valid(flx_format_t fmt)
{
    return fmt.mant_bits >= FLX_MANT_BITS_MIN && fmt.mant_bits <= FLX_MANT_BITS_MAX && fmt.exp_bits >= FLX_EXP_BITS_MIN &&
           fmt.exp_bits <= FLX_EXP_BITS_MAX && fmt.acc_bits >= FLX_ACC_BITS_MIN && fmt.acc_bits <= FLX_ACC_BITS_MAX &&
           fmt.acc_bits >= 2 * fmt.mant_bits;
}

int32_t flx_mant_max(flx_format_t fmt)
{
    return ((int32_t)1 << (fmt.mant_bits - 1)) - 1;
}

int32_t flx_mant_min(flx_format_t fmt)
{
    return -((int32_t)1 << (fmt.mant_bits - 1));
}

int32_t flx_exp_max(flx_format_t fmt)
{
    return ((int32_t)1 << fmt.exp_bits) - 1;
}

uint64_t flx_depth_max(flx_format_t fmt)
{
    const uint64_t acc_max = ((uint64_t)1 << (fmt.acc_bits - 1)) - 1;
    return acc_max >> (2 * fmt.mant_bits - 2);
}

bool flx_depth_fits(flx_format_t fmt, uint64_t k, uint32_t g_a, uint32_t g_b)
{
    const uint64_t product = (uint64_t)g_a * g_b;
    if (fmt.acc_bits < FLX_ACC_BITS_EXACT || product == 0) return true;
    return k <= (((uint64_t)1 << (fmt.acc_bits - 1)) - 1) / product;
}

const char *flx_err_text(flx_err_t err)
{
    switch (err) {
    case FLX_OK: return "no error";
    case FLX_ERR_FORMAT: return "a format width is out of range";
    case FLX_ERR_SHAPE: return "a dimension is 0";
    case FLX_ERR_DEPTH: return "k times the operands' largest mantissas is more than the accumulator holds";
    case FLX_ERR_EXPONENT: return "an exponent is out of range";
    case FLX_ERR_MODE: return "unknown rounding mode, chunk length or lane count";
    case FLX_ERR_MEMORY: return "out of memory";
    }
    return "unknown error";
}
