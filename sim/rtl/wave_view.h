// wave_view.h - which signals of a waveform to look at, as a save file of GTKWave. Twin: sim/rtl/wave_view.cc
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_SIM_WAVE_VIEW_H
#define FLX_SIM_WAVE_VIEW_H

#include <cstdint>
#include <string>

namespace flx {

// What the view points at: a time, and the place of the result that was wrong there; all 0 if none was.
struct WaveMark {
    uint64_t time = 0;
    uint32_t row = 0, col = 0;                 // of the tile
    uint32_t cluster_row = 0, cluster_col = 0; // of the clusters
    uint32_t pe_row = 0, pe_col = 0;           // in its cluster
};

// The save file for a finished FST file of the core, or "" after a line in error: a signal is not in the waveform, as it was renamed in the RTL.
std::string wave_view(const std::string &wave, const WaveMark &mark, std::string &error);

} // namespace flx

#endif
