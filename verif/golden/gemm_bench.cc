// gemm_bench.cc - speed of flx_gemm_run over cblas_sgemm of OpenBLAS, one thread each, in the same run. Twin: cmodel/fast/flx_gemm_run.c
// SPDX-License-Identifier: Apache-2.0
//
//   flx-gemm-bench [--json] [--seconds S] [--kernel auto|portable|avx2|vnni] [--openblas-core fastest|auto]
// A row gives billions of multiply-accumulates per second and their ratio (above 1: faster than float32). All are run in
// turns, and the fastest run of each counts, so that a neighbour on the machine slows none alone. Output conversion and
// statistics are included. Mantissas are uniform over the range, or normal deviates of which the range is 5: a million of them, as a tensor at
// full range has. The medians are over squares and 3x3 convolutions (fprop).
// `fastest`, the default, loads OpenBLAS once with its AVX2 core and, where the machine has AVX-512 (but not beside --kernel avx2), once
// more with its AVX-512 core, whatever OPENBLAS_CORETYPE says, and compares every row with the faster one; `auto` leaves the core to OpenBLAS and the environment.
#include <cblas.h>
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "flx/flx.h"

namespace {

struct Shape {
    const char *what;
    size_t m, n, k;
    bool trans_a, trans_b;
    bool in_median; // the set that the median is of, at each range of mantissas
};

const Shape shapes[] = {
    {"square 256", 256, 256, 256, false, false, true},
    {"square 512", 512, 512, 512, false, false, true},
    {"square 1024", 1024, 1024, 1024, false, false, true},
    {"square 1536", 1536, 1536, 1536, false, false, true},
    {"square 2048", 2048, 2048, 2048, false, false, true},
    {"3x3 convolution, 64 channels", 64, 1024, 576, false, false, true},
    {"3x3 convolution, 64 channels", 64, 4096, 576, false, false, true},
    {"3x3 convolution, 64 channels", 64, 65536, 576, false, false, true},
    {"3x3 convolution, 128 channels", 128, 4096, 1152, false, false, true},
    {"3x3 convolution, 128 channels", 128, 16384, 1152, false, false, true},
    {"3x3 convolution, 256 channels", 256, 1024, 2304, false, false, true},
    {"3x3 convolution, 256 channels", 256, 4096, 2304, false, false, true},
    {"square 1024, A transposed", 1024, 1024, 1024, true, false, false},
    {"square 1024, B transposed", 1024, 1024, 1024, false, true, false},
    {"square 1024, both transposed", 1024, 1024, 1024, true, true, false},
    {"weight gradient, 64 channels", 64, 576, 4096, false, true, false},
    {"dense layer, batch 128", 128, 1000, 4096, false, true, false},
};

struct Mantissas {
    const char *name;
    int32_t max; // |mantissa| <=
    double deviation; // 0: uniform
};

const Mantissas mantissas[] = {{"uniform", 8192, 0.0}, {"uniform", 32767, 0.0}, {"normal", 32767, 32767 / 5.0}};

// OpenBLAS reads its core and threads from the environment while it is loaded, so each has its copy of the library.
struct OpenBlas {
    decltype(&cblas_sgemm) sgemm;
    std::string core, config;

    explicit OpenBlas(const char *want)
    {
        if (want != nullptr) setenv("OPENBLAS_CORETYPE", want, 1);
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        void *library = dlmopen(LM_ID_NEWLM, "libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            fprintf(stderr, "flx-gemm-bench: %s\n", dlerror());
            exit(1);
        }
        const auto text = [&](const char *name) { return std::string(reinterpret_cast<char *(*)()>(dlsym(library, name))()); };
        sgemm = reinterpret_cast<decltype(sgemm)>(dlsym(library, "cblas_sgemm"));
        core = text("openblas_get_corename");
        config = text("openblas_get_config");
        if (want != nullptr && core != want) {
            fprintf(stderr, "flx-gemm-bench: OpenBLAS's core is %s, expected %s\n", core.c_str(), want);
            exit(1);
        }
    }
};

struct Result {
    double flex = 0.0, sgemm = 0.0; // 10^9 multiply-accumulates per second
    const char *core = nullptr;     // of the faster sgemm
};

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

uint32_t next(uint32_t &state)
{
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

int16_t draw(uint32_t &state, const Mantissas &of)
{
    if (of.deviation == 0.0) return static_cast<int16_t>(static_cast<int32_t>(next(state) % static_cast<uint32_t>(2 * of.max + 1)) - of.max);
    double sum = -6.0; // of twelve uniform deviates: nearly normal
    for (int i = 0; i < 12; i++) sum += (next(state) >> 8) * 0x1p-24;
    return static_cast<int16_t>(std::clamp<long>(std::lround(sum * of.deviation), -of.max, of.max));
}

Result measure(const Shape &s, const Mantissas &of, flx_gemm_kernel_t kernel, const std::vector<OpenBlas> &rivals, double seconds)
{
    std::vector<int16_t> a(s.m * s.k), b(s.k * s.n), c(s.m * s.n);
    std::vector<float> fa(a.size()), fb(b.size()), fc(c.size());
    uint32_t state = 1;
    const auto fill = [&](std::vector<int16_t> &x, std::vector<float> &fx) {
        for (size_t i = 0; i < x.size(); i++) {
            x[i] = draw(state, of);
            fx[i] = static_cast<float>(x[i]) / 16384.0F;
        }
    };
    fill(a, fa);
    fill(b, fb);
    flx_gemm_t op = {};
    op.fmt = flx_format_default();
    op.m = s.m;
    op.n = s.n;
    op.k = s.k;
    op.trans_a = s.trans_a;
    op.trans_b = s.trans_b;
    op.exp_a = op.exp_b = 14;
    op.exp_c = 8;
    op.lanes = FLX_LANES_DEFAULT;
    flx_gemm_hints_t hints = {};
    hints.max_a = hints.max_b = static_cast<uint32_t>(of.max); // as the trainer does: a tensor's statistics hold its largest mantissa
    const double work = static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k) * 1e-9;
    double flex = 1e9;
    std::vector<double> sgemm(rivals.size(), 1e9);
    const double end = now() + seconds;
    for (int turn = 0; turn < 4 || now() < end; turn++) {
        flx_stats_t stats;
        double start = now();
        if (flx_gemm_run_with(kernel, &op, a.data(), b.data(), c.data(), &stats, &hints, 1) != FLX_OK) {
            fprintf(stderr, "flx-gemm-bench: this machine has no kernel \"%s\"\n", flx_gemm_kernel_name(kernel));
            exit(1);
        }
        flex = std::fmin(flex, now() - start);
        for (size_t r = 0; r < rivals.size(); r++) {
            start = now();
            rivals[r].sgemm(CblasRowMajor, s.trans_a ? CblasTrans : CblasNoTrans, s.trans_b ? CblasTrans : CblasNoTrans, static_cast<int>(s.m), static_cast<int>(s.n),
                            static_cast<int>(s.k), 1.0F, fa.data(), static_cast<int>(s.trans_a ? s.m : s.k), fb.data(), static_cast<int>(s.trans_b ? s.k : s.n), 0.0F,
                            fc.data(), static_cast<int>(s.n));
            sgemm[r] = std::fmin(sgemm[r], now() - start);
        }
    }
    const auto best = std::min_element(sgemm.begin(), sgemm.end());
    return {work / flex, work / *best, rivals[static_cast<size_t>(best - sgemm.begin())].core.c_str()};
}

// The cores that can be the fastest here.
std::vector<OpenBlas> rivals_of(flx_gemm_kernel_t kernel)
{
    std::vector<OpenBlas> rivals;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) rivals.emplace_back("Haswell");
    if (__builtin_cpu_supports("avx512bw") && strcmp(flx_gemm_kernel_name(kernel), "avx2") != 0) rivals.emplace_back("SkylakeX");
#endif
    if (rivals.empty()) rivals.emplace_back(nullptr);
    return rivals;
}

double median(std::vector<double> x)
{
    std::sort(x.begin(), x.end());
    return x.size() % 2 != 0 ? x[x.size() / 2] : (x[x.size() / 2 - 1] + x[x.size() / 2]) / 2;
}

} // namespace

int main(int argc, char **argv)
{
    bool json = false, fastest = true;
    double seconds = 0.5;
    flx_gemm_kernel_t kernel = FLX_GEMM_AUTO;
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
        if (word == "--json") json = true;
        else if (word == "--seconds" && atof(value.c_str()) > 0) seconds = atof(argv[++i]);
        else if (word == "--kernel" && value == "auto") i++;
        else if (word == "--kernel" && value == "portable") kernel = FLX_GEMM_PORTABLE, i++;
        else if (word == "--kernel" && value == "avx2") kernel = FLX_GEMM_AVX2, i++;
        else if (word == "--kernel" && value == "vnni") kernel = FLX_GEMM_VNNI, i++;
        else if (word == "--openblas-core" && (value == "fastest" || value == "auto")) fastest = value == "fastest", i++;
        else {
            fprintf(stderr, "usage: flx-gemm-bench [--json] [--seconds S] [--kernel auto|portable|avx2|vnni] [--openblas-core fastest|auto]\n");
            return 2;
        }
    }
    std::vector<OpenBlas> rivals;
    if (fastest) rivals = rivals_of(kernel);
    else rivals.emplace_back(nullptr);
    std::string cores;
    for (const OpenBlas &rival : rivals) cores += (cores.empty() ? "" : ", ") + rival.core;
    if (json) printf("{\"kernel\": \"%s\", \"openblas\": \"%s\", \"openblas_cores\": \"%s\", \"threads\": 1, \"unit\": \"GMAC/s\", \"rows\": [", flx_gemm_kernel_name(kernel), rivals[0].config.c_str(), cores.c_str());
    else printf("kernel %s, %s, one thread; cores: %s\n%-30s %14s %9s %-8s %9s %9s %7s  %s\n", flx_gemm_kernel_name(kernel), rivals[0].config.c_str(), cores.c_str(), "product", "m x n x k", "|m| <=", "", "flex", "sgemm", "ratio", "core");
    bool first = true;
    std::vector<double> medians;
    for (const Mantissas &of : mantissas) {
        std::vector<double> ratios;
        for (const Shape &s : shapes) {
            const Result r = measure(s, of, kernel, rivals, seconds);
            const double ratio = r.flex / r.sgemm;
            if (s.in_median) ratios.push_back(ratio);
            const std::string size = std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k);
            if (json)
                printf("%s\n {\"what\": \"%s\", \"m\": %zu, \"n\": %zu, \"k\": %zu, \"trans_a\": %s, \"trans_b\": %s, \"max\": %d, \"mantissas\": \"%s\", \"flex\": %.2f, \"sgemm\": %.2f, \"core\": \"%s\", \"ratio\": %.3f}", first ? "" : ",",
                       s.what, s.m, s.n, s.k, s.trans_a ? "true" : "false", s.trans_b ? "true" : "false", of.max, of.name, r.flex, r.sgemm, r.core, ratio);
            else printf("%-30s %14s %9d %-8s %9.1f %9.1f %7.2f%s %s\n", s.what, size.c_str(), of.max, of.name, r.flex, r.sgemm, ratio, s.in_median ? " " : "*", r.core);
            fflush(stdout);
            first = false;
        }
        medians.push_back(median(ratios));
    }
    if (json) printf("\n], \"median_8192\": %.3f, \"median_full_range\": %.3f, \"median_full_range_normal\": %.3f}\n", medians[0], medians[1], medians[2]);
    else printf("median ratio (rows without *): %.2f for |m| <= %d, %.2f for |m| <= %d, %.2f for these normal\n", medians[0], mantissas[0].max, medians[1], mantissas[1].max, medians[2]);
    return 0;
}
