/* flx_trace.h - reader and writer of trace files (.npz), version 1. See docs/trace.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * A trace is one GEMM of one layer of one training step. The reader trusts nothing: zip CRC, every
 * shape against meta.json, every mantissa against mant_bits, every size before it allocates. */
#ifndef FLX_TRACE_H
#define FLX_TRACE_H

#include "flx_autoflex.h"
#include "flx_gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FLX_TRACE_ERROR_BYTES = 512,
    FLX_TRACE_SOURCE_BYTES = 128,
    FLX_TRACE_ELEMENTS_MAX = 1 << 28 /* largest member, in elements (choice) */
};

typedef struct flx_trace_source { /* free-form; empty strings and -1 when absent */
    char network[FLX_TRACE_SOURCE_BYTES];
    char dataset[FLX_TRACE_SOURCE_BYTES];
    char layer[FLX_TRACE_SOURCE_BYTES];
    char pass[FLX_TRACE_SOURCE_BYTES]; /* fprop | bprop | update */
    int64_t iteration;
    int64_t images;
} flx_trace_source_t;

typedef struct flx_trace {
    flx_gemm_t op;         /* op.lanes from the optional member "lanes", FLX_LANES_DEFAULT without it */
    int16_t *a;            /* [m][k], or [k][m] when op.trans_a */
    int16_t *b;            /* [k][n], or [n][k] when op.trans_b */
    int16_t *c;            /* [m][n], expected */
    flx_stats_t expect;    /* gamma, overflow, saturated only */
    bool has_exp_next;     /* expect.exp_next and autoflex are present */
    int32_t exp_next;
    bool has_autoflex;
    flx_autoflex_cfg_t autoflex_cfg;
    flx_autoflex_t autoflex; /* history before this write; state FLX_AF_RUN */
    flx_trace_source_t source;
} flx_trace_t;

/* Reads PATH. 0, or -1 with one line in error[FLX_TRACE_ERROR_BYTES] naming file, field and what was
 * expected; *trace is then empty. Free with flx_trace_free. */
int flx_trace_read(const char *path, flx_trace_t *trace, char *error);

/* The same from memory (the fuzzer's door); name stands for the path in messages. */
int flx_trace_parse(const char *name, const void *bytes, size_t size, flx_trace_t *trace, char *error);

/* Writes PATH, deflated: whole or as it was, links followed, devices written into. 0 or -1 with error. */
int flx_trace_write(const char *path, const flx_trace_t *trace, char *error);

void flx_trace_free(flx_trace_t *trace);

#ifdef __cplusplus
}
#endif
#endif
