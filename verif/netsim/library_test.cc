// library_test.cc - the Liberty reader: units, tables, functions, groups, and what each bad file is told. Twin: synth/netsim/ns_library.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "fixture.h"

namespace {

using netsim::library_text;

std::string refused(const std::string &text)
{
    ns_library_t library;
    char error[NS_ERROR_BYTES] = "";
    const int status = ns_library_parse(&library, "x.lib", text.data(), text.size(), 0.0, error);
    ns_library_free(&library);
    return status == 0 ? "accepted" : error;
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Library, UnitsTablesAndGroups)
{
    ns_library_t library;
    char error[NS_ERROR_BYTES];
    const std::string text = library_text();
    ASSERT_EQ(ns_library_parse(&library, "small.lib", text.data(), text.size(), 0.1e-9, error), 0) << error;
    EXPECT_EQ(library.cells, 7);
    EXPECT_DOUBLE_EQ(library.volt, 2.0);
    const ns_cell_t *inv = ns_library_find(&library, "INV");
    ASSERT_NE(inv, nullptr);
    EXPECT_DOUBLE_EQ(inv->pin[0].cap, 10e-15);
    ASSERT_NE(inv->supply, nullptr);
    EXPECT_DOUBLE_EQ(inv->supply->watt, 1e-9);
    // Between the points of both axes, whose order differs: delay (load, slew), energy (slew, load); and beyond the last load.
    EXPECT_NEAR(ns_curve_at(&inv->pin[1].delay->rise, 10e-15), 0.25e-9, 1e-18);
    EXPECT_NEAR(ns_curve_at(&inv->pin[1].power->rise, 10e-15), 0.0025e-12, 1e-24);
    EXPECT_NEAR(ns_curve_at(&inv->pin[1].power->rise, 40e-15), 0.0055e-12, 1e-24);
    const ns_cell_t *flop = ns_library_find(&library, "DFF");
    EXPECT_EQ(flop->kind, NS_FLIP_FLOP);
    EXPECT_EQ(flop->clock_pin, ns_cell_pin(flop, "CK"));
    EXPECT_NE(flop->pin[flop->clock_pin].power->when.code, nullptr) << "the condition comes before what always holds";
    EXPECT_EQ(ns_library_find(&library, "LATCH")->kind, NS_OTHER);
    EXPECT_EQ(ns_library_find(&library, "NOR2"), nullptr);
    ns_library_free(&library);
}

TEST(Library, NamesWhatIsWrongAndWhere)
{
    const std::string text = library_text();
    const struct { std::string text, message; } bad[] = {
        {"", "x.lib:1: statement is the end of the file, expected a name"},
        {"cell (A) { }", "x.lib:1: first statement is cell, expected library (NAME) {"},
        {"library (x) { /* open", "x.lib:1: comment is open, expected */"},
        {"library (x) {\n a : \"b", "x.lib:2: string is open, expected \""},
        {"library (x) {\n pin (A { }", "expected"},
        {"library (x) {", "x.lib:1: group library is open, expected }"},
        {"library (x) { } y", "text behind the library"},
        {replaced(text, "time_unit : \"1ns\";", ""), "time_unit is missing"},
        {replaced(text, "\"1ns\"", "\"1xs\""), "time_unit is \"1xs\", expected a number and a unit"},
        {replaced(text, "nom_voltage : 2.0;", ""), "voltage is missing"},
        {replaced(text, "\"A'\"", "\"A' &\""), "INV: function function is \"A' &\", expected a pin, a constant, ! or ("},
        {replaced(text, "\"A'\"", "\"C'\""), "expected a pin of the cell"},
        {replaced(text, "related_pin : A;", "related_pin : Z;"), "INV: related_pin is \"Z\", expected a pin of the cell"},
        {replaced(text, "\"0.1, 0.3\", \"0.2, 0.4\"", "\"0.1, 0.3\""), "values has 2 numbers, expected 4"},
        {replaced(text, "\"0.1, 0.3\", \"0.2, 0.4\"", "\"0.1, x\", \"0.2, 0.4\""), "values is \"x\", expected numbers"},
        {replaced(text, "index_1 (\"0, 0.02\")", "index_1 (\"0.02, 0.02\")"), "index_1 does not rise"},
        {replaced(text, "variable_1 : total_output_net_capacitance", "variable_1 : temperature"), "variable_1 is temperature"},
        {replaced(text, "next_state : \"D\"; ", ""), "DFF: ff has no next_state or no clocked_on"},
        {replaced(text, "cell (INV)", "cell (DFF)"), "cell DFF is there twice"},
    };
    for (const auto &b : bad) EXPECT_NE(refused(b.text).find(b.message), std::string::npos) << refused(b.text) << "\nexpected: " << b.message;
}

TEST(Library, DamagedFilesAreRefusedOrReadAndNeverMore)
{
    std::mt19937 random(1);
    const std::string text = library_text();
    int accepted = 0;
    for (int i = 0; i < 4000; i++) {
        std::string damaged = text;
        const int edits = 1 + static_cast<int>(random() % 3);
        for (int e = 0; e < edits; e++) {
            const std::size_t at = random() % damaged.size();
            switch (random() % 4) {
            case 0: damaged[at] = static_cast<char>(random()); break;
            case 1: damaged.erase(at, random() % 20); break;
            case 2: damaged.insert(at, 1, "{}()\";:,\\/*'!"[random() % 13]); break;
            default: damaged.resize(at + 1); break;
            }
        }
        const std::string result = refused(damaged);
        accepted += result == "accepted";
        if (result != "accepted") {
            ASSERT_EQ(result.rfind("x.lib", 0), 0U) << result;
        }
    }
    EXPECT_GT(accepted, 20);
    EXPECT_LT(accepted, 3980);
}

// Every function of up to four variables against a table computed here.
TEST(Expression, TruthTables)
{
    using Row = std::function<bool(bool, bool, bool, bool)>;
    const struct { const char *text; Row row; } all[] = {
        {"A", [](bool a, bool, bool, bool) { return a; }},
        {"!A", [](bool a, bool, bool, bool) { return !a; }},
        {"A'", [](bool a, bool, bool, bool) { return !a; }},
        {"!(A + B)'", [](bool a, bool b, bool, bool) { return a || b; }},
        {"A B + C", [](bool a, bool b, bool c, bool) { return (a && b) || c; }},
        {"A + B C", [](bool a, bool b, bool c, bool) { return a || (b && c); }},
        {"A & B | C & D", [](bool a, bool b, bool c, bool d) { return (a && b) || (c && d); }},
        {"A ^ B & C", [](bool a, bool b, bool c, bool) { return (a != b) && c; }},
        {"A * B ^ C", [](bool a, bool b, bool c, bool) { return a && (b != c); }},
        {"(!A & !B) | (A & B)", [](bool a, bool b, bool, bool) { return a == b; }},
        {"!A !B", [](bool a, bool b, bool, bool) { return !a && !b; }},
        {"A(B+C)D'", [](bool a, bool b, bool c, bool d) { return a && (b || c) && !d; }},
        {"((A^B)^C)^D", [](bool a, bool b, bool c, bool d) { return (a != b) != (c != d); }},
        {"1", [](bool, bool, bool, bool) { return true; }},
        {"0 + A", [](bool a, bool, bool, bool) { return a; }},
        {"A''", [](bool a, bool, bool, bool) { return a; }},
    };
    ns_arena_t arena = {};
    char error[NS_ERROR_BYTES];
    auto variable = [](void *, const char *name, std::size_t length) { return length == 1 && *name >= 'A' && *name <= 'D' ? *name - 'A' : -1; };
    const uint64_t value[4] = {0xAAAA, 0xCCCC, 0xF0F0, 0xFF00};
    for (const auto &f : all) {
        ns_expr_t expr;
        ASSERT_EQ(ns_expr_compile(&expr, f.text, strlen(f.text), variable, nullptr, &arena, error), 0) << f.text << ": " << error;
        const uint64_t out = ns_expr_eval(&expr, value);
        for (int i = 0; i < 16; i++) EXPECT_EQ(out >> i & 1, f.row(i & 1, i & 2, i & 4, i & 8) ? 1U : 0U) << f.text << " row " << i;
    }
    const std::string deep(200, '(');
    const std::string tower = "A" + std::string(40, '^') + "B";
    for (const std::string &bad : {std::string(""), std::string("A +"), std::string("(A"), std::string("A)"), std::string("E"), deep, tower, std::string("A B C D E")}) {
        ns_expr_t expr;
        EXPECT_EQ(ns_expr_compile(&expr, bad.data(), bad.size(), variable, nullptr, &arena, error), -1) << bad;
    }
    ns_arena_free(&arena);
}

} // namespace
