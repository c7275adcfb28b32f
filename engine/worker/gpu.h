// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whether this process computes on a GPU, and if not, why: loaded once in main, told by `describe`.
#pragma once

#include <string>
#include <vector>

namespace engine::worker {

struct GpuState
{
    bool isAvailable = false;
    std::string reason; // empty when available
};

// Looks for the plug-in unless the arguments say --device cpu. First thing in main: before any
// tensor and any other thread. The environment of the CUDA libraries is set here too.
void loadGpu(const std::vector<std::string>& arguments);

// What loadGpu found; before it, and in programs without it, "this build has no CUDA plug-in".
const GpuState& gpuState();

// The device that a name stands for: "auto" is the first GPU where there is one, else "cpu"; "cuda"
// is "cuda:0". Other names as they are, whether there is such a device or not.
std::string deviceNamed(const std::string& name);

// Whether --device cpu or --device=cpu is among them; the last one counts.
bool asksForProcessor(const std::vector<std::string>& arguments);

} // namespace engine::worker
