/* trn_picture.c - a grid of images in an SVG file. Header: trn_picture.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tensor/trn_tensor.h"

static uint8_t *put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
    return to + 4;
}

static uint8_t *put_chunk(uint8_t *to, const char *type, const uint8_t *data, uint32_t size)
{
    uint8_t *start = put_u32(to, size);
    memcpy(start, type, 4);
    if (size != 0) memcpy(start + 4, data, size);
    return put_u32(start + 4 + size, (uint32_t)crc32(0, start, 4 + size));
}

size_t trn_png(const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **png)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    const size_t row = 3 * (size_t)width, raw_size = (row + 1) * height;
    uint8_t *raw = trn_alloc(raw_size, 1), header[13], *to;
    for (size_t y = 0; y < height; y++) {
        uint8_t *line = raw + y * (row + 1);
        *line++ = 1; /* Sub: the difference to the pixel on the left */
        for (size_t x = 0; x < row; x++) line[x] = (uint8_t)(rgb[y * row + x] - (x >= 3 ? rgb[y * row + x - 3] : 0));
    }
    uLongf packed_size = compressBound((uLong)raw_size);
    uint8_t *packed = trn_alloc(packed_size, 1);
    compress2(packed, &packed_size, raw, (uLong)raw_size, 9); /* cannot fail: there is room for the bound */
    to = *png = trn_alloc(packed_size + 100, 1);
    memcpy(to, signature, sizeof signature);
    const uint8_t kind[5] = {8, 2, 0, 0, 0}; /* 8 bits, RGB */
    memcpy(put_u32(put_u32(header, width), height), kind, sizeof kind);
    to = put_chunk(to + sizeof signature, "IHDR", header, sizeof header);
    to = put_chunk(to, "IDAT", packed, (uint32_t)packed_size);
    to = put_chunk(to, "IEND", NULL, 0);
    free(raw);
    free(packed);
    return (size_t)(to - *png);
}

static void put_base64(FILE *file, const uint8_t *bytes, size_t size)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0U);
        const char text[4] = {digit[group >> 18], digit[group >> 12 & 63], left > 1 ? digit[group >> 6 & 63] : '=', left > 2 ? digit[group & 63] : '='};
        fwrite(text, 1, sizeof text, file);
    }
}

/* The grid with a pixel of white between images, the colours cut to `bits`. */
static void draw_grid(const uint8_t *image, uint32_t rows, uint32_t columns, uint32_t side, unsigned bits, uint8_t *rgb)
{
    const size_t width = (size_t)columns * (side + 1) + 1, plane = (size_t)side * side;
    const unsigned most = (1U << bits) - 1;
    for (size_t i = 0; i < (size_t)rows * columns; i++)
        for (size_t y = 0; y < side; y++)
            for (size_t x = 0; x < side; x++)
                for (size_t c = 0; c < 3; c++) {
                    const unsigned level = (image[i * 3 * plane + c * plane + y * side + x] * most + 127) / 255;
                    rgb[3 * (((i / columns) * (side + 1) + 1 + y) * width + (i % columns) * (side + 1) + 1 + x) + c] = (uint8_t)((level * 255 + most / 2) / most);
                }
}

int trn_picture_write(const char *path, const char *title, const uint8_t *image, uint32_t rows, uint32_t columns, uint32_t side, char error[FLX_OUTPUT_ERROR_BYTES])
{
    enum { SCALE = 3, TITLE = 24, BITS_MIN = 3, TEXT = 700 };
    const uint32_t width = columns * (side + 1) + 1, height = rows * (side + 1) + 1;
    uint8_t *rgb = trn_alloc((size_t)width * height, 3), *png = NULL;
    size_t size = 0;
    memset(rgb, 255, 3 * (size_t)width * height);
    for (unsigned bits = 8; bits >= BITS_MIN; bits--) {
        free(png);
        draw_grid(image, rows, columns, side, bits, rgb);
        size = trn_png(rgb, width, height, &png);
        if ((size + 2) / 3 * 4 + TEXT + strlen(title) <= TRN_PICTURE_BYTES_MAX) break;
    }
    flx_output_t *output = flx_output_open(path, error);
    if (output != NULL) {
        FILE *file = flx_output_file(output);
        fprintf(file, "<svg xmlns='http://www.w3.org/2000/svg' width='%u' height='%u' viewBox='0 0 %u %u'>\n<rect width='100%%' height='100%%' fill='white'/>\n"
                "<text x='6' y='17' font-family='sans-serif' font-size='13'>%s</text>\n"
                "<image y='%d' width='%u' height='%u' style='image-rendering:pixelated' href='data:image/png;base64,",
                SCALE * width, SCALE * height + TITLE, SCALE * width, SCALE * height + TITLE, title, TITLE, SCALE * width, SCALE * height);
        put_base64(file, png, size);
        fprintf(file, "'/>\n</svg>\n");
    }
    const bool done = output != NULL && flx_output_close(output, error);
    free(rgb);
    free(png);
    return done ? 0 : -1;
}
