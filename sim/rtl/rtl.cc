// rtl.cc - finds and loads Verilated builds of the core. Twin: sim/rtl/rtl.mk
#include "rtl.h"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>

#include "flx/flx_config.h"

namespace flx {
namespace {

// As sim/rtl/rtl.mk gives them to Verilator.
std::string parameters_of(const flx_config_t &config)
{
    std::string text;
    for (std::size_t i = 0; i < flx_param_count(); i++)
        text += std::string(i > 0 ? " -G" : "-G") + flx_param_at(i)->name + "=" + std::to_string(flx_param_get(&config, i));
    return text;
}

} // namespace

std::string rtl_path(const std::string &config, bool fast, bool traced)
{
    char program[PATH_MAX] = "";
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    std::string folder(program, length > 0 ? static_cast<std::size_t>(length) : 0);
    for (int up = 0; up < 2; up++) folder.erase(folder.find_last_of('/') == std::string::npos ? 0 : folder.find_last_of('/'));
    return folder + "/rtl/" + config + (fast ? "_fast" : "") + (traced ? "_fst" : "") + ".so";
}

const RtlBuild *rtl_open(const std::string &path, std::string &error)
{
    if (access(path.c_str(), R_OK) != 0) {
        error = path + ": file is missing, expected a build of the core";
        return nullptr;
    }
    // A name without a slash would be looked for elsewhere.
    void *object = dlopen((path.find('/') == std::string::npos ? "./" + path : path).c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto build_of = object == nullptr ? nullptr : reinterpret_cast<const RtlBuild *(*)()>(dlsym(object, "flx_rtl_build"));
    if (build_of == nullptr) {
        error = path + ": file is no build of the core (" + dlerror() + "), expected one that make sim builds";
        return nullptr;
    }
    const RtlBuild *build = build_of();
    const flx_config_t *config = flx_config_find(build->config);
    if (config == nullptr || parameters_of(*config) != build->parameters) {
        error = path + ": parameters are " + build->parameters + ", expected " + (config == nullptr ? "those of a named configuration" : parameters_of(*config)) + ": make sim CONFIG=" + build->config + " builds it again";
        return nullptr;
    }
    return build;
}

} // namespace flx
