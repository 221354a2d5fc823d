/* trn_scale.c - one plane of an image at another size. Header: trn_scale.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_scale.h"

#include <math.h>

/* The two pixels beside a place, and the share of the second. */
typedef struct trn_between {
    size_t low, high;
    float share;
} trn_between_t;

static trn_between_t between(size_t i, size_t from_side, size_t to_side)
{
    const float last = (float)(from_side - 1), at = ((float)i + 0.5F) * ((float)from_side / (float)to_side) - 0.5F;
    const float inside = at < 0.0F ? 0.0F : at > last ? last : at, low = floorf(inside);
    return (trn_between_t){.low = (size_t)low, .high = (size_t)low + (inside > low ? 1 : 0), .share = inside - low};
}

void trn_scale(const float *from, size_t from_side, float *to, size_t to_side)
{
    for (size_t y = 0; y < to_side; y++) {
        const trn_between_t row = between(y, from_side, to_side);
        const float *upper = from + row.low * from_side, *lower = from + row.high * from_side;
        for (size_t x = 0; x < to_side; x++) {
            const trn_between_t column = between(x, from_side, to_side);
            const float above = upper[column.low] + column.share * (upper[column.high] - upper[column.low]);
            const float below = lower[column.low] + column.share * (lower[column.high] - lower[column.low]);
            to[y * to_side + x] = above + row.share * (below - above);
        }
    }
}
