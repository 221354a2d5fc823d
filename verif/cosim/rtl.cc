// rtl.cc - the list of Verilated builds. Twin: verif/cosim/cosim.mk
#include "rtl.h"

#include <verilated.h>

// Verilator's run-time asks for the time of $time; cycles are counted by the bench.
double sc_time_stamp() { return 0; }

namespace flx {

std::vector<RtlBuild> &rtl_builds()
{
    static std::vector<RtlBuild> builds;
    return builds;
}

const RtlBuild *rtl_find(const std::string &config, bool fast, bool traced)
{
    for (const RtlBuild &build : rtl_builds()) {
        if (config == build.config && fast == build.fast && traced == build.traced) return &build;
    }
    return nullptr;
}

} // namespace flx
