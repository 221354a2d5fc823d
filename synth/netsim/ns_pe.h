/* ns_pe.h - a processing element's arithmetic on a trace's mantissas: flex16 or a rival, in doubles that hold every value exactly. Twins: ns_pe.c, rtl/array/flx_pe.v, rtl/rivals/flx_rival_pe.v */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_PE_H
#define NS_PE_H

#include "flx/flx_trace.h"
#include "ns_rival.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CLUSTER, LANES, ACC_BITS and PE_PIPE of flx_cluster, or of flx_rival_cluster. */
typedef struct ns_pe {
    const ns_rival_t *rival;    /* NULL: flex16 */
    uint32_t cluster, lanes, acc_bits, pipe;
    bool digits;                /* b_i has digits (flx_recode.v, flx_rival_edge.v), not plain words */
    int exponent_a, exponent_b; /* by ns_pe_scale: of rivals, what the mantissas are scaled with */
} ns_pe_t;

/* Bits of a lane's operands. */
int ns_pe_a_bits(const ns_pe_t *pe);
int ns_pe_b_bits(const ns_pe_t *pe);

/* A rival's operands are the trace's real values, rounded to nearest even (int8: to 7 bits below the largest magnitude). */
void ns_pe_scale(ns_pe_t *pe, const flx_trace_t *trace);

/* Values of mantissas of A and B, and their words. */
double ns_pe_a(const ns_pe_t *pe, int32_t mant);
double ns_pe_b(const ns_pe_t *pe, int32_t mant);
uint64_t ns_pe_a_word(const ns_pe_t *pe, double value);
uint64_t ns_pe_b_word(const ns_pe_t *pe, double value);
uint64_t ns_pe_acc_word(const ns_pe_t *pe, double value);

/* The accumulator after a beat; *sat becomes true when the step was limited. */
double ns_pe_step(const ns_pe_t *pe, const double *a, const double *b, double acc, bool *sat);

#ifdef __cplusplus
}
#endif
#endif
