/* trn_gemm.h - matrix products of tensors: the operation that the hardware does, and that is recorded. Twin: cmodel/include/flx/flx_gemm.h */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_GEMM_H
#define TRN_GEMM_H

#include "tensor/trn_tensor.h"

struct trn_window;

/* One operand: row-major data in the context's format; exp is its exponent in flex, max the largest |mant|. */
typedef struct trn_operand {
    const float *value;
    const int16_t *mant;
    const struct trn_window *window; /* b in flex: its rows are made from here (trn_im2col.h), mant is not read */
    int32_t exp;
    uint32_t max;
} trn_operand_t;

typedef struct trn_product {
    const char *layer, *pass; /* pass: fprop, bprop or update */
    size_t m, n, k;           /* op(A) m x k, op(B) k x n */
    bool trans_a, trans_b;    /* A stored k x m, B stored n x k */
    trn_operand_t a, b;
} trn_product_t;

trn_operand_t trn_operand(const trn_tensor_t *tensor);

/* c[m][n] = op(A) op(B). */
void trn_gemm(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *product);

enum { TRN_GEMM_PARTS_MAX = 16 };

/* The same where c is made of up to TRN_GEMM_PARTS_MAX products of one size: one write of the tensor, one exponent, each product
 * recorded by itself. Element type as in c; the results come in out[parts][m][n], from where the caller puts them into c. */
void trn_gemm_parts(trn_ctx_t *ctx, trn_tensor_t *c, const trn_product_t *product, size_t parts, void *out);

#endif
