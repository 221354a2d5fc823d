/* trn_picture.h - a grid of images in an SVG file that holds a PNG. See docs/gan.md */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_PICTURE_H
#define TRN_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "trace/flx_output.h"

enum { TRN_PICTURE_BYTES_MAX = 60000 };

/* Encodes rgb[height][width][3] as PNG (ISO/IEC 15948: 8-bit RGB, filter Sub, zlib). The caller frees *png; returns its size. */
size_t trn_png(const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **png);

/* rows x columns images of side x side pixels, image[rows * columns][3][side][side] in bytes, as an SVG file with a title. Bits are dropped from every
 * colour until the file has at most TRN_PICTURE_BYTES_MAX, down to 3 of 8. 0, or -1 and error when PATH cannot be written. */
int trn_picture_write(const char *path, const char *title, const uint8_t *image, uint32_t rows, uint32_t columns, uint32_t side, char error[FLX_OUTPUT_ERROR_BYTES]);

#endif
