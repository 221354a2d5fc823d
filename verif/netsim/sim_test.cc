// sim_test.cc - toggles, glitches and joules of circuits small enough to do by hand. Twin: synth/netsim/ns_sim.c, ns_glitch.c, ns_energy.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace {

using netsim::Cell;
using netsim::Design;

constexpr uint64_t all = ~UINT64_C(0);

// A 4-bit ripple counter of half adders: q[0..3], d[i] = q[i] ^ c[i], c[0] = 1, c[i + 1] = c[i] & q[i].
std::vector<Cell> counter()
{
    std::vector<Cell> cells;
    int carry = 1;
    for (int i = 0; i < 4; i++) {
        const int q = 10 + i;
        const int d = 20 + i;
        const int next = 30 + i;
        cells.push_back({"XOR2", {{"A", q}, {"B", carry}, {"Y", d}}});
        cells.push_back({"AND2", {{"A", carry}, {"B", q}, {"Y", next}}});
        cells.push_back({"DFF", {{"D", d}, {"CK", 2}, {"Q", q}}});
        carry = next;
    }
    return cells;
}

TEST(ZeroDelay, CounterTogglesAndClock)
{
    Design x({{"clk_i", false, {2}}, {"q_o", true, {10, 11, 12, 13}}, {"d_o", true, {20, 21, 22, 23}}}, counter());
    ASSERT_TRUE(x.ok) << x.error;
    ns_sim_t sim;
    ns_sim_init(&sim, &x.netlist, &x.charge, 0x7); // three lanes that do the same
    ns_sim_settle(&sim);
    sim.counting = true;
    for (int cycle = 1; cycle <= 32; cycle++) {
        ns_sim_edge(&sim);
        ns_sim_settle(&sim);
        for (int bit = 0; bit < 4; bit++) ASSERT_EQ(sim.value[x.net("q_o", bit)] & 7, (cycle >> bit & 1) != 0 ? 7U : 0U) << cycle;
    }
    EXPECT_EQ(sim.activity.lane_cycles, 96U);
    const uint64_t toggles[4] = {32, 16, 8, 4};
    for (int bit = 0; bit < 4; bit++) {
        EXPECT_EQ(sim.activity.toggles[x.net("q_o", bit)], 3 * toggles[bit]) << bit;
        EXPECT_EQ(sim.activity.toggles[x.net("d_o", bit)], 3 * toggles[bit]) << bit;
    }
    // Clock: 4 flip-flops; D and Q differ before the edge (0.007) in 60 of 128 flip-flop cycles, and differ again when all is settled
    // (0.005) in 60 as well, for the counter is periodic; the rest costs 0.003 and 0.004. Table unit: pF V^2 = pJ, volt unit 1 V.
    const double pj = 60 * 0.007 + 68 * 0.003 + 60 * 0.005 + 68 * 0.004;
    EXPECT_NEAR(sim.activity.clock[NS_GROUP_REST], 3 * pj * 1e-12, 1e-18);
    const ns_energy_t energy = ns_energy_of(&sim.activity, &x.netlist, &x.library, &x.groups);
    EXPECT_NEAR(energy.total.clock, pj * 1e-12 / 32 + 4 * 5e-15 * 4.0, 1e-18);
    ns_sim_free(&sim);
}

TEST(ZeroDelay, LanesAreIndependent)
{
    Design x({{"a_i", false, {2}}, {"b_i", false, {3}}, {"y_o", true, {4}}}, {{"NAND2", {{"A", 2}, {"B", 3}, {"Y", 4}}}});
    ASSERT_TRUE(x.ok) << x.error;
    ns_sim_t sim;
    ns_sim_init(&sim, &x.netlist, &x.charge, all);
    ns_sim_settle(&sim);
    sim.counting = true;
    ns_sim_edge(&sim);
    sim.value[x.net("a_i")] = 0x00FF;
    sim.value[x.net("b_i")] = 0x0F0F;
    ns_sim_settle(&sim);
    EXPECT_EQ(sim.value[x.net("y_o")], ~UINT64_C(0x000F));
    EXPECT_EQ(sim.activity.toggles[x.net("y_o")], 4U);
    // State-dependent leakage: 4 lanes at 4 nW, 60 at 2 nW.
    EXPECT_NEAR(sim.activity.leakage[NS_GROUP_REST], (4 * 4 + 60 * 2) * 1e-9, 1e-18);
    ns_sim_free(&sim);
}

// Two inverters in a row, wire 3 fF per pin: the joules of one rise and one fall of the input.
TEST(Energy, TwoInverters)
{
    Design x({{"a_i", false, {2}}, {"y_o", true, {4}}}, {{"INV", {{"A", 2}, {"Y", 3}}}, {"INV", {{"A", 3}, {"Y", 4}}}}, 3e-15, 0.1e-9);
    ASSERT_TRUE(x.ok) << x.error;
    ns_sim_t sim;
    ns_sim_init(&sim, &x.netlist, &x.charge, 1);
    ns_sim_settle(&sim);
    sim.counting = true;
    for (int i = 0; i < 2; i++) {
        ns_sim_edge(&sim);
        sim.value[x.net("a_i")] = i == 0 ? all : 0;
        ns_sim_settle(&sim);
    }
    const ns_energy_t energy = ns_energy_of(&sim.activity, &x.netlist, &x.library, &x.groups);
    // Switching, 2 cycles: input net and middle net have 13 fF and 2 transitions each at C V^2 / 2, the last net has no load.
    EXPECT_NEAR(energy.total.switching * 2, 2 * 2 * 0.5 * 13e-15 * 4.0, 1e-21);
    EXPECT_NEAR(energy.part[NS_GROUP_INPUT].switching * 2, 2 * 0.5 * 13e-15 * 4.0, 1e-21);
    // Internal at slew 0.1 ns: rise 1.5 fJ + 0.1 fJ per fF, fall 2 fJ; the first inverter drives 13 fF, the second nothing.
    EXPECT_NEAR(energy.total.internal * 2, (1.5e-15 + 1.3e-15 + 2e-15) + (1.5e-15 + 2e-15), 1e-21);
    EXPECT_NEAR(energy.total.leakage, 2e-9, 1e-18);
    ns_sim_free(&sim);
}

// XOR of a signal with itself behind n buffers: zero delay sees nothing, every edge makes one pulse of two transitions.
TEST(Glitch, PulseOfAnUnequalPair)
{
    for (int buffers = 1; buffers <= 5; buffers++) {
        std::vector<Cell> cells;
        for (int i = 0; i < buffers; i++) cells.push_back({"BUF", {{"A", i == 0 ? 2 : 10 + i}, {"Y", 11 + i}}});
        cells.push_back({"XOR2", {{"A", 2}, {"B", 10 + buffers}, {"Y", 3}}});
        Design x({{"a_i", false, {2}}, {"y_o", true, {3}}}, cells);
        ASSERT_TRUE(x.ok) << x.error;
        ns_glitch_t g;
        ASSERT_EQ(ns_glitch_init(&g, &x.netlist, &x.charge, 1e-12, x.error), 0) << x.error;
        g.counting = true;
        for (int edge = 0; edge < 10; edge++) {
            if (edge > 0) ns_glitch_edge(&g);
            ns_glitch_input(&g, x.net("a_i"), edge % 2 == 0);
            ns_glitch_settle(&g);
            EXPECT_EQ(g.value[x.net("y_o")], 0U);
        }
        // Inertial: one buffer's 100 ps against the gate's own 100 ps is a pulse as long as the delay, and passes.
        EXPECT_EQ(g.activity.toggles[x.net("y_o")], 20U) << buffers << " buffers";
        EXPECT_NEAR(g.activity.internal[NS_GROUP_REST], 10 * 3e-15 + buffers * 5 * 3e-15, 1e-20); // rise 1 fJ, fall 2 fJ
        EXPECT_EQ(g.latest, 100U * static_cast<unsigned>(buffers + 1));
        ns_glitch_free(&g);
    }
}

// A buffer's pulse of 100 ps through an inverter of 200 ps at this slew: swallowed.
TEST(Glitch, InertialGateSwallowsAShortPulse)
{
    Design x({{"a_i", false, {2}}, {"y_o", true, {5}}},
             {{"BUF", {{"A", 2}, {"Y", 3}}}, {"XOR2", {{"A", 2}, {"B", 3}, {"Y", 4}}}, {"INV", {{"A", 4}, {"Y", 5}}}}, 0.0, 0.2e-9);
    ASSERT_TRUE(x.ok) << x.error;
    ns_glitch_t g;
    ASSERT_EQ(ns_glitch_init(&g, &x.netlist, &x.charge, 1e-12, x.error), 0) << x.error;
    g.counting = true;
    ns_glitch_input(&g, x.net("a_i"), true);
    ns_glitch_settle(&g);
    EXPECT_EQ(g.activity.toggles[x.net("y_o")], 0U);
    ns_glitch_free(&g);
}

// The counter's carries arrive one after the other, but each sum bit changes once at most.
TEST(Glitch, CounterMakesNone)
{
    Design x({{"clk_i", false, {2}}, {"q_o", true, {10, 11, 12, 13}}}, counter());
    ASSERT_TRUE(x.ok) << x.error;
    ns_glitch_t g;
    ASSERT_EQ(ns_glitch_init(&g, &x.netlist, &x.charge, 5e-12, x.error), 0) << x.error;
    ns_glitch_settle(&g);
    g.counting = true;
    for (int cycle = 1; cycle <= 32; cycle++) {
        ns_glitch_edge(&g);
        ns_glitch_settle(&g);
        for (int bit = 0; bit < 4; bit++) ASSERT_EQ(g.value[x.net("q_o", bit)] & 1, static_cast<uint64_t>(cycle >> bit & 1)) << cycle;
    }
    const uint64_t toggles[4] = {32, 16, 8, 4};
    for (int bit = 0; bit < 4; bit++) EXPECT_EQ(g.activity.toggles[x.net("q_o", bit)], toggles[bit]);
    EXPECT_EQ(g.activity.lane_cycles, 32U);
    ns_glitch_free(&g);
}

TEST(Netlist, NamesWhatIsWrong)
{
    const struct { std::vector<Cell> cells; const char *message; } bad[] = {
        {{{"NOR9", {{"A", 2}, {"Y", 3}}}}, "type is NOR9, expected a cell of library small"},
        {{{"INV", {{"Z", 2}, {"Y", 3}}}}, "pin Z is not in the library's INV"},
        {{{"LATCH", {{"D", 2}, {"G", 2}, {"Q", 3}}}}, "type is LATCH, expected a combinational cell or a flip-flop"},
        {{{"INV", {{"A", 2}, {"Y", 3}}}, {"INV", {{"A", 2}, {"Y", 3}}}}, "has two drivers"},
        {{{"INV", {{"A", 4}, {"Y", 3}}}}, "has loads and no driver"},
        {{{"INV", {{"A", 3}, {"Y", 4}}}, {"INV", {{"A", 4}, {"Y", 3}}}}, "2 cells stand in a combinational loop"},
        {{{"INV", {{"A", 2}, {"Y", 0}}}}, "output Y drives a constant"},
        {{{"INV", {{"A", 2}, {"Y", 4}}}, {"DFF", {{"D", 2}, {"CK", 4}, {"Q", 3}}}}, "clock of a DFF is not the rising edge of input clk_i"},
    };
    for (const auto &b : bad) {
        Design x({{"a_i", false, {2}}, {"y_o", true, {3}}}, b.cells);
        EXPECT_FALSE(x.ok);
        EXPECT_NE(std::string(x.error).find(b.message), std::string::npos) << x.error << "\nexpected: " << b.message;
    }
}

// Equality before figures: the same stimulus on the right gate and on a wrong one.
TEST(Run, OneWrongCellIsAMismatch)
{
    for (const char *type : {"XOR2", "AND2"}) {
        Design x({{"a_i", false, {2}}, {"b_i", false, {3}}, {"y_o", true, {4}}}, {{type, {{"A", 2}, {"B", 3}, {"Y", 4}}}});
        ASSERT_TRUE(x.ok) << x.error;
        ns_stimulus_t s;
        ns_stimulus_init(&s, "op", 2);
        const int a = ns_stimulus_port(&s, "a_i", false, 1);
        const int b = ns_stimulus_port(&s, "b_i", false, 1);
        const int y = ns_stimulus_port(&s, "y_o", true, 1);
        for (unsigned cycle = 0; cycle < 4; cycle++) {
            ns_stimulus_cycle(&s);
            for (int lane = 0; lane < 2; lane++) {
                ns_stimulus_put(&s, a, lane, 0, 1, cycle & 1);
                ns_stimulus_put(&s, b, lane, 0, 1, cycle >> 1);
                ns_stimulus_put(&s, y, lane, 0, 1, (cycle & 1) ^ (cycle >> 1));
            }
        }
        ns_run_t run = {};
        run.lanes = 3;
        ns_activity_init(&run.activity, &x.netlist);
        ns_run_t events = run;
        ns_activity_init(&events.activity, &x.netlist);
        const ns_outcome_t outcome = ns_run_zero(&run, &s, &x.netlist, &x.charge, x.error);
        const ns_outcome_t with_delays = ns_run_glitch(&events, &s, &x.netlist, &x.charge, 1e-12, x.error);
        if (type[0] == 'X') {
            EXPECT_EQ(outcome, NS_AGREES);
            EXPECT_EQ(with_delays, NS_AGREES);
            EXPECT_EQ(run.compared, 8U);
            EXPECT_EQ(events.compared, 8U);
        } else {
            EXPECT_EQ(outcome, NS_DIFFERS);
            EXPECT_EQ(with_delays, NS_DIFFERS);
            EXPECT_STREQ(x.error, "mismatch: cycle 1, lane 0, y_o: expected 0x1, actual 0x0");
        }
        ns_activity_free(&run.activity);
        ns_activity_free(&events.activity);
        ns_stimulus_free(&s);
    }
}

} // namespace
