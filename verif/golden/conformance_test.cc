// conformance_test.cc - the golden model on vectors from the authors' own tests (code profile). Twin: docs/numerics.md
// SPDX-License-Identifier: Apache-2.0
//
// The single steps are pinned here. Longer sequences come from outside: all of $FLX_SHARED/conformance/*.json. Without FLX_SHARED they are left out, which
// build/left_out/conformance.txt says; with it, a folder without them is an error.
#include <gtest/gtest.h>
#include <jansson.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "flx/flx.h"
#include "left_out.h"

namespace {

const flx_format_t fmt = flx_format_default();
const flx_autoflex_cfg_t cfg = flx_autoflex_defaults(FLX_PROFILE_CODE);

// A tensor usage as the authors' simulator keeps it.
struct Tensor {
    bool begun = false;
    flx_autoflex_t af = {};
    int32_t exp = 0, exp_next = 0;
    std::vector<int16_t> mant;
    flx_stats_t stats = {};

    void host_write(const std::vector<float> &x)
    {
        if (!begun) {
            float largest = 0.0F;
            for (float v : x) largest = std::fmax(largest, std::fabs(v));
            exp_next = flx_scale_exp(fmt, static_cast<double>(largest));
            start();
        }
        write(x, flx_host_write);
    }
    void kernel_write(const std::vector<float> &x)
    {
        if (!begun) {
            exp_next = flx_autoflex_first_exp(cfg, fmt);
            start();
            af.state = FLX_AF_INIT;
            while (af.state == FLX_AF_INIT) {
                mant.resize(x.size());
                flx_kernel_write(fmt, exp_next, x.data(), x.size(), mant.data(), &stats);
                exp_next = flx_autoflex_init_step(&af, cfg, fmt, stats.gamma, exp_next);
            }
        }
        write(x, flx_kernel_write);
    }
    std::vector<float> values() const
    {
        std::vector<float> out;
        for (int16_t m : mant) out.push_back(static_cast<float>(flx_to_double(m, exp)));
        return out;
    }

private:
    void start()
    {
        begun = true;
        flx_autoflex_reset(&af);
        af.state = FLX_AF_RUN;
    }
    void write(const std::vector<float> &x, decltype(flx_host_write) *how)
    {
        exp = exp_next;
        mant.resize(x.size());
        how(fmt, exp, x.data(), x.size(), mant.data(), &stats);
        exp_next = flx_autoflex_predict(&af, cfg, fmt, stats.gamma, exp, false);
    }
};

using Values = std::vector<float>;
using Operation = std::function<Values(const Values &, const Values &)>;

Operation unary(float (*f)(float))
{
    return [f](const Values &x, const Values &) {
        Values out;
        for (float v : x) out.push_back(f(v));
        return out;
    };
}

Operation binary(std::function<float(float, float)> f)
{
    return [f](const Values &x, const Values &y) {
        Values out;
        for (size_t i = 0; i < std::max(x.size(), y.size()); i++) out.push_back(f(x[i % x.size()], y[i % y.size()]));
        return out;
    };
}

Operation reduce(std::function<float(float, float)> f)
{
    return [f](const Values &x, const Values &) {
        float out = x.at(0);
        for (size_t i = 1; i < x.size(); i++) out = f(out, x[i]);
        return Values{out};
    };
}

const std::map<std::string, Operation> &operations()
{
    static const std::map<std::string, Operation> all = {
        {"assign", unary([](float x) { return x; })},
        {"exp", unary(std::exp)},
        {"log", unary(std::log)},
        {"sqrt", unary(std::sqrt)},
        {"abs", unary(std::fabs)},
        {"neg", unary([](float x) { return -x; })},
        {"negative", unary([](float x) { return -x; })},
        {"square", unary([](float x) { return x * x; })},
        {"reciprocal", unary([](float x) { return 1.0F / x; })},
        {"tanh", unary(std::tanh)},
        {"sum", reduce([](float x, float y) { return x + y; })},
        {"prod", reduce([](float x, float y) { return x * y; })},
        {"min", reduce([](float x, float y) { return std::fmin(x, y); })},
        {"max", reduce([](float x, float y) { return std::fmax(x, y); })},
        {"add", binary([](float x, float y) { return x + y; })},
        {"sub", binary([](float x, float y) { return x - y; })},
        {"mul", binary([](float x, float y) { return x * y; })},
        {"div", binary([](float x, float y) { return x / y; })},
        {"minimum", binary([](float x, float y) { return std::fmin(x, y); })},
        {"maximum", binary([](float x, float y) { return std::fmax(x, y); })},
        {"less", binary([](float x, float y) { return x < y ? 1.0F : 0.0F; })},
        {"greater", binary([](float x, float y) { return x > y ? 1.0F : 0.0F; })},
    };
    return all;
}

Values numbers(const json_t *value)
{
    Values out;
    for (size_t i = 0; i < json_array_size(value); i++) out.push_back(static_cast<float>(json_number_value(json_array_get(value, i))));
    if (!json_is_array(value)) out.push_back(static_cast<float>(json_number_value(value)));
    return out;
}

void expect_tensor(const Tensor &t, const json_t *step, const char *exp, const char *mant, const std::string &where)
{
    EXPECT_EQ(t.exp, json_integer_value(json_object_get(step, exp))) << where << " " << exp;
    const Values want = numbers(json_object_get(step, mant));
    ASSERT_EQ(t.mant.size(), want.size()) << where;
    for (size_t i = 0; i < want.size(); i++) EXPECT_EQ(t.mant[i], static_cast<int>(want[i])) << where << " " << mant << "[" << i << "]";
}

// Every sequence of one file: fresh tensors, then its steps.
void replay(const std::string &file, size_t &steps)
{
    json_error_t error;
    json_t *root = json_load_file(file.c_str(), 0, &error);
    ASSERT_NE(root, nullptr) << file << ": " << error.text;
    const char *name;
    json_t *sequence;
    json_object_foreach(root, name, sequence)
    {
        const std::string word = std::string(name).substr(0, std::string(name).find_first_of("_ 0123456789"));
        const auto operation = operations().find(operations().count(name) != 0 ? name : word);
        ASSERT_NE(operation, operations().end()) << "no operation for sequence " << name;
        Tensor x, y, o;
        for (size_t i = 0; i < json_array_size(sequence); i++, steps++) {
            const json_t *step = json_array_get(sequence, i);
            const std::string where = std::string(name) + " step " + std::to_string(i);
            x.host_write(numbers(json_object_get(step, "x")));
            expect_tensor(x, step, "ex", "mx", where);
            if (json_object_get(step, "y") != nullptr) {
                y.host_write(numbers(json_object_get(step, "y")));
                expect_tensor(y, step, "ey", "my", where);
            }
            o.kernel_write(operation->second(x.values(), y.begun ? y.values() : Values{0.0F}));
            expect_tensor(o, step, "eo", "mo", where);
            EXPECT_EQ(o.stats.gamma, json_integer_value(json_object_get(step, "gamma_o"))) << where;
            EXPECT_EQ(o.stats.overflow, json_is_true(json_object_get(step, "ovf_o"))) << where;
        }
    }
    json_decref(root);
}

TEST(Conformance, SharedSequences)
{
    const char *shared = getenv("FLX_SHARED");
    if (shared == nullptr) {
        leave_out("conformance", "the authors' sequences (set FLX_SHARED=DIR, whose conformance/*.json they are)");
        return;
    }
    std::filesystem::remove("build/left_out/conformance.txt");
    const std::string folder = std::string(shared) + "/conformance";
    ASSERT_TRUE(std::filesystem::is_directory(folder)) << folder << ": folder is missing, expected the authors' sequences";
    size_t steps = 0, files = 0;
    for (const auto &file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".json") continue;
        files++;
        replay(file.path().string(), steps);
    }
    printf("%zu steps of the authors' sequences in %zu files: exact\n", steps, files);
    EXPECT_GE(files, 1U);
    EXPECT_GT(steps, 20U);
}

struct Single {
    const char *operation;
    float x;
    int32_t exp;
    int16_t mant;
};

TEST(Conformance, SingleSteps)
{
    Tensor host;
    host.host_write({0.4F});
    EXPECT_EQ(host.exp, 16);
    EXPECT_EQ(host.mant[0], 26214);
    const float values[] = {1.1F, 1.2F, 1.3F, 1.4F};
    int16_t mant[4];
    flx_stats_t stats;
    flx_host_write(fmt, 14, values, 4, mant, &stats);
    EXPECT_EQ(mant[0], 18022);
    EXPECT_EQ(mant[1], 19660);
    EXPECT_EQ(mant[2], 21299);
    EXPECT_EQ(mant[3], 22937);
    const Single single[] = {{"exp", 1.0F, 13, 22268}, {"exp", 5.0F, 7, 18997}, {"exp", -5.0F, 22, 28261}, {"log", 0.01F, 12, -18863},
                             {"sqrt", 32767.0F, 7, 23170}, {"reciprocal", -32768.0F, 29, -16384}};
    for (const Single &s : single) {
        Tensor x, o;
        x.host_write({s.x});
        o.kernel_write(operations().at(s.operation)(x.values(), {0.0F}));
        EXPECT_EQ(o.exp, s.exp) << s.operation << " " << s.x;
        EXPECT_EQ(o.mant[0], s.mant) << s.operation << " " << s.x;
    }
    // saturation at exponent 0
    const auto at_zero = [](float x) { return flx_from_double_even(fmt, 0, static_cast<double>(x)).mant; };
    EXPECT_EQ(at_zero(32768.0F), 32767);
    EXPECT_EQ(at_zero(-65536.0F), -32768);
    EXPECT_EQ(at_zero(32769.0F), 32767);
}

// o = ones(3) . (i * arange(9) as 3x3), i = 1..3: [9, 12, 15]; then saturated; then [27, 36, 45].
TEST(Conformance, Multiply)
{
    const int32_t exp_o[] = {11, 11, 9};
    const int16_t mant_o[][3] = {{18432, 24576, 30720}, {32767, 32767, 32767}, {13824, 18432, 23040}};
    Tensor ones, b;
    flx_autoflex_t af;
    flx_autoflex_reset(&af);
    int32_t exp = flx_autoflex_first_exp(cfg, fmt);
    for (int i = 1; i <= 3; i++) {
        Values v;
        for (int k = 0; k < 9; k++) v.push_back(static_cast<float>(i * k));
        ones.host_write({1.0F, 1.0F, 1.0F});
        b.host_write(v);
        flx_gemm_t op = {};
        op.fmt = fmt;
        op.m = 1;
        op.n = op.k = 3;
        op.exp_a = ones.exp;
        op.exp_b = b.exp;
        op.lanes = FLX_LANES_DEFAULT;
        int16_t c[3];
        flx_stats_t stats;
        for (;;) {
            op.exp_c = exp;
            ASSERT_EQ(flx_gemm_run(&op, ones.mant.data(), b.mant.data(), c, &stats, nullptr, 1), FLX_OK);
            if (af.state != FLX_AF_INIT) break;
            exp = flx_autoflex_init_step(&af, cfg, fmt, stats.gamma, exp);
        }
        EXPECT_EQ(op.exp_c, exp_o[i - 1]) << "i = " << i;
        for (int k = 0; k < 3; k++) EXPECT_EQ(c[k], mant_o[i - 1][k]) << "i = " << i;
        exp = flx_autoflex_predict(&af, cfg, fmt, stats.gamma, op.exp_c, false);
    }
}

} // namespace
