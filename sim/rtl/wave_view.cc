// wave_view.cc - the signals that lead from a wrong result to its cause, in the order of the data. Header: wave_view.h, twin: docs/cosim.md
// SPDX-License-Identifier: Apache-2.0
#include "wave_view.h"

#include <gtkwave/fstapi.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

namespace flx {
namespace {

// GTKWave's flags of a trace.
enum Format { TITLE = 0x200, BINARY = 0x28, HEX = 0x22, DECIMAL = 0x24, SIGNED = 0x424 };

// {..} stands for a place of the mark. Widths are the waveform's: they differ between configurations.
#define CLUSTER "u_array.g_row[{cluster_row}].g_col[{cluster_col}].u_cluster."
#define PE CLUSTER "g_row[{pe_row}].g_col[{pe_col}].u_pe."
const struct { Format format; const char *name; } view[] = {
    {TITLE, "command"},
    {BINARY, "clk_i"}, {BINARY, "rst_ni"}, {BINARY, "cmd_valid_i"}, {BINARY, "cmd_ready_o"},
    {HEX, "u_decode.state_q"}, {HEX, "u_decode.op"}, {DECIMAL, "u_decode.tensor_c"}, {DECIMAL, "u_decode.outstanding_q"},
    {TITLE, "sequencer"},
    {BINARY, "a_valid_i"}, {BINARY, "a_ready_o"}, {BINARY, "b_valid_i"}, {BINARY, "b_ready_o"},
    {BINARY, "u_seq.active_q"}, {BINARY, "u_seq.fire"}, {BINARY, "u_seq.fire_last"}, {DECIMAL, "u_seq.steps_left_q"}, {DECIMAL, "u_seq.n_left_q"},
    {DECIMAL, "u_seq.m_left_q"}, {DECIMAL, "u_seq.gap_q"}, {DECIMAL, "u_seq.credit_q"},
    {TITLE, "tile row {row}, column {col}: PE ({pe_row}, {pe_col}) of cluster ({cluster_row}, {cluster_col})"},
    {HEX, PE "a_i"}, {HEX, PE "b_i"}, {SIGNED, PE "acc_q"}, {BINARY, CLUSTER "done_q"},
    {TITLE, "requantiser of column {col}"},
    {BINARY, "u_drain.g_col[{col}].u_requant.valid_i"}, {SIGNED, "u_drain.g_col[{col}].u_requant.acc_q"}, {HEX, "u_drain.g_col[{col}].u_requant.rounded_q"},
    {HEX, "u_drain.g_col[{col}].u_requant.mant_q"},
    {TITLE, "results"},
    {BINARY, "row_valid"}, {BINARY, "c_valid_o"}, {BINARY, "c_ready_i"}, {BINARY, "c_last_o"}, {HEX, "c_data_o"},
    {TITLE, "statistics"},
    {BINARY, "u_stats.valid_o"}, {BINARY, "u_stats.overflow_o"}, {DECIMAL, "u_stats.gamma_q"}, {DECIMAL, "u_stats.saturated_sum_q"},
    {TITLE, "exponent unit"},
    {DECIMAL, "u_exp.state_q"}, {DECIMAL, "u_exp.u_autoflex.state_q"}, {DECIMAL, "u_exp.u_autoflex.pass_q"}, {DECIMAL, "u_exp.u_autoflex.exp_o"},
    {BINARY, "rsp_valid_o"}, {BINARY, "rsp_ready_i"}, {HEX, "rsp_data_o"},
};

std::string placed(std::string name, const WaveMark &mark)
{
    const struct { const char *word; uint32_t value; } places[] = {{"{row}", mark.row}, {"{col}", mark.col}, {"{cluster_row}", mark.cluster_row},
        {"{cluster_col}", mark.cluster_col}, {"{pe_row}", mark.pe_row}, {"{pe_col}", mark.pe_col}};
    for (const auto &place : places) {
        const std::size_t at = name.find(place.word);
        if (at != std::string::npos) name.replace(at, std::strlen(place.word), std::to_string(place.value));
    }
    return name;
}

// Every signal of the waveform without its range, and its range: "TOP.flx_core.u_seq.gap_q", "[3:0]".
std::map<std::string, std::string> signals_of(void *fst)
{
    std::map<std::string, std::string> ranges;
    std::vector<std::string> scope = {""};
    while (const fstHier *h = fstReaderIterateHier(fst)) {
        if (h->htyp == FST_HT_SCOPE) scope.push_back(scope.back() + h->u.scope.name + ".");
        if (h->htyp == FST_HT_UPSCOPE) scope.pop_back();
        if (h->htyp != FST_HT_VAR) continue;
        const std::string name = h->u.var.name;
        const std::size_t blank = name.rfind(" [");
        ranges[scope.back() + name.substr(0, blank)] = blank == std::string::npos ? "" : name.substr(blank + 1);
    }
    return ranges;
}

} // namespace

std::string wave_view(const std::string &wave, const WaveMark &mark, std::string &error)
{
    void *fst = fstReaderOpen(wave.c_str());
    if (fst == nullptr) return error = "waveform cannot be read again", "";
    const std::map<std::string, std::string> ranges = signals_of(fst);
    fstReaderClose(fst);
    std::string text = "[*] signals of flx_core for GTKWave, made by flx cosim --wave\n[timestart] " + std::to_string(mark.time - std::min<uint64_t>(mark.time, 200)) +
                       "\n[size] 1600 1000\n*-5.0 " + std::to_string(mark.time);
    for (int named = 0; named < 26; named++) text += " -1";
    text += "\n[sst_width] 220\n[signals_width] 380\n";
    for (const auto &line : view) {
        char flags[16];
        snprintf(flags, sizeof flags, "@%x\n", static_cast<unsigned>(line.format));
        const std::string name = placed(line.name, mark), full = "TOP.flx_core." + name;
        if (line.format == TITLE) {
            text += flags + ("-" + name) + "\n";
            continue;
        }
        const auto found = ranges.find(full);
        if (found == ranges.end()) return error = full + ": signal is missing in the waveform, expected those that sim/rtl/wave_view.cc lists", "";
        text += flags + full + found->second + "\n";
    }
    return text;
}

} // namespace flx
