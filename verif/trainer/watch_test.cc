// watch_test.cc - the files of --watch against a recount of a tiny run. Twin: sw/trainer/tensor/trn_watch.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

extern "C" {
#include "data/trn_data.h"
#include "net/trn_net.h"
#include "tensor/trn_watch.h"
}

namespace {

char error[FLX_OUTPUT_ERROR_BYTES];

using Row = std::map<std::string, std::string>;

std::vector<Row> read_csv(const std::string &path)
{
    std::ifstream file(path);
    EXPECT_TRUE(file.good()) << path;
    const auto fields = [](const std::string &line) {
        std::vector<std::string> out;
        size_t at = 0;
        for (size_t comma; (comma = line.find(',', at)) != std::string::npos; at = comma + 1) out.push_back(line.substr(at, comma - at));
        out.push_back(line.substr(at));
        return out;
    };
    std::string line;
    std::getline(file, line);
    const std::vector<std::string> heading = fields(line);
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        const std::vector<std::string> value = fields(line);
        EXPECT_EQ(value.size(), heading.size()) << path << ": " << line;
        Row row;
        for (size_t i = 0; i < value.size() && i < heading.size(); i++) row[heading[i]] = value[i];
        rows.push_back(row);
    }
    return rows;
}

double as_real(const trn_tensor_t *t, size_t i)
{
    return t->mant != nullptr ? std::ldexp(static_cast<double>(t->mant[i]), -t->exp) : static_cast<double>(t->value[i]);
}

struct Seen { // of a write, by the test itself
    int64_t iteration;
    std::string tensor;
    uint32_t gamma;
    int32_t exp, exp_next;
};

struct Watched {
    uint64_t digest = 0;
    trn_totals_t totals = {};
    std::vector<Seen> seen;
    std::map<std::string, std::map<std::string, uint64_t>> histogram; // tensor, bin
    std::string unknown;
};

const char *const chosen = "fc.w.u,s1b1norm1.y,conv0.w.g"; // one write in each step

// Three steps and an evaluation of a small ResNet, watched if a directory is given; the histogram is that of the second step.
Watched train(const char *format, const std::string &directory)
{
    const size_t batch = 4;
    trn_ctx_t ctx = {};
    EXPECT_TRUE(trn_format_parse(format, &ctx.format)) << format;
    ctx.autoflex = flx_autoflex_defaults(FLX_PROFILE_PAPER);
    ctx.threads = 1;
    if (!directory.empty()) {
        ctx.watch = trn_watch_open(directory.c_str(), error);
        EXPECT_NE(ctx.watch, nullptr);
    }
    trn_data_t data;
    trn_data_generate(false, 12, 32, 10, 1, &data);
    trn_net_t *net = trn_net_create(&ctx, "resnet", batch, 32, 10, 4, 1, 1);
    Watched run;
    if (ctx.watch != nullptr) {
        char unknown[TRN_NAME_BYTES];
        EXPECT_FALSE(trn_watch_choose(&ctx, "nothing.w,fc.w", unknown));
        run.unknown = unknown;
        EXPECT_FALSE(trn_watch_choose(&ctx, "fc.w.u.a_name_longer_than_any_tensor_has", unknown));
        if (trn_integer(&ctx)) {
            EXPECT_TRUE(trn_watch_choose(&ctx, chosen, unknown));
        }
    }
    std::vector<float> images(batch * (3 * 32 * 32));
    uint16_t labels[batch];
    size_t right;
    for (int64_t step = 0; step < 3; step++) {
        ctx.iteration = step;
        for (size_t n = 0; n < batch; n++) {
            const size_t index = static_cast<size_t>(step) * batch + n;
            trn_data_load(&data, index, false, 0, images.data(), batch, n);
            labels[n] = data.label[index];
        }
        trn_net_forward(net, &ctx, images.data(), labels, &right);
        trn_net_backward(net, &ctx, labels, 0.5F, 0.9F, 0.0005F);
        for (const trn_tensor_t *t = ctx.tensors; t != nullptr; t = t->next) {
            if (("," + std::string(chosen) + ",").find("," + std::string(t->name) + ",") != std::string::npos)
                run.seen.push_back({step, t->name, t->gamma, t->exp, t->usage[0].exp_next});
            if (step != 1) continue;
            for (size_t i = 0; i < t->count; i++) {
                const double v = as_real(t, i);
                run.histogram[t->name][v == 0 ? "zero" : std::to_string(static_cast<int>(std::floor(std::log2(std::fabs(v)))))]++;
            }
        }
        if (step == 1 && ctx.watch != nullptr) trn_watch_histograms(&ctx, 7);
    }
    ctx.eval = true;
    trn_net_forward(net, &ctx, images.data(), labels, &right);
    ctx.eval = false;
    run.digest = trn_net_digest(net);
    run.totals = ctx.totals;
    if (ctx.watch != nullptr) {
        EXPECT_EQ(trn_watch_close(&ctx, true, error), 0);
    }
    EXPECT_EQ(ctx.watch, nullptr);
    trn_net_free(net);
    trn_data_free(&data);
    for (float *scratch : ctx.scratch) free(scratch);
    return run;
}

struct Directory {
    std::string path;
    Directory()
    {
        char name[] = "/tmp/watch_test.XXXXXX";
        path = mkdtemp(name);
    }
    ~Directory()
    {
        for (const char *file : {"tensors.csv", "series.csv", "histograms.csv"})
            for (const char *end : {"", ".part"}) remove((path + "/" + file + end).c_str());
        remove(path.c_str());
    }
};

void check_sums(const std::vector<Row> &rows, const trn_totals_t &t)
{
    const std::pair<const char *, uint64_t> wanted[] = {{"writes", t.writes}, {"elements", t.elements}, {"overflows", t.overflows}, {"clipped", t.saturated},
        {"underflow", t.underflow}, {"exponent_changes", t.exp_changes}, {"updates", t.updates}, {"lost_updates", t.lost_updates}};
    for (const auto &[name, total] : wanted) {
        uint64_t sum = 0;
        for (const Row &row : rows)
            if (row.at("usage") == "training") sum += strtoull(row.at(name).c_str(), nullptr, 10);
        EXPECT_EQ(sum, total) << name;
    }
}

void check_series(const std::vector<Row> &rows, std::vector<Seen> seen)
{
    EXPECT_EQ(rows.size(), 9U);
    for (const Row &row : rows) {
        bool found = false;
        for (const Seen &s : seen)
            found |= row.at("iteration") == std::to_string(s.iteration) && row.at("tensor") == s.tensor && row.at("gamma") == std::to_string(s.gamma) &&
                     row.at("exp") == std::to_string(s.exp) && row.at("exp_next") == std::to_string(s.exp_next);
        EXPECT_TRUE(found) << row.at("tensor") << " in iteration " << row.at("iteration");
    }
}

// Head-room and exponents of the tensors in series.csv, which have all their writes there.
void check_headroom(const std::vector<Row> &tensors, const std::vector<Seen> &seen, int bits)
{
    for (const Row &row : tensors) {
        double sum = 0, least = 99;
        int writes = 0, low = 99, high = -1;
        for (const Seen &s : seen) {
            if (row.at("usage") != "training" || row.at("tensor") != s.tensor) continue;
            const double headroom = bits - 1 - std::log2(std::max(s.gamma, 1U));
            sum += headroom;
            least = std::min(least, headroom);
            low = std::min(low, s.exp);
            high = std::max(high, s.exp);
            writes++;
        }
        if (writes == 0) continue;
        EXPECT_EQ(row.at("writes"), std::to_string(writes));
        EXPECT_NEAR(std::stod(row.at("headroom_mean")), sum / writes, 6e-4) << row.at("tensor");
        EXPECT_NEAR(std::stod(row.at("headroom_min")), least, 6e-4) << row.at("tensor");
        EXPECT_EQ(row.at("exponent_min"), std::to_string(low));
        EXPECT_EQ(row.at("exponent_max"), std::to_string(high));
    }
}

void check_histograms(const std::vector<Row> &rows, const std::map<std::string, std::map<std::string, uint64_t>> &wanted)
{
    std::map<std::string, std::map<std::string, uint64_t>> got;
    for (const Row &row : rows) {
        EXPECT_EQ(row.at("epoch"), "7");
        EXPECT_NE(row.at("kind"), "other") << row.at("tensor");
        if (row.at("count") != "0") got[row.at("tensor")][row.at("log2")] = strtoull(row.at("count").c_str(), nullptr, 10);
    }
    EXPECT_EQ(got, wanted);
}

TEST(Watch, FilesAreThoseOfARecountAndTheRunIsTheSame)
{
    uint64_t clipped = 0, lost = 0;
    for (const char *format : {"flex16+5", "flex8+5", "dfp8", "fixed4.12"}) {
        const Directory directory;
        const Watched with = train(format, directory.path), without = train(format, "");
        EXPECT_EQ(with.digest, without.digest) << format;
        EXPECT_EQ(with.unknown, "nothing.w");
        const std::vector<Row> tensors = read_csv(directory.path + "/tensors.csv");
        check_sums(tensors, with.totals);
        check_series(read_csv(directory.path + "/series.csv"), with.seen);
        check_headroom(tensors, with.seen, strcmp(format, "flex16+5") == 0 || strcmp(format, "fixed4.12") == 0 ? 16 : 8);
        check_histograms(read_csv(directory.path + "/histograms.csv"), with.histogram);
        size_t evaluation = 0;
        for (const Row &row : tensors) evaluation += row.at("usage") == "evaluation";
        EXPECT_EQ(evaluation, 20U); // images and outputs
        clipped += with.totals.saturated;
        lost += with.totals.lost_updates;
    }
    EXPECT_GT(clipped, 0U);
    EXPECT_GT(lost, 0U);
}

TEST(Watch, FloatsHaveHistogramsAndLostUpdates)
{
    for (const char *format : {"float32", "bfloat16"}) {
        const Directory directory;
        const Watched with = train(format, directory.path);
        EXPECT_EQ(with.digest, train(format, "").digest) << format;
        check_sums(read_csv(directory.path + "/tensors.csv"), with.totals);
        check_histograms(read_csv(directory.path + "/histograms.csv"), with.histogram);
        EXPECT_TRUE(read_csv(directory.path + "/series.csv").empty());
    }
}

TEST(Watch, NothingStaysOfARunThatFailed)
{
    const Directory directory;
    trn_ctx_t ctx = {};
    ctx.watch = trn_watch_open(directory.path.c_str(), error);
    ASSERT_NE(ctx.watch, nullptr);
    EXPECT_EQ(trn_watch_close(&ctx, false, error), 0);
    struct stat info;
    for (const char *name : {"/tensors.csv", "/tensors.csv.part", "/series.csv.part", "/histograms.csv.part"}) EXPECT_NE(stat((directory.path + name).c_str(), &info), 0) << name;
}

} // namespace
