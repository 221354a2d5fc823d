/* trn_score.c - Frechet distance over the features of a fixed random network. Header: trn_score.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/trn_random.h"
#include "tensor/trn_tensor.h"

enum { SIDE = 32, SCALES = 3, CHANNELS_MAX = 12 };
static const size_t channels[SCALES + 1] = {3, 12, 10, 10};

/* Deviation sqrt(2 / fan-in), as He et al. 2015 for normal weights. */
static float weight(size_t scale, size_t co, size_t ci, size_t k)
{
    const float uniform = 2.0F * trn_uniform(0x5C0, ((scale * 64 + co) * 64 + ci) * 9 + k) - 1.0F;
    return uniform * sqrtf(6.0F / (float)(9 * channels[scale]));
}

/* out[co][side][side] = leaky_relu(convolution of in[ci][side][side]); outside it is 0. */
static void convolve(size_t scale, const float *in, size_t side, float *out)
{
    const size_t plane = side * side;
    memset(out, 0, channels[scale + 1] * plane * sizeof *out);
    for (size_t co = 0; co < channels[scale + 1]; co++) {
        float *to = out + co * plane;
        for (size_t ci = 0; ci < channels[scale]; ci++)
            for (size_t k = 0; k < 9; k++) {
                const float w = weight(scale, co, ci, k);
                const size_t dy = k / 3, dx = k % 3; /* offset + 1 */
                for (size_t y = dy == 0 ? 1 : 0; y < side - (dy == 2 ? 1 : 0); y++) {
                    const float *row = in + ci * plane + (y + dy - 1) * side;
                    for (size_t x = dx == 0 ? 1 : 0; x < side - (dx == 2 ? 1 : 0); x++) to[y * side + x] += w * row[x + dx - 1];
                }
            }
        for (size_t i = 0; i < plane; i++) to[i] = to[i] > 0.0F ? to[i] : 0.1F * to[i];
    }
}

static void halve(float *x, size_t count, size_t side)
{
    const size_t half = side / 2;
    for (size_t c = 0; c < count; c++)
        for (size_t y = 0; y < half; y++)
            for (size_t i = 0; i < half; i++) {
                const float *from = x + (c * side + 2 * y) * side + 2 * i;
                x[(c * half + y) * half + i] = 0.25F * ((from[0] + from[1]) + (from[side] + from[side + 1])); /* never before it is read */
            }
}

void trn_score_features(const uint8_t *image, double feature[TRN_SCORE_FEATURES])
{
    float x[CHANNELS_MAX * SIDE * SIDE], y[CHANNELS_MAX * SIDE * SIDE];
    size_t side = SIDE, at = 0;
    for (size_t i = 0; i < channels[0] * side * side; i++) x[i] = (float)image[i] / 127.5F - 1.0F;
    for (size_t scale = 0; scale < SCALES; scale++, side /= 2) {
        const size_t plane = side * side;
        convolve(scale, x, side, y);
        for (size_t c = 0; c < channels[scale + 1]; c++) {
            double sum = 0.0, squares = 0.0;
            for (size_t i = c * plane; i < (c + 1) * plane; i++) sum += (double)y[i];
            const double mean = sum / (double)plane;
            for (size_t i = c * plane; i < (c + 1) * plane; i++) squares += ((double)y[i] - mean) * ((double)y[i] - mean);
            feature[at++] = mean;
            feature[at++] = sqrt(squares / (double)plane);
        }
        halve(y, channels[scale + 1], side);
        memcpy(x, y, channels[scale + 1] * plane / 4 * sizeof *x);
    }
}

void trn_score_add_features(trn_score_set_t *set, const double feature[TRN_SCORE_FEATURES])
{
    set->count++;
    for (size_t i = 0; i < TRN_SCORE_FEATURES; i++) {
        set->sum[i] += feature[i];
        for (size_t j = 0; j < TRN_SCORE_FEATURES; j++) set->product[i][j] += feature[i] * feature[j];
    }
}

void trn_score_add(trn_score_set_t *set, const uint8_t *image)
{
    double feature[TRN_SCORE_FEATURES];
    trn_score_features(image, feature);
    trn_score_add_features(set, feature);
}

/* LAPACK: eigenvalues w[n], ascending, and eigenvectors (into the rows of a) of the symmetric a[n][n]. */
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work, const int *lwork, int *info);

static bool eigen(size_t n, double *a, double *w)
{
    const int size = (int)n, room = 64 * size;
    int info = 0;
    double *work = trn_alloc((size_t)room, sizeof *work);
    dsyev_("V", "U", &size, a, &size, w, work, &room, &info);
    free(work);
    return info == 0;
}

static double root(double x)
{
    return x > 0.0 ? sqrt(x) : 0.0; /* rounding may make a 0 negative */
}

/* tr((S1 S2)^(1/2)) = sum of the roots of the eigenvalues of R S2 R, R = S1^(1/2). */
static double trace_of_root(size_t n, const double *s1, const double *s2)
{
    double *v = trn_alloc(n * n, sizeof *v), *r = trn_alloc(n * n, sizeof *r), *t = trn_alloc(n * n, sizeof *t), *w = trn_alloc(n, sizeof *w), sum = 0.0;
    memcpy(v, s1, n * n * sizeof *v);
    bool known = eigen(n, v, w);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++) r[i * n + j] += v[k * n + i] * root(w[k]) * v[k * n + j];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++) t[i * n + j] += r[i * n + k] * s2[k * n + j];
    memset(v, 0, n * n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++) v[i * n + j] += t[i * n + k] * r[k * n + j];
    known = eigen(n, v, w) && known;
    for (size_t i = 0; i < n; i++) sum += root(w[i]);
    free(v);
    free(r);
    free(t);
    free(w);
    return known ? sum : NAN;
}

double trn_frechet(size_t n, const double *mean1, const double *covariance1, const double *mean2, const double *covariance2)
{
    double distance = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double difference = mean1[i] - mean2[i];
        distance += difference * difference + covariance1[i * n + i] + covariance2[i * n + i];
    }
    return distance - 2.0 * trace_of_root(n, covariance1, covariance2);
}

static void moments(const trn_score_set_t *set, double *mean, double *covariance)
{
    const double count = (double)set->count;
    for (size_t i = 0; i < TRN_SCORE_FEATURES; i++) mean[i] = set->sum[i] / count;
    for (size_t i = 0; i < TRN_SCORE_FEATURES; i++)
        for (size_t j = 0; j < TRN_SCORE_FEATURES; j++)
            covariance[i * TRN_SCORE_FEATURES + j] = (set->product[i][j] - count * mean[i] * mean[j]) / (count - 1.0);
}

double trn_score_distance(const trn_score_set_t *x, const trn_score_set_t *y)
{
    double mean[2][TRN_SCORE_FEATURES], covariance[2][TRN_SCORE_FEATURES * TRN_SCORE_FEATURES];
    moments(x, mean[0], covariance[0]);
    moments(y, mean[1], covariance[1]);
    return trn_frechet(TRN_SCORE_FEATURES, mean[0], covariance[0], mean[1], covariance[1]);
}
