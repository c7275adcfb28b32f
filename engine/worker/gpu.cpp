// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/gpu.h"

#include "engine/contract/text.h"
#include "engine/device/plugin.h"
#include "engine/kernels/registry.h"

#include <cstdlib>
#include <string_view>

namespace engine::worker {

namespace {

GpuState& state()
{
    static GpuState found{false, LS_TEXT("this build has no CUDA plug-in")};
    return found;
}

GpuState found(const device::PluginOutcome& outcome)
{
    if (!outcome.isLoaded) {
        return {false, outcome.reason};
    }
    if (kernels::deviceKernels().devices().empty()) {
        return {false, "the NVIDIA driver shows no GPU of compute capability 8.0 or newer"};
    }
    return {true, {}};
}

} // namespace

void loadGpu(const std::vector<std::string>& arguments)
{
    if (asksForProcessor(arguments)) {
        state() = {false, "not looked for: --device cpu"};
        return;
    }
    device::PluginRequest request;
    request.candidates = device::pluginCandidates();
    request.version = kernels::kDeviceKernelsVersion;
    request.table = &kernels::deviceKernels();
    // Read by the libraries at first use: the same bits every time, and memory that grows in place
    // instead of in pieces.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
    setenv("PYTORCH_ALLOC_CONF", "expandable_segments:True", 0);
    const device::PluginOutcome outcome = device::loadPlugin(request);
    if (!outcome.isMissing) {
        state() = found(outcome);
    }
}

const GpuState& gpuState()
{
    return state();
}

std::string deviceNamed(const std::string& name)
{
    if (name == "auto") {
        return gpuState().isAvailable ? kernels::deviceKernels().devices().front().id : "cpu";
    }
    return name == "cuda" ? "cuda:0" : name;
}

bool asksForProcessor(const std::vector<std::string>& arguments)
{
    constexpr std::string_view kOption = "--device";
    std::string_view device;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == kOption && i + 1 < arguments.size()) {
            device = arguments[i + 1];
        } else if (argument.starts_with("--device=")) {
            device = argument.substr(kOption.size() + 1);
        }
    }
    return device == "cpu";
}

} // namespace engine::worker
