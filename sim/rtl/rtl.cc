// rtl.cc - finds and loads Verilated builds of the core. Twin: sim/rtl/rtl.mk
// SPDX-License-Identifier: Apache-2.0
#include "rtl.h"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>

#include "flx/flx_config.h"
#include "trace/flx_text.h"

#define FLX_QUOTED(name) FLX_QUOTED_AGAIN(name)
#define FLX_QUOTED_AGAIN(name) #name

namespace flx {
namespace {

const char ENTRY[] = FLX_QUOTED(FLX_RTL_ENTRY);

// As sim/rtl/rtl.mk gives them to Verilator.
std::string parameters_of(const flx_config_t &config)
{
    std::string text;
    for (std::size_t i = 0; i < flx_param_count(); i++)
        text += std::string(i > 0 ? " -G" : "-G") + flx_param_at(i)->name + "=" + std::to_string(flx_param_get(&config, i));
    return text;
}

// A path as messages show it.
std::string shown(const std::string &path)
{
    char text[FLX_TEXT_PATH_BYTES];
    return flx_text_path(path.c_str(), text);
}

} // namespace

std::string rtl_path(const std::string &config, bool fast, bool traced)
{
    char program[PATH_MAX] = "";
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    std::string folder(program, length > 0 ? static_cast<std::size_t>(length) : 0);
    for (int up = 0; up < 2; up++) folder.erase(folder.find_last_of('/') == std::string::npos ? 0 : folder.find_last_of('/'));
    folder += access((folder + "/rtl").c_str(), X_OK) == 0 ? "/rtl/" : "/lib/flx/";
    return folder + config + (fast ? "_fast" : "") + (traced ? "_fst" : "") + ".so";
}

std::string rtl_make(const std::string &config, bool fast, bool traced)
{
    return "make sim CONFIG=" + config + (fast ? " FAST=1" : "") + (traced ? " WAVE=1" : "");
}

const RtlBuild *rtl_open(const std::string &path, std::string &error)
{
    if (access(path.c_str(), R_OK) != 0) {
        error = shown(path) + ": file is missing, expected a build of the core";
        return nullptr;
    }
    // A name without a slash would be looked for elsewhere.
    void *object = dlopen((path.find('/') == std::string::npos ? "./" + path : path).c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto build_of = object == nullptr ? nullptr : reinterpret_cast<const RtlBuild *(*)()>(dlsym(object, ENTRY));
    if (build_of == nullptr) {
        error = shown(path) + ": file is no build of the core, or an old one (" + shown(dlerror()) + "), expected one that make sim builds";
        return nullptr;
    }
    const RtlBuild *build = build_of();
    const flx_config_t *config = flx_config_find(build->config);
    if (config == nullptr || parameters_of(*config) != build->parameters) {
        error = shown(path) + ": parameters are " + build->parameters + ", expected " + (config == nullptr ? "those of a named configuration" : parameters_of(*config)) + ": " + rtl_make(build->config, build->fast, build->traced) + " builds it again";
        return nullptr;
    }
    return build;
}

} // namespace flx
