/* trn_score.h - Frechet distance between two sets of images, over the features of a small fixed random network. See docs/gan.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * The formula is that of the FID (Heusel et al. 2017), the features are NOT those of Inception: numbers compare sets with each other under this score,
 * and with no published FID.
 *   features  three scales: convolution 3 x 3 (stride 1, weights uniform, a function of their index), leaky relu 0.1, then mean and standard deviation
 *             of each channel over the plane; before the next scale 2 x 2 means. 12, 10 and 10 channels: 64 features.
 *   distance  |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), means and covariances of the features of both sets. */
#ifndef TRN_SCORE_H
#define TRN_SCORE_H

#include <stddef.h>
#include <stdint.h>

enum { TRN_SCORE_FEATURES = 64 };

/* Sums over a set of images. */
typedef struct trn_score_set {
    size_t count;
    double sum[TRN_SCORE_FEATURES];
    double product[TRN_SCORE_FEATURES][TRN_SCORE_FEATURES];
} trn_score_set_t;

/* Features of image[3][32][32], bytes. */
void trn_score_features(const uint8_t *image, double feature[TRN_SCORE_FEATURES]);

void trn_score_add_features(trn_score_set_t *set, const double feature[TRN_SCORE_FEATURES]);
void trn_score_add(trn_score_set_t *set, const uint8_t *image);

/* Frechet distance of two Gaussians: mean[n], covariance[n][n] (symmetric, not negative). Not a number if LAPACK finds no eigenvalues. */
double trn_frechet(size_t n, const double *mean1, const double *covariance1, const double *mean2, const double *covariance2);

/* Of two sets with at least two images each. */
double trn_score_distance(const trn_score_set_t *x, const trn_score_set_t *y);

#endif
