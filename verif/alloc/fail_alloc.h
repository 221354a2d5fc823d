// fail_alloc.h - the n-th allocation of a piece of work fails, wherever in the process it is made, libraries included. Twin: verif/alloc/fail_alloc.cc
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_VERIF_FAIL_ALLOC_H
#define FLX_VERIF_FAIL_ALLOC_H

#include <cstdint>

namespace fail_alloc {

// From now on allocation number n (from 1 on) returns NULL; with `rest` all after it do, too. n = 0: none does.
void arm(uint64_t n, bool rest);

// What has happened since.
struct Seen {
    uint64_t refused; // allocations
    uint64_t kept;    // allocated, not freed, but for libzip's:
    uint64_t libzip;  // of an archive that is closed; freed by disarm(), so that LeakSanitizer speaks of the others alone
};

// Every allocation succeeds again.
Seen disarm();

} // namespace fail_alloc

#endif
