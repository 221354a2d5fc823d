// fixture.h - a small library and netlists as texts. Twin: synth/netsim/ns_library.h, ns_netlist.h
// SPDX-License-Identifier: Apache-2.0
#ifndef FLX_VERIF_NETSIM_FIXTURE_H
#define FLX_VERIF_NETSIM_FIXTURE_H

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "ns_energy.h"
#include "ns_run.h"

namespace netsim {

// Volt 2, time ns, capacitance pF. Every gate: 10 fF per input (the clock pin 5 fF), internal energy of an output transition 0.001 pJ rising and
// 0.002 pJ falling, delay 100 ps. INV: energy and delay depend on load and slew. Leakage 1 nW per cell, NAND2 by state.
inline std::string library_text()
{
    auto gate = [](const std::string &name, const std::vector<std::string> &inputs, const std::string &function, const std::string &extra = "") {
        std::string text = "cell (" + name + ") { area : 2; cell_leakage_power : 1; " + extra;
        std::string related;
        for (const auto &pin : inputs) {
            text += "pin (" + pin + ") { direction : input; capacitance : 0.01; }\n";
            related += (related.empty() ? "" : " ") + pin;
        }
        return text + "pin (Y) { direction : output; function : \"" + function + "\";\n timing () { related_pin : \"" + related +
               "\"; cell_rise (scalar) { values (\"0.1\"); } cell_fall (scalar) { values (\"0.1\"); } }\n internal_power () { related_pin : \"" + related +
               "\"; rise_power (scalar) { values (\"0.001\"); } fall_power (scalar) { values (\"0.002\"); } } } }\n";
    };
    return "/* made up */ library (small) {\n time_unit : \"1ns\"; voltage_unit : \"1V\"; leakage_power_unit : \"1nW\"; capacitive_load_unit (1, pf);\n"
           " nom_voltage : 2.0;\n"
           " lu_table_template (two) { variable_1 : total_output_net_capacitance; variable_2 : input_net_transition;\n"
           "  index_1 (\"0, 0.02\"); index_2 (\"0, 0.2\"); }\n"
           " power_lut_template (energy) { variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;\n"
           "  index_1 (\"0, 0.2\"); index_2 (\"0, 0.02\"); }\n"
           "cell (INV) { area : 1; cell_leakage_power : 1; pin (A) { direction : input; capacitance : 0.01; }\n"
           " pin (Y) { direction : output; function : \"A'\";\n"
           "  timing () { related_pin : A; cell_rise (two) { values (\"0.1, 0.3\", \"0.2, 0.4\"); } cell_fall (two) { values (\"0.1, 0.3\", \\\n \"0.2, 0.4\"); } }\n"
           "  internal_power () { related_pin : \"A\"; rise_power (energy) { values (\"0.001, 0.003\", \"0.002, 0.004\"); }\n"
           "   fall_power (energy) { values (\"0.002, 0.002\", \"0.002, 0.002\"); } } } }\n" +
           gate("NAND2", {"A", "B"}, "(A B)'",
                "leakage_power () { when : \"A & B\"; value : 4; } leakage_power () { when : \"!(A * B)\"; value : 2; } ") +
           gate("XOR2", {"A", "B"}, "A ^ B") + gate("AND2", {"A", "B"}, "A & B") + gate("BUF", {"A"}, "A") +
           "cell (DFF) { area : 5; cell_leakage_power : 1; ff (IQ, IQN) { next_state : \"D\"; clocked_on : \"CK\"; }\n"
           " pin (D) { direction : input; capacitance : 0.01; }\n"
           " pin (CK) { direction : input; capacitance : 0.005; clock : true;\n"
           "  internal_power () { when : \"D ^ Q\"; rise_power (scalar) { values (\"0.007\"); } fall_power (scalar) { values (\"0.005\"); } }\n"
           "  internal_power () { rise_power (scalar) { values (\"0.003\"); } fall_power (scalar) { values (\"0.004\"); } } }\n"
           " pin (Q) { direction : output; function : \"IQ\"; timing () { related_pin : CK; timing_type : rising_edge;\n"
           "   cell_rise (scalar) { values (\"0.1\"); } cell_fall (scalar) { values (\"0.1\"); } }\n"
           "  internal_power () { related_pin : CK; rise_power (scalar) { values (\"0.001\"); } fall_power (scalar) { values (\"0.002\"); } } } }\n"
           "cell (LATCH) { area : 3; latch (IQ, IQN) { data_in : \"D\"; enable : \"G\"; } pin (D) { direction : input; } pin (G) { direction : input; }\n"
           " pin (Q) { direction : output; function : \"IQ\"; } }\n"
           "}\n";
}

struct Port {
    std::string name;
    bool output;
    std::vector<int> bits;
};

struct Cell {
    std::string type;
    std::vector<std::pair<std::string, int>> pins;
};

// JSON as yosys writes it: bits from 2 on, 0 and 1 are constants.
inline std::string netlist_text(const std::vector<Port> &ports, const std::vector<Cell> &cells)
{
    auto bit = [](int b) { return b == 0 ? std::string("\"0\"") : b == 1 ? std::string("\"1\"") : std::to_string(b); };
    std::string text = "{\"modules\": {\"top\": {\"attributes\": {\"top\": \"1\"}, \"ports\": {";
    std::string names;
    int last = 1;
    for (std::size_t i = 0; i < ports.size(); i++) {
        std::string bits;
        for (int b : ports[i].bits) bits += (bits.empty() ? "" : ", ") + bit(b);
        text += (i ? ", \"" : "\"") + ports[i].name + "\": {\"direction\": \"" + (ports[i].output ? "output" : "input") + "\", \"bits\": [" + bits + "]}";
    }
    text += "}, \"cells\": {";
    for (std::size_t i = 0; i < cells.size(); i++) {
        text += std::string(i ? ", " : "") + "\"c" + std::to_string(i) + "\": {\"type\": \"" + cells[i].type + "\", \"connections\": {";
        for (std::size_t k = 0; k < cells[i].pins.size(); k++) {
            text += std::string(k ? ", " : "") + "\"" + cells[i].pins[k].first + "\": [" + bit(cells[i].pins[k].second) + "]";
            if (cells[i].pins[k].second > last) last = cells[i].pins[k].second;
        }
        text += "}}";
    }
    text += "}, \"netnames\": {\"n\": {\"bits\": [";
    for (int b = 2; b <= last + 8; b++) text += (b > 2 ? ", " : "") + std::to_string(b);
    return text + "]}}}}}\n";
}

inline void write_file(const std::string &path, const std::string &text)
{
    FILE *file = fopen(path.c_str(), "w");
    fwrite(text.data(), 1, text.size(), file);
    fclose(file);
}

// A library and a netlist, read.
class Design {
public:
    Design(const std::vector<Port> &ports, const std::vector<Cell> &cells, double wire_cap = 0.0, double slew = 0.0)
    {
        const std::string text = library_text();
        const std::string path = "build/netsim_test.json";
        write_file(path, netlist_text(ports, cells));
        ok = ns_library_parse(&library, "small.lib", text.data(), text.size(), slew, error) == 0 && ns_groups_read(&groups, nullptr, error) == 0 &&
             ns_netlist_read(&netlist, path.c_str(), nullptr, &library, &groups, wire_cap, error) == 0;
        if (ok) ns_charge_init(&charge, &netlist);
    }
    ~Design()
    {
        if (ok) ns_charge_free(&charge);
        ns_netlist_free(&netlist);
        ns_groups_free(&groups);
        ns_library_free(&library);
    }
    Design(const Design &) = delete;
    Design &operator=(const Design &) = delete;
    uint32_t net(const char *port, int bit = 0) const { return ns_netlist_port(&netlist, port)->net[bit]; }

    bool ok = false;
    char error[NS_ERROR_BYTES] = "";
    ns_library_t library = {};
    ns_groups_t groups = {};
    ns_netlist_t netlist = {};
    ns_charge_t charge = {};
};

} // namespace netsim

#endif
