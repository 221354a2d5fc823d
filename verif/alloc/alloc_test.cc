// alloc_test.cc - memory that runs out at any moment: the C library says so, keeps nothing and leaves no file behind. Twin: verif/alloc/fail_alloc.h
// SPDX-License-Identifier: Apache-2.0
//
// Each piece of work is done again and again while its first allocation fails, its second, .. until none is left to fail: once only that
// one, once all after it too. It has to end as it does with enough memory, or in the error that stands for too little.
#include <gtest/gtest.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "fail_alloc.h"
#include "flx/flx.h"
#include "flx/flx_player.h"

extern "C" {
#include "fast/flx_gemm_parts.h"
}

namespace {

enum Outcome { DONE, NO_MEMORY, WRONG };

// Work that runs while allocations fail: it returns DONE when its result is the right one, NO_MEMORY when it reported that there was too little.
using Work = std::function<Outcome()>;

// libzip 1.7.3 itself loses one object when an allocation of zip_fopen_index fails: that, and no more, is let pass.
void expect_nothing_kept(const fail_alloc::Seen &seen, const std::string &when)
{
    ASSERT_EQ(seen.kept, 0U) << "memory is kept: " << when;
    ASSERT_LE(seen.libzip, seen.refused == 0 ? 0U : 1U) << "libzip keeps memory: " << when;
}

std::string moment(const char *what, uint64_t n, bool rest)
{
    return std::string(what) + ", allocation " + std::to_string(n) + (rest ? " and all after it" : "") + " failed";
}

void starve(const char *what, const Work &work)
{
    ASSERT_EQ(work(), DONE) << what << " with enough memory"; // and what is allocated only once is now
    uint64_t points = 0, reported = 0;
    for (const bool rest : {false, true})
        for (uint64_t n = 1;; n++) {
            ASSERT_LT(n, 100000U) << what;
            fail_alloc::arm(n, rest);
            const Outcome outcome = work();
            const fail_alloc::Seen seen = fail_alloc::disarm();
            const std::string when = moment(what, n, rest);
            ASSERT_NE(outcome, WRONG) << when;
            expect_nothing_kept(seen, when);
            if (testing::Test::HasFatalFailure()) return;
            if (seen.refused == 0) {
                ASSERT_EQ(outcome, DONE) << what;
                break;
            }
            points++;
            reported += outcome == NO_MEMORY;
        }
    printf("%-28s %4llu failing allocations, %4llu reported\n", what, static_cast<unsigned long long>(points), static_cast<unsigned long long>(reported));
    EXPECT_GT(reported, 0U) << what << " never said that memory was short";
}

int16_t value(size_t i)
{
    return static_cast<int16_t>((i * 2654435761U >> 7) % 4001) - 2000;
}

std::vector<int16_t> values(size_t count)
{
    std::vector<int16_t> out(count);
    for (size_t i = 0; i < count; i++) out[i] = value(i);
    return out;
}

flx_gemm_t product(size_t m, size_t n, size_t k)
{
    flx_gemm_t op = {};
    op.fmt = flx_format_default();
    op.m = m;
    op.n = n;
    op.k = k;
    op.exp_a = op.exp_b = 12;
    op.exp_c = 6;
    op.lanes = FLX_LANES_DEFAULT;
    return op;
}

bool same_bytes(const void *x, const void *y, size_t size)
{
    return memcmp(x, y, size) == 0;
}

// mktime keeps the name of a time zone that is not set in the environment anew each time.
const bool time_zone_is_set = setenv("TZ", "UTC0", 1) == 0;

// ---- the multiply --------------------------------------------------------------------------------

void starve_product(const char *what, const flx_gemm_t &op, const flx_gemm_hints_t &hints, flx_gemm_kernel_t kernel, unsigned threads, bool whole = true)
{
    const std::vector<int16_t> a = values(op.m * op.k), b = values(op.k * op.n);
    std::vector<int16_t> want(op.m * op.n), got(want.size()), untouched(want.size(), 4711);
    flx_stats_t stats = {};
    uint64_t largest = 0;
    ASSERT_EQ(flx_gemm_run_with(kernel, &op, a.data(), b.data(), want.data(), &stats, &hints, threads), FLX_OK) << what;
    if (hints.largest != nullptr) largest = *hints.largest;
    starve(what, [&] {
        flx_stats_t seen = {};
        memcpy(got.data(), untouched.data(), got.size() * sizeof got[0]);
        const flx_err_t err = flx_gemm_run_with(kernel, &op, a.data(), b.data(), got.data(), &seen, &hints, threads);
        if (err == FLX_ERR_MEMORY) return !whole || got == untouched ? NO_MEMORY : WRONG;
        if (err != FLX_OK) return WRONG;
        if (hints.largest != nullptr) return *hints.largest == largest ? DONE : WRONG;
        return got == want && seen.gamma == stats.gamma && seen.saturated == stats.saturated && seen.underflow == stats.underflow ? DONE : WRONG;
    });
}

void fill(const void *user, size_t row, size_t first, size_t count, int16_t *out)
{
    const size_t each = *static_cast<const size_t *>(user);
    for (size_t i = 0; i < count; i++) out[i] = value(row * each + first + i);
}

TEST(Alloc, Multiply)
{
    const flx_gemm_hints_t none = {};
    starve_product("product, one thread", product(20, 70, 1300), none, FLX_GEMM_AUTO, 1);
    starve_product("product, portable", product(9, 33, 40), none, FLX_GEMM_PORTABLE, 1);
    starve_product("product, three threads", product(64, 600, 600), none, FLX_GEMM_AUTO, 3);
    flx_gemm_hints_t large = {};
    large.max_a = large.max_b = 32768;
    starve_product("product, any operands", product(20, 70, 300), large, FLX_GEMM_AUTO, 1);
    uint64_t largest = 0;
    flx_gemm_hints_t asks = {};
    asks.largest = &largest;
    flx_gemm_t dry = product(20, 70, 300);
    dry.dry_run = true;
    starve_product("largest sum", dry, asks, FLX_GEMM_AUTO, 1);
}

TEST(Alloc, MultiplyMadeRows)
{
    for (const bool chunked : {false, true}) {
        flx_gemm_t op = product(10, 40, 50);
        op.chunk = chunked ? FLX_CHUNK_LENGTH : 0; // by the reference, which wants the rows in memory
        flx_gemm_hints_t hints = {};
        hints.fill = fill;
        hints.fill_user = &op.n;
        starve_product(chunked ? "made rows, chunked" : "made rows", op, hints, FLX_GEMM_AUTO, 1);
    }
}

TEST(Alloc, MultiplyTensor)
{
    flx_gemm_conv_t conv = {};
    conv.channels = 8;
    conv.images = 3;
    conv.height = conv.width = conv.out_h = conv.out_w = 16;
    conv.kernel_h = conv.kernel_w = 3;
    conv.stride = conv.dilate = conv.pad_h = conv.pad_w = 1;
    const std::vector<int16_t> x = values(conv.channels * conv.images * conv.height * conv.width);
    conv.x = x.data();
    flx_gemm_hints_t hints = {};
    hints.conv = &conv;
    hints.max_b = 2000;
    const size_t rows = conv.channels * 9, columns = conv.images * 256;
    starve_product("tensor", product(12, columns, rows), hints, FLX_GEMM_AUTO, 2);
    flx_gemm_t turned = product(12, rows, columns);
    turned.trans_b = true;
    starve_product("tensor, transposed", turned, hints, FLX_GEMM_AUTO, 1);
    conv.dilate = 2;
    conv.height = conv.width = 8;
    const flx_gemm_t spread = product(12, columns, rows);
    ASSERT_TRUE(flx_gemm_takes_parts(&spread, &conv));
    starve_product("spread tensor, by parts", spread, hints, FLX_GEMM_AUTO, 1, false);
}

// ---- cycle model, program, player -----------------------------------------------------------------

flx_stats_t no_product(void *, const flx_cmd_t *, int32_t, int32_t, int32_t)
{
    return {};
}

TEST(Alloc, CycleModel)
{
    const flx_config_t *config = flx_config_find("mac256");
    ASSERT_NE(config, nullptr);
    starve("cycle model", [&] {
        flx_cycle_t *model = flx_cycle_create(config, no_product, nullptr);
        if (model == nullptr) return NO_MEMORY;
        flx_cycle_in_t in = {};
        flx_cycle_out_t out = {};
        for (int i = 0; i < 100; i++) flx_cycle_step(model, &in, &out);
        const bool right = flx_cycle_now(model) == 100 && out.cmd_ready;
        flx_cycle_free(model);
        return right ? DONE : WRONG;
    });
}

// A trace on the heap of std::vector: nothing of it is allocated while memory is short.
struct Trace {
    std::vector<int16_t> a, b, c;
    flx_trace_t t = {};

    explicit Trace(size_t m = 20, size_t n = 24, size_t k = 40) : a(values(m * k)), b(values(k * n)), c(m * n)
    {
        t.op = product(m, n, k);
        EXPECT_EQ(flx_gemm_reference(&t.op, a.data(), b.data(), c.data(), &t.expect), FLX_OK);
        t.a = a.data();
        t.b = b.data();
        t.c = c.data();
        t.has_autoflex = t.has_exp_next = true;
        t.autoflex_cfg = flx_autoflex_defaults(FLX_PROFILE_PAPER);
        t.autoflex.state = FLX_AF_RUN;
        for (t.autoflex.count = 0; t.autoflex.count < 5; t.autoflex.count++) t.autoflex.phi[t.autoflex.count] = {1000 + t.autoflex.count, 6};
        flx_autoflex_t after = t.autoflex;
        t.exp_next = flx_autoflex_write(&after, t.autoflex_cfg, t.op.fmt, t.expect.gamma, t.op.exp_c, false, false, t.op.exp_c);
        snprintf(t.source.network, sizeof t.source.network, "resnet");
        snprintf(t.source.dataset, sizeof t.source.dataset, "generated images of ten classes, 32 x 32, seed 1, without crops");
        snprintf(t.source.layer, sizeof t.source.layer, "conv1");
        snprintf(t.source.pass, sizeof t.source.pass, "fprop");
        t.source.iteration = 7;
        t.source.images = 64;
    }
};

TEST(Alloc, ProgramAndPlayer)
{
    const flx_config_t *config = flx_config_find("mac256");
    ASSERT_NE(config, nullptr);
    const Trace trace;
    starve("program and player", [&] {
        flx_program_t program = {};
        Outcome outcome = NO_MEMORY;
        flx_player_t player;
        if (flx_program_from_trace(&program, &trace.t)) {
            if (flx_player_init(&player, config, &program, 0.0, 1)) {
                const bool ran = flx_player_run(&player, 100000);
                const flx_program_item_t *gemm = &program.item[program.count - 1];
                if (ran) outcome = same_bytes(gemm->c, trace.t.c, trace.c.size() * sizeof trace.c[0]) && gemm->rsp.exp_next == static_cast<uint32_t>(trace.t.exp_next) ? DONE : WRONG;
                else outcome = player.err == FLX_ERR_MEMORY ? NO_MEMORY : WRONG;
            }
            flx_player_free(&player);
        }
        flx_program_free(&program);
        return outcome;
    });
}

TEST(Alloc, LongProgram)
{
    starve("program", [] {
        flx_program_t program = {};
        flx_program_item_t item = {};
        item.cmd.op = FLX_OP_GET;
        bool added = true;
        size_t count = 0;
        for (; added && count < 200; count++) added = flx_program_add(&program, &item);
        const bool right = program.count == (added ? 200 : count - 1);
        flx_program_free(&program);
        return !right ? WRONG : added ? DONE : NO_MEMORY;
    });
}

// ---- traces --------------------------------------------------------------------------------------

std::string directory()
{
    char name[] = "/tmp/flx_alloc_XXXXXX";
    EXPECT_NE(mkdtemp(name), nullptr);
    return name;
}

size_t files_in(const std::string &where)
{
    size_t count = 0;
    DIR *dir = opendir(where.c_str());
    for (const dirent *e = readdir(dir); e != nullptr; e = readdir(dir)) count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

std::vector<char> bytes_of(const std::string &path)
{
    std::vector<char> out;
    FILE *file = fopen(path.c_str(), "rb");
    if (file == nullptr) return out;
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) out.insert(out.end(), part, part + n);
    fclose(file);
    return out;
}

// One line that names the file.
bool is_message(const char *error, const char *path)
{
    return strncmp(error, path, strlen(path)) == 0 && strlen(error) > strlen(path) + 2 && strchr(error, '\n') == nullptr;
}

void put(const std::string &path, const std::vector<char> &bytes)
{
    FILE *file = fopen(path.c_str(), "wb");
    fwrite(bytes.data(), 1, bytes.size(), file);
    fclose(file);
}

// Into an empty directory, or over a file, which then is the old one or the new one, whole.
void starve_writer(const char *what, const flx_trace_t &trace, const std::vector<char> &old)
{
    const std::string where = directory(), path = where + "/t.npz";
    char error[FLX_TRACE_ERROR_BYTES];
    ASSERT_EQ(flx_trace_write(path.c_str(), &trace, error), 0);
    const std::vector<char> want = bytes_of(path);
    uint64_t points = 0, reported = 0;
    for (const bool rest : {false, true})
        for (uint64_t n = 1;; n++) {
            unlink(path.c_str());
            if (!old.empty()) put(path, old);
            error[0] = '\0';
            fail_alloc::arm(n, rest);
            const int code = flx_trace_write(path.c_str(), &trace, error);
            const fail_alloc::Seen seen = fail_alloc::disarm();
            const std::string when = moment(what, n, rest);
            expect_nothing_kept(seen, when);
            ASSERT_EQ(files_in(where), code == 0 || !old.empty() ? 1U : 0U) << when << ": " << error;
            ASSERT_TRUE(bytes_of(path) == (code == 0 ? want : old)) << when;
            ASSERT_TRUE(code == 0 || is_message(error, path.c_str())) << when << ": " << error;
            if (seen.refused == 0) {
                ASSERT_EQ(code, 0) << error;
                break;
            }
            points++;
            reported += code != 0;
        }
    unlink(path.c_str());
    rmdir(where.c_str());
    printf("%-28s %4llu failing allocations, %4llu reported\n", what, static_cast<unsigned long long>(points), static_cast<unsigned long long>(reported));
    EXPECT_GT(reported, 0U);
}

TEST(Alloc, TraceWriter)
{
    Trace trace;
    starve_writer("trace writer", trace.t, {});
    starve_writer("trace writer, over a file", trace.t, {'o', 'l', 'd'});
    trace.t.op.rounding = FLX_ROUND_STOCHASTIC;
    trace.t.op.seed = 77;
    starve_writer("trace writer, with a seed", trace.t, {});
    trace.t.has_autoflex = trace.t.has_exp_next = false;
    starve_writer("trace writer, no exponents", trace.t, {});
}

bool equal(const flx_trace_t &x, const flx_trace_t &y)
{
    return x.op.m == y.op.m && x.op.n == y.op.n && x.op.k == y.op.k && x.op.rounding == y.op.rounding && x.op.exp_c == y.op.exp_c && x.exp_next == y.exp_next && x.has_autoflex == y.has_autoflex &&
           x.autoflex.count == y.autoflex.count && same_bytes(x.autoflex.phi, y.autoflex.phi, y.autoflex.count * sizeof y.autoflex.phi[0]) && x.expect.gamma == y.expect.gamma &&
           strcmp(x.source.network, y.source.network) == 0 && strcmp(x.source.dataset, y.source.dataset) == 0 && strcmp(x.source.pass, y.source.pass) == 0 && x.source.iteration == y.source.iteration &&
           same_bytes(x.a, y.a, y.op.m * y.op.k * sizeof *y.a) && same_bytes(x.b, y.b, y.op.k * y.op.n * sizeof *y.b) && same_bytes(x.c, y.c, y.op.m * y.op.n * sizeof *y.c);
}

TEST(Alloc, TraceReader)
{
    const std::string where = directory(), path = where + "/t.npz";
    const Trace trace;
    char error[FLX_TRACE_ERROR_BYTES];
    ASSERT_EQ(flx_trace_write(path.c_str(), &trace.t, error), 0);
    const std::vector<char> bytes = bytes_of(path);
    for (const bool from_memory : {false, true})
        starve(from_memory ? "trace reader, from memory" : "trace reader", [&] {
            flx_trace_t got;
            error[0] = '\0';
            const int code = from_memory ? flx_trace_parse(path.c_str(), bytes.data(), bytes.size(), &got, error) : flx_trace_read(path.c_str(), &got, error);
            if (code != 0) return got.a == nullptr && got.b == nullptr && got.c == nullptr && is_message(error, path.c_str()) ? NO_MEMORY : WRONG;
            const bool right = equal(got, trace.t);
            flx_trace_free(&got);
            return right ? DONE : WRONG;
        });
    unlink(path.c_str());
    rmdir(where.c_str());
}

} // namespace
