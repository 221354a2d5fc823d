/* ns_curve.h - a Liberty lookup table at one input slew: a curve over the output load. Twin: ns_curve.c */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_CURVE_H
#define NS_CURVE_H

#include "ns_tree.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ns_curve {
    int points;    /* 0: no table was given; 1: the same for every load */
    double *load;  /* [points], farad, rising */
    double *value; /* [points], joule or second */
} ns_curve_t;

/* What a table's numbers mean. */
typedef struct ns_scale {
    const char *path;         /* for messages */
    const ns_node_t *library; /* holds the templates */
    double slew_unit, load_unit, value_unit;
    double slew; /* second */
} ns_scale_t;

/* Reads the table group (index_1, index_2, values, template) at scale->slew. 0, or -1 with FILE:LINE and what was expected. */
int ns_curve_read(ns_curve_t *curve, const ns_node_t *table, const ns_scale_t *scale, ns_arena_t *arena, char *error);

/* Value at a load in farad: linear between points and beyond them; 0 for an empty curve. */
double ns_curve_at(const ns_curve_t *curve, double load);

/* sum += other; the sum may be empty. Both are taken at the loads of the sum, or of other when that is empty or constant. */
void ns_curve_add(ns_curve_t *sum, const ns_curve_t *other, ns_arena_t *arena);

/* A number that fills the slice; false if it is none. */
bool ns_slice_number(ns_slice_t slice, double *value);

#ifdef __cplusplus
}
#endif
#endif
