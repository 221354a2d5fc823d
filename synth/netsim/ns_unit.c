/* ns_unit.c - a unit of a Liberty library as a factor to SI. Header: ns_unit.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_unit.h"

#include <stdlib.h>
#include <string.h>

bool ns_unit_parse(const char *text, char letter, double *factor)
{
    static const struct { char prefix; double factor; } prefix[] = {{'f', 1e-15}, {'p', 1e-12}, {'n', 1e-9}, {'u', 1e-6}, {'m', 1e-3}, {'k', 1e3}};
    char *end;
    const double number = strtod(text, &end);
    while (*end == ' ') end++;
    const size_t length = strlen(end);
    double scale = length == 1 ? 1.0 : 0.0;
    for (size_t i = 0; length == 2 && i < sizeof prefix / sizeof prefix[0]; i++) {
        if ((end[0] | 0x20) == prefix[i].prefix) scale = prefix[i].factor;
    }
    if (end == text || !(number > 0.0) || scale == 0.0 || (end[length - 1] | 0x20) != letter) return false;
    *factor = number * scale;
    return true;
}
