// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/plugin.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

// What dlerror says of the last failure.
std::string loaderMessage()
{
    const char* message = dlerror();
    return message == nullptr ? "unknown reason" : message;
}

} // namespace

PluginOutcome loadPlugin(const PluginRequest& request)
{
    PluginOutcome outcome;
    const auto isThere = [](const fs::path& path) {
        std::error_code ignored;
        return fs::exists(path, ignored);
    };
    const auto found = std::ranges::find_if(request.candidates, isThere);
    if (found == request.candidates.end()) {
        outcome.isMissing = true;
        outcome.reason = std::string(kCudaPlugin) + " is not installed";
        return outcome;
    }
    outcome.path = *found;
    if (dlopen(request.driver.c_str(), RTLD_LAZY) == nullptr) {
        outcome.reason = "no NVIDIA driver: " + loaderMessage();
        return outcome;
    }
    // Local: the plug-in's symbols are nobody else's. Now: what is missing shows here, not in a
    // step.
    void* library = dlopen(found->c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        outcome.reason = "the CUDA plug-in does not load: " + loaderMessage();
        return outcome;
    }
    const auto entry = reinterpret_cast<PluginEntry>(dlsym(library, kPluginEntry));
    if (entry == nullptr) {
        outcome.reason = found->string() + " is no plug-in: it has no " + kPluginEntry;
        return outcome;
    }
    const uint32_t version = entry(request.version, request.table);
    if (version != request.version) {
        outcome.reason = found->string() + " speaks version " + std::to_string(version)
                         + " of the plug-in interface, this engine version "
                         + std::to_string(request.version);
        return outcome;
    }
    outcome.isLoaded = true;
    return outcome;
}

std::vector<fs::path> pluginCandidates()
{
    if (const char* named = std::getenv("LORA_CUDA_PLUGIN")) {
        return {named};
    }
    std::error_code ignored;
    const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    return {folder / kCudaPlugin, folder.parent_path() / "lib" / "lora-studio" / kCudaPlugin};
}

} // namespace engine::device
