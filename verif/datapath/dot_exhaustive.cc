// dot_exhaustive.cc - flx_dot = flx_dot_fast on all 2^32 operand pairs of a lane. Twin: dot_pair.v
// SPDX-License-Identifier: Apache-2.0
//   dot_exhaustive [PART PARTS]     one of PARTS equal parts of the pairs (0 1); exit 0 equal, 1 not
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "Vdot_pair.h"

int main(int argc, char **argv)
{
    const unsigned part = argc > 2 ? static_cast<unsigned>(atoi(argv[1])) : 0, parts = argc > 2 ? static_cast<unsigned>(atoi(argv[2])) : 1;
    if (parts == 0 || part >= parts || (argc != 1 && argc != 3)) {
        fprintf(stderr, "dot_exhaustive: PART PARTS: expected a part below the number of parts\n");
        return 2;
    }
    Vdot_pair dut;
    unsigned long long pairs = 0;
    time_t last = time(nullptr);
    for (unsigned b = part; b < 4096; b += parts) {
        dut.b_i = static_cast<unsigned short>(b);
        for (unsigned a = 0; a < 65536; a++) {
            dut.a_i = static_cast<unsigned short>(a);
            dut.eval();
            if (dut.differ_o) {
                fprintf(stderr, "dot_exhaustive: a = 0x%04x, b = 0x%03x0 to 0x%03xf: structural and fast differ\n", a, b, b);
                return 1;
            }
            pairs += 16;
        }
        if (time(nullptr) - last >= 30) {
            last = time(nullptr);
            fprintf(stderr, "dot_exhaustive: part %u of %u: %.0f %%\n", part, parts, 100.0 * b / 4096);
        }
    }
    printf("dot_exhaustive: part %u of %u: %llu operand pairs equal\n", part, parts, pairs);
    return 0;
}
