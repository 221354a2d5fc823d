// trace_test.cc - trace files: what is written is read back, and each lie is named. Twin: cmodel/trace/flx_trace_read.c, flx_trace_write.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "flx/flx.h"

namespace {

class Directory {
public:
    Directory()
    {
        char path[] = "/tmp/flx_trace_XXXXXX";
        path_ = mkdtemp(path);
    }
    ~Directory()
    {
        if (system(("rm -rf " + path_).c_str()) != 0) perror(path_.c_str());
    }
    std::string file(const char *name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

// A trace of the golden model.
struct Owned {
    flx_trace_t t = {};
    explicit Owned(size_t m = 5, size_t n = 7, size_t k = 9, bool trans_a = false, bool trans_b = false, flx_rounding_t rounding = FLX_ROUND_NEAREST_EVEN)
    {
        t.op.fmt = flx_format_default();
        t.op.m = m;
        t.op.n = n;
        t.op.k = k;
        t.op.trans_a = trans_a;
        t.op.trans_b = trans_b;
        t.op.exp_a = 12;
        t.op.exp_b = 13;
        t.op.exp_c = 9;
        t.op.rounding = rounding;
        t.op.seed = rounding == FLX_ROUND_STOCHASTIC ? 77 : 0;
        t.op.lanes = 4;
        t.a = static_cast<int16_t *>(malloc(m * k * 2));
        t.b = static_cast<int16_t *>(malloc(k * n * 2));
        t.c = static_cast<int16_t *>(malloc(m * n * 2));
        for (size_t i = 0; i < m * k; i++) t.a[i] = static_cast<int16_t>(i * 7919);
        for (size_t i = 0; i < k * n; i++) t.b[i] = static_cast<int16_t>(i * 104729);
        EXPECT_EQ(flx_gemm_run(&t.op, t.a, t.b, t.c, &t.expect, nullptr, 1), FLX_OK);
        t.has_autoflex = true;
        t.autoflex_cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER);
        t.autoflex.state = FLX_AF_RUN;
        t.autoflex.count = 2;
        t.autoflex.phi[0] = {12000, 9};
        t.autoflex.phi[1] = {65536, 8};
        flx_autoflex_t af = t.autoflex;
        t.has_exp_next = true;
        t.exp_next = flx_autoflex_predict(&af, t.autoflex_cfg, t.op.fmt, t.expect.gamma, t.op.exp_c, false);
        strcpy(t.source.network, "net");
        strcpy(t.source.layer, "conv1");
        strcpy(t.source.pass, "fprop");
        t.source.iteration = 42;
        t.source.images = -1;
    }
    ~Owned() { flx_trace_free(&t); }
};

TEST(Trace, WhatIsWrittenIsReadBack)
{
    const Directory dir;
    for (int mode = 0; mode <= FLX_ROUND_STOCHASTIC; mode++)
        for (int trans = 0; trans < 4; trans++) {
            const Owned w(5, 7, 9, trans & 1, trans & 2, static_cast<flx_rounding_t>(mode));
            flx_trace_t r;
            char error[FLX_TRACE_ERROR_BYTES] = "";
            const std::string path = dir.file("t.npz");
            ASSERT_EQ(flx_trace_write(path.c_str(), &w.t, error), 0) << error;
            ASSERT_EQ(flx_trace_read(path.c_str(), &r, error), 0) << error;
            EXPECT_EQ(memcmp(w.t.a, r.a, 5 * 9 * 2), 0);
            EXPECT_EQ(memcmp(w.t.b, r.b, 9 * 7 * 2), 0);
            EXPECT_EQ(memcmp(w.t.c, r.c, 5 * 7 * 2), 0);
            EXPECT_TRUE(r.op.m == 5 && r.op.n == 7 && r.op.k == 9 && r.op.trans_a == w.t.op.trans_a && r.op.trans_b == w.t.op.trans_b);
            EXPECT_TRUE(r.op.rounding == w.t.op.rounding && r.op.seed == w.t.op.seed && r.op.lanes == 4 && r.op.chunk == 0);
            EXPECT_TRUE(r.op.exp_a == 12 && r.op.exp_b == 13 && r.op.exp_c == 9 && r.op.fmt.acc_bits == 48);
            EXPECT_TRUE(r.expect.gamma == w.t.expect.gamma && r.expect.overflow == w.t.expect.overflow && r.expect.saturated == w.t.expect.saturated);
            EXPECT_TRUE(r.has_exp_next && r.exp_next == w.t.exp_next && r.autoflex.count == 2 && r.autoflex.phi[1].gamma == 65536 && r.autoflex.phi[1].exp == 8);
            EXPECT_STREQ(r.source.layer, "conv1");
            EXPECT_TRUE(r.source.iteration == 42 && r.source.images == -1);
            flx_trace_free(&r);
        }
}

TEST(Trace, TheSameTraceGivesTheSameBytes)
{
    const Directory dir;
    const Owned w;
    char error[FLX_TRACE_ERROR_BYTES];
    ASSERT_EQ(flx_trace_write(dir.file("1").c_str(), &w.t, error), 0);
    sleep(2); // zip files have times of 2 s
    ASSERT_EQ(flx_trace_write(dir.file("2").c_str(), &w.t, error), 0);
    EXPECT_EQ(system(("cmp -s " + dir.file("1") + " " + dir.file("2")).c_str()), 0);
}

TEST(Trace, AFailedWriteLeavesNothing)
{
    const Directory dir;
    const Owned w;
    char error[FLX_TRACE_ERROR_BYTES] = "";
    EXPECT_EQ(flx_trace_write(dir.file("none/t.npz").c_str(), &w.t, error), -1);
    EXPECT_NE(strstr(error, "cannot be written"), nullptr) << error;
    EXPECT_NE(access(dir.file("none").c_str(), F_OK), 0);
}

using Members = std::vector<std::pair<std::string, std::string>>;

void write_zip(const std::string &path, const Members &members)
{
    int code;
    zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    ASSERT_NE(zip, nullptr);
    for (const auto &m : members) {
        zip_source_t *source = zip_source_buffer(zip, m.second.data(), m.second.size(), 0);
        ASSERT_GE(zip_file_add(zip, m.first.c_str(), source, 0), 0);
    }
    ASSERT_EQ(zip_close(zip), 0);
}

std::string npy(const char *dict, size_t bytes)
{
    std::string header = std::string(dict) + "\n";
    std::string out("\x93NUMPY\x01\x00", 8);
    out += static_cast<char>(header.size() & 0xFF);
    out += static_cast<char>(header.size() >> 8);
    return out + header + std::string(bytes, '\0');
}

const char good_meta[] =
    "{\"format\": \"flexpoint-trace\", \"version\": 1, \"op\": \"gemm\", \"m\": 2, \"n\": 3, \"k\": 4, \"trans_a\": false, \"trans_b\": false, \"mant_bits\": 12, "
    "\"exp_bits\": 5, \"acc_bits\": 48, \"exp_a\": 1, \"exp_b\": 2, \"exp_c\": 3, \"rounding\": \"nearest_even\", \"chunk\": 0, \"expect\": {\"gamma\": 0, "
    "\"overflow\": false, \"saturated\": 0, \"exp_next\": 3}, \"autoflex\": {\"profile\": \"paper\", \"alpha\": 2, \"beta\": 3, \"gamma\": 100, \"window\": 4, "
    "\"history\": [[5, 3]]}, \"later\": \"ignored\"}";

Members good()
{
    return {{"meta.json", good_meta}, {"a.npy", npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }", 16)},
            {"b.npy", npy("{'shape': (4, 3), 'fortran_order': False, 'descr': \"<i2\"}", 24)}, {"c.npy", npy("{'descr':'<i2','fortran_order':False,'shape':(2,3)}", 12)}};
}

std::string read_error(const std::string &path)
{
    flx_trace_t trace;
    char error[FLX_TRACE_ERROR_BYTES] = "";
    if (flx_trace_read(path.c_str(), &trace, error) == 0) {
        flx_trace_free(&trace);
        return "accepted";
    }
    EXPECT_EQ(trace.a, nullptr);
    EXPECT_EQ(strchr(error, '\n'), nullptr);
    EXPECT_EQ(strncmp(error, path.c_str(), path.size()), 0) << error;
    return error + path.size() + 2;
}

TEST(Trace, AGoodTraceOfAnotherWriterIsAccepted)
{
    const Directory dir;
    write_zip(dir.file("t.npz"), good());
    EXPECT_EQ(read_error(dir.file("t.npz")), "accepted");
}

// docs/trace.md, sentence by sentence: what it says is taken. What it says is refused: LiesInMetaAreNamed.
TEST(Trace, WhatTheDocumentationAllowsIsTaken)
{
    const struct { const char *from, *to; } change[] = {
        {"\"version\": 1", "\"version\": 1.0"}, {"\"m\": 2", "\"m\": 2.0"}, {"\"n\": 3", "\"n\": 0.3e1"}, {"\"k\": 4", "\"k\": 4e0"},
        {"\"mant_bits\": 12", "\"mant_bits\": 1.2E1"}, {"\"exp_bits\": 5", "\"exp_bits\": 5.0"}, {"\"acc_bits\": 48", "\"acc_bits\": 48.0"},
        {"\"exp_a\": 1", "\"exp_a\": 1.0"}, {"\"exp_b\": 2", "\"exp_b\": 2.0"}, {"\"exp_c\": 3", "\"exp_c\": 3.0"}, {"\"chunk\": 0", "\"chunk\": 32.0"},
        {"\"chunk\": 0", "\"chunk\": -0.0"}, {"\"chunk\": 0", "\"chunk\": 0, \"lanes\": 32.0"}, {"\"chunk\": 0", "\"chunk\": 0, \"lanes\": 1"},
        {"\"nearest_even\"", "\"half_up\""}, {"\"nearest_even\"", "\"floor\""}, {"\"nearest_even\"", "\"toward_zero\""},
        {"\"nearest_even\"", "\"stochastic\", \"seed\": 4294967295"}, {"\"nearest_even\"", "\"stochastic\", \"seed\": 4.294967295e9"},
        {"\"gamma\": 0", "\"gamma\": 0.0"}, {"\"saturated\": 0", "\"saturated\": 6.0"}, {"\"exp_next\": 3", "\"exp_next\": 3.0"},
        {", \"exp_next\": 3", ""}, {"\"paper\"", "\"code\""}, {"\"alpha\": 2", "\"alpha\": 2.0"}, {"\"beta\": 3", "\"beta\": 3.0"},
        {"\"gamma\": 100", "\"gamma\": 1e2"}, {"\"window\": 4", "\"window\": 4.0"}, {"[[5, 3]]", "[[1200.0, 10.0]]"}, {"[[5, 3]]", "[[1e3, 31], [4096, 0]]"}, {"[[5, 3]]", "[]"},
        {"\"later\": \"ignored\"", "\"source\": 7"}, {"\"later\": \"ignored\"", "\"source\": {\"layer\": [], \"iteration\": 1.7, \"images\": \"many\", \"what\": 1}"},
    };
    const Directory dir;
    for (const auto &c : change) {
        Members m = good();
        const size_t at = m[0].second.find(c.from);
        ASSERT_NE(at, std::string::npos) << c.from;
        m[0].second.replace(at, strlen(c.from), c.to);
        write_zip(dir.file("t.npz"), m);
        EXPECT_EQ(read_error(dir.file("t.npz")), "accepted") << c.to;
    }
}

TEST(Trace, NamesArePlainTextCutBetweenCharacters)
{
    const Directory dir;
    Members m = good();
    const std::string from = "\"later\": \"ignored\"";
    std::string wide;
    for (int i = 0; i < 45; i++) wide += "\xE6\x97\xA5";
    m[0].second.replace(m[0].second.find(from), from.size(),
                        "\"source\": {\"network\": \"a\\n\\u001b[31m\", \"layer\": \"" + wide + "\", \"pass\": 1234567, \"dataset\": 0.123456789, \"iteration\": 9e2, \"images\": -3}");
    write_zip(dir.file("t.npz"), m);
    flx_trace_t trace;
    char error[FLX_TRACE_ERROR_BYTES] = "";
    ASSERT_EQ(flx_trace_read(dir.file("t.npz").c_str(), &trace, error), 0) << error;
    EXPECT_STREQ(trace.source.network, "a\\n\\x1b[31m");
    EXPECT_EQ(std::string(trace.source.layer), wide.substr(0, 126));
    EXPECT_STREQ(trace.source.pass, "1234567");
    EXPECT_STREQ(trace.source.dataset, "0.123456789");
    EXPECT_EQ(trace.source.iteration, 900);
    EXPECT_EQ(trace.source.images, -1);
    flx_trace_free(&trace);
}

TEST(Trace, LiesInMetaAreNamed)
{
    const struct { const char *from, *to, *message; } lie[] = {
        {"\"flexpoint-trace\"", "\"other\"", "meta.json: format is \"other\", expected \"flexpoint-trace\""},
        {"\"version\": 1", "\"version\": 2", "meta.json: version is 2, expected an integer of 1 to 1"},
        {"\"gemm\"", "\"conv\"", "meta.json: op is \"conv\", expected \"gemm\""},
        {"\"m\": 2", "\"m\": 0", "meta.json: m is 0, expected an integer of 1 to 268435456"},
        {"\"m\": 2", "\"m\": -2", "meta.json: m is -2,"},
        {"\"m\": 2", "\"m\": \"2\"", "meta.json: m is \"2\", expected an integer"},
        {"\"m\": 2, ", "", "meta.json: m is missing, expected an integer"},
        {"\"m\": 2", "\"m\": 2.5", "meta.json: m is 2.5, expected an integer"},
        {"\"m\": 2", "\"m\": 3", "a.npy: has 86 bytes, expected 94"},
        {"\"m\": 2", "\"m\": 268435456", "meta.json: m * k is 1073741824, expected at most 268435456"},
        {"\"n\": 3", "\"n\": 1e30", "meta.json: n is"},
        {"\"k\": 4", "\"k\": 268435457", "meta.json: k is 268435457, expected an integer of 1 to 268435456"},
        {"\"trans_a\": false", "\"trans_a\": 0", "meta.json: trans_a is 0, expected true or false"},
        {"\"trans_b\": false", "\"trans_b\": true", "b.npy: header is"},
        {"\"mant_bits\": 12", "\"mant_bits\": 17", "meta.json: mant_bits is 17, expected an integer of 8 to 16"},
        {"\"exp_bits\": 5", "\"exp_bits\": 3", "meta.json: exp_bits is 3, expected an integer of 4 to 8"},
        {"\"acc_bits\": 48", "\"acc_bits\": 23", "meta.json: acc_bits is 23, expected an integer of 24 to 62"},
        {"\"exp_a\": 1", "\"exp_a\": 32", "meta.json: exp_a is 32, expected an integer of 0 to 31"},
        {"\"exp_b\": 2", "\"exp_b\": -1", "meta.json: exp_b is -1,"},
        {"\"exp_c\": 3", "\"exp_c\": null", "meta.json: exp_c is null,"},
        {"\"nearest_even\"", "\"nearest\"", "meta.json: rounding is \"nearest\", expected nearest_even,"},
        {"\"nearest_even\"", "\"stochastic\"", "meta.json: seed is missing,"},
        {"\"chunk\": 0", "\"chunk\": 16", "meta.json: chunk is 16, expected 0 or 32"},
        {"\"chunk\": 0", "\"chunk\": 0, \"lanes\": 3", "meta.json: lanes is 3, expected a power of two"},
        {"\"expect\": {", "\"expect\": 1, \"was\": {", "meta.json: expect is 1, expected an object"},
        {"\"expect\": {\"gamma\": 0", "\"expect\": {\"gamma\": 2049", "meta.json: expect.gamma is 2049, expected an integer of 0 to 2048"},
        {"\"overflow\": false", "\"overflow\": \"no\"", "meta.json: expect.overflow is \"no\", expected true or false"},
        {"\"saturated\": 0", "\"saturated\": 7", "meta.json: expect.saturated is 7, expected an integer of 0 to 6"},
        {"\"exp_next\": 3", "\"exp_next\": 99", "meta.json: expect.exp_next is 99,"},
        {"\"autoflex\": {", "\"other\": {", "meta.json: autoflex is missing, expected an object because expect.exp_next is given"},
        {"\"paper\"", "\"poem\"", "meta.json: autoflex.profile is \"poem\", expected \"paper\" or \"code\""},
        {"\"alpha\": 2", "\"alpha\": 0", "meta.json: autoflex.alpha is 0,"},
        {"\"beta\": 3", "\"beta\": 16", "meta.json: autoflex.beta is 16,"},
        {"\"gamma\": 100", "\"gamma\": 9000", "meta.json: autoflex.gamma is 9000,"},
        {"\"window\": 4", "\"window\": 17", "meta.json: autoflex.window is 17,"},
        {"[[5, 3]]", "[[5, 3], [1, 1], [1, 1], [1, 1], [1, 1]]", "meta.json: autoflex.history has 5 entries, expected at most window, 4"},
        {"[[5, 3]]", "[[5]]", "meta.json: autoflex.history[0] is [5], expected [G, e]"},
        {"[[5, 3]]", "[[4097, 3]]", "meta.json: autoflex.history[0] is [4097,3],"},
        {"[[5, 3]]", "[[1.7, 3]]", "meta.json: autoflex.history[0] is [1.7,3],"},
        {"[[5, 3]]", "[[5, 3.5]]", "meta.json: autoflex.history[0] is [5,3.5],"},
        {"[[5, 3]]", "[[-1.0, 3]]", "meta.json: autoflex.history[0] is [-1.0,3],"},
        {"[[5, 3]]", "[[1e30, 3]]", "meta.json: autoflex.history[0] is [1"},
        {"[[5, 3]]", "[[true, 3]]", "meta.json: autoflex.history[0] is [true,3],"},
        {"[[5, 3]]", "[[5, 3, 1]]", "meta.json: autoflex.history[0] is [5,3,1],"},
        {"\"gamma\": 0", "\"gamma\": 1.7", "meta.json: expect.gamma is 1.7,"},
        {"[[5, 3]]", "[[5, 32]]", "meta.json: autoflex.history[0] is [5,32],"},
        {"[[5, 3]]", "7", "meta.json: autoflex.history is 7, expected a list"},
        {"\"chunk\": 0", "\"chunk\": 0, \"chunk\": 0", "meta.json: line 1: duplicate object key"},
        {"\"later\": \"ignored\"}", "", "meta.json: line 1:"},
    };
    const Directory dir;
    for (const auto &l : lie) {
        Members m = good();
        const size_t at = m[0].second.find(l.from);
        ASSERT_NE(at, std::string::npos) << l.from;
        m[0].second.replace(at, strlen(l.from), l.to);
        write_zip(dir.file("t.npz"), m);
        const std::string error = read_error(dir.file("t.npz"));
        EXPECT_EQ(error.compare(0, strlen(l.message), l.message), 0) << "got: " << error << "\nexpected: " << l.message;
    }
}

TEST(Trace, DamagedArraysAreNamed)
{
    const struct { size_t member; std::string content; const char *message; } damage[] = {
        {1, npy("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 4), }", 16), "a.npy: header is {'descr': '<i4'"},
        {1, npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 4), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (4, 2), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (8,), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (2, 4)}", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), } more", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }}", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4, 1), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2.0, 4), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2, 4), }", 16), "a.npy: header is"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }", 17), "a.npy: has"},
        {1, npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }", 15), "a.npy: has"},
        {2, std::string("not an array at all, but long enough to be one"), "b.npy: is not a NumPy array"},
        {2, std::string("\x93NUMPY\x04\x00", 8) + std::string(60, ' '), "b.npy: is not a NumPy array"},
        {3, "", "c.npy: has 0 bytes, expected 22 to 4108"},
        {3, std::string(100000, 'x'), "c.npy: has 100000 bytes"},
        {3, npy("{'descr':'<i2','fortran_order':False,'shape':(2,3)}", 10) + "\x00\x08", "c.npy: element [1,2] is 2048, expected a mantissa of -2048 to 2047"},
    };
    const Directory dir;
    for (const auto &d : damage) {
        Members m = good();
        m[d.member].second = d.content;
        if (d.content.size() > 10 && d.message == std::string("c.npy: element [1,2] is 2048, expected a mantissa of -2048 to 2047")) {
            std::string bytes = npy("{'descr':'<i2','fortran_order':False,'shape':(2,3)}", 12);
            bytes[bytes.size() - 1] = 8;
            m[d.member].second = bytes;
        }
        write_zip(dir.file("t.npz"), m);
        const std::string error = read_error(dir.file("t.npz"));
        EXPECT_EQ(error.compare(0, strlen(d.message), d.message), 0) << "got: " << error << "\nexpected: " << d.message;
    }
    Members m = good();
    m.erase(m.begin() + 2);
    write_zip(dir.file("t.npz"), m);
    EXPECT_EQ(read_error(dir.file("t.npz")), "b.npy: is missing, expected a member of that name");
}

TEST(Trace, ADamagedArchiveIsNamed)
{
    const Directory dir;
    const Owned w;
    char error[FLX_TRACE_ERROR_BYTES];
    const std::string path = dir.file("t.npz");
    EXPECT_NE(read_error(dir.file("absent.npz")).find("cannot be opened as a zip archive"), std::string::npos);
    ASSERT_EQ(flx_trace_write(path.c_str(), &w.t, error), 0);
    struct stat st;
    ASSERT_EQ(stat(path.c_str(), &st), 0);
    size_t crc_errors = 0;
    for (off_t at = 0; at < st.st_size; at++) { // every byte of the file in turn
        FILE *file = fopen(path.c_str(), "r+b");
        ASSERT_NE(file, nullptr);
        fseek(file, at, SEEK_SET);
        const int old = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(old ^ 0x10, file);
        fclose(file);
        crc_errors += read_error(path).find("CRC") != std::string::npos;
        file = fopen(path.c_str(), "r+b");
        fseek(file, at, SEEK_SET);
        fputc(old, file);
        fclose(file);
    }
    EXPECT_GT(crc_errors, 10U);
    ASSERT_EQ(truncate(path.c_str(), st.st_size / 2), 0);
    EXPECT_NE(read_error(path).find("cannot be opened as a zip archive"), std::string::npos);
}

} // namespace
