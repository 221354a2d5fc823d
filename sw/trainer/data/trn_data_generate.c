/* trn_data_generate.c - textures with labels, made on the spot. Header: trn_data.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "trn_data_layout.h"
#include "tensor/trn_random.h"

/* One of the two waves of a class: direction, frequency and colour are functions of the class. */
static float wave(uint64_t class_key, uint64_t image_key, int which, float x, float y, int channel)
{
    const uint64_t key = trn_bits(class_key, (uint64_t)which), own = trn_bits(image_key, (uint64_t)which);
    const float angle = 3.14159265F * trn_uniform(key, 0) + 0.35F * (trn_uniform(own, 1) - 0.5F);
    const float frequency = (0.15F + 0.55F * trn_uniform(key, 1)) * (0.9F + 0.2F * trn_uniform(own, 2));
    const float phase = 6.2831853F * trn_uniform(own, 0);
    const float colour = trn_uniform(key, 2 + (uint64_t)channel) - 0.35F;
    return colour * sinf(frequency * (cosf(angle) * x + sinf(angle) * y) + phase);
}

static void generate_image(uint64_t key, uint32_t label, int side, uint8_t *pixel)
{
    const uint64_t class_key = trn_bits(0x5EED, label);
    const float contrast = 30.0F + 50.0F * trn_uniform(key, 1);
    const float slope_x = 2.0F * trn_uniform(key, 2) - 1.0F, slope_y = 2.0F * trn_uniform(key, 3) - 1.0F;
    const float step = (float)TRN_SIDE_USUAL / (float)side;
    for (int c = 0; c < TRN_CHANNELS; c++) {
        const float base = 128.0F + 40.0F * (trn_uniform(key, 8 + (uint64_t)c) - 0.5F);
        for (int row = 0; row < side; row++)
            for (int column = 0; column < side; column++) {
                const int at = (c * side + row) * side + column;
                const float x = step * (float)column, y = step * (float)row;
                const float texture = wave(class_key, key, 0, x, y, c) + wave(class_key, key, 1, x, y, c);
                const float noise = 25.0F * trn_normal(key, 100 + (uint64_t)at);
                const float value = base + contrast * texture + slope_x * (x - 16.0F) + slope_y * (y - 16.0F) + noise;
                pixel[at] = (uint8_t)(value < 0.0F ? 0.0F : value > 255.0F ? 255.0F : value);
            }
    }
}

void trn_data_generate(bool test, size_t count, size_t side, size_t classes, uint64_t seed, trn_data_t *data)
{
    const trn_data_request_t request = {.train = count, .test = count, .side = side, .classes = classes};
    const uint64_t set_key = trn_bits(seed, test ? 1 : 0);
    (void)trn_data_begin(&request, test, "generated", side, classes, data); /* nothing to compare with: cannot fail */
    data->mean = 120.7F;
    data->deviation = 64.2F;
    for (; data->count < count; data->count++) {
        const uint64_t key = trn_bits(set_key, data->count);
        const uint32_t label = trn_below(key, 0, (uint32_t)classes);
        data->label[data->count] = (uint16_t)label;
        generate_image(key, label, (int)side, data->pixel + data->count * TRN_CHANNELS * side * side);
    }
}
