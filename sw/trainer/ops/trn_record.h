/* trn_record.h - writes products of a training run as trace files. Twin: docs/trace.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_RECORD_H
#define TRN_RECORD_H

#include "trn_gemm.h"

enum { TRN_RECORD_ITERATIONS_MAX = 64 };

typedef struct trn_record {
    const char *directory, *network, *dataset;
    const char *layers;  /* comma-separated names, NULL for all */
    int64_t at[TRN_RECORD_ITERATIONS_MAX];
    size_t at_count;
    size_t elements_max; /* of the larger operand; a larger product is cut to its first columns, or to its first steps for an update */
    uint32_t saturated_left, changed_left; /* events to record: clipped elements, a change of the exponent */
    int64_t events_from; /* first iteration whose events are recorded */
    int64_t images;      /* of a minibatch */
    uint64_t written;
    int failed; /* the exit code, after one line, once a file could not be written: nothing more is recorded */
} trn_record_t;

/* Records the product if its iteration and layer are asked for, or if it is an event. op is complete; c holds the result;
 * before is the exponent state that the write found. The directory is made with the first file. */
void trn_record_gemm(trn_ctx_t *ctx, const trn_product_t *product, const flx_gemm_t *op, const trn_tensor_t *c, const trn_usage_t *before,
                     const flx_stats_t *stats);

#endif
