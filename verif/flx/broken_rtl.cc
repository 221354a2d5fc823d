// broken_rtl.cc - the build tiny, made wrong in one place: what flx cosim says of RTL that is not the models'. Twin: sim/rtl/rtl_instance.cc
// SPDX-License-Identifier: Apache-2.0
//   FLX_BREAK=result N   the result beat in cycle N has its lowest bit flipped      FLX_BREAK=ready N   cmd_ready_o is flipped in cycle N
// It stands in build/broken/rtl and loads build/rtl/tiny.so.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "rtl.h"

#define ENTRY_TEXT(name) ENTRY_TEXT_AGAIN(name)
#define ENTRY_TEXT_AGAIN(name) #name

namespace {

const flx::RtlBuild *real;

class Broken final : public flx::Rtl {
public:
    Broken() : rtl_(real->make())
    {
        char what[16] = "";
        const char *wish = getenv("FLX_BREAK");
        if (wish != nullptr && sscanf(wish, "%15s %llu", what, &at_) == 2) result_ = strcmp(what, "result") == 0;
    }
    void reset() override { cycle_ = 0, rtl_->reset(); }
    flx::RtlOutputs sample() const override
    {
        flx::RtlOutputs out = rtl_->sample();
        if (!result_ && cycle_ == at_) out.cmd_ready = !out.cmd_ready;
        return out;
    }
    void drive(const flx_cycle_in_t &in, const uint32_t *cmd, const uint32_t *a, const uint32_t *b) override { rtl_->drive(in, cmd, a, b); }
    void clock() override { cycle_++, rtl_->clock(); }
    void result(uint32_t *words) const override
    {
        rtl_->result(words);
        if (result_ && cycle_ >= at_) words[0] ^= 1;
    }
    void response(uint32_t *words) const override { rtl_->response(words); }
    uint64_t perf(flx_perf_t counter) const override { return rtl_->perf(counter); }
    void corrupt(const flx_fault_t &fault) override { rtl_->corrupt(fault); }
    uint32_t ecc_corrected() const override { return rtl_->ecc_corrected(); }
    uint32_t ecc_uncorrectable() const override { return rtl_->ecc_uncorrectable(); }
    bool open_wave(const std::string &) override { return false; }
    void close_wave() override {}
    uint64_t wave_time() const override { return rtl_->wave_time(); }

private:
    std::unique_ptr<flx::Rtl> rtl_;
    bool result_ = false;
    unsigned long long at_ = ~0ULL, cycle_ = 0;
};

} // namespace

extern "C" __attribute__((visibility("default"))) const flx::RtlBuild *FLX_RTL_ENTRY()
{
    static flx::RtlBuild broken;
    Dl_info here;
    dladdr(reinterpret_cast<void *>(&FLX_RTL_ENTRY), &here);
    std::string path = here.dli_fname;
    path.replace(path.rfind("broken/"), 7, "");
    void *object = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    real = object == nullptr ? nullptr : reinterpret_cast<const flx::RtlBuild *(*)()>(dlsym(object, ENTRY_TEXT(FLX_RTL_ENTRY)))();
    if (real == nullptr) abort();
    broken = *real;
    broken.make = [] { return std::unique_ptr<flx::Rtl>(std::make_unique<Broken>()); };
    return &broken;
}
