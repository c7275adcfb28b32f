// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loads the plug-in that computes on a GPU. First thing in main: any question torch is asked about
// CUDA before libtorch_cuda is there is answered "none" for the life of the process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace engine::device {

inline constexpr const char* kCudaDriver = "libcuda.so.1";
inline constexpr const char* kCudaPlugin = "liblora-cuda.so";
// extern "C" uint32_t lora_cuda_register(uint32_t version, void* table): fills the table when it
// speaks that version of it, leaves it alone when not, and returns the version it speaks.
inline constexpr const char* kPluginEntry = "lora_cuda_register";
using PluginEntry = uint32_t (*)(uint32_t version, void* table);

struct PluginRequest
{
    std::string driver = kCudaDriver;              // opened first: without it there is no GPU
    std::vector<std::filesystem::path> candidates; // the first that exists is taken
    uint32_t version = 0;
    void* table = nullptr;
};

struct PluginOutcome
{
    bool isLoaded = false;
    bool isMissing = false;     // no candidate exists: an installation without it
    std::filesystem::path path; // of the plug-in that was found
    std::string reason;         // why it was not loaded
};

// Never throws and never prints; a plug-in once loaded stays.
PluginOutcome loadPlugin(const PluginRequest& request);

// Where the plug-in may lie: LORA_CUDA_PLUGIN alone if it is set, else beside the program and in
// ../lib/lora-studio.
std::vector<std::filesystem::path> pluginCandidates();

} // namespace engine::device
