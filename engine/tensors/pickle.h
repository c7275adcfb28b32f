// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// torch's own weight files (.bin, .pt) are pickles: programs that run when they are loaded. They
// are not read; this looks into one without executing anything, so that the refusal can say what is
// inside.
#pragma once

#include "engine/device/failure.h"

#include <filesystem>
#include <string>
#include <vector>

namespace engine::tensors {

struct PickleFacts
{
    bool isPickle = false; // a torch archive or a plain pickle
    std::vector<std::string>
        globals;        // "module.name" it asks for, in order, each once, printable, at most 256
    std::string damage; // why the rest could not be looked at; empty when all was
};

// Bounded in time and memory whatever the file holds. kNotFound, kUnreadable.
PickleFacts describePickle(const std::filesystem::path& path);

// Whether "module.name" is one of the few that rebuilding tensors needs.
bool rebuildsTensors(const std::string& global);

// Why this file is not read. kBadFile: it asks for something other than rebuilding tensors, is
// damaged, or is no pickle. kUnsupported: an honest file, to be converted to safetensors.
Failure pickleRefusal(const std::filesystem::path& path);

// .bin .pt .pth .ckpt .pkl
bool isTorchFileName(const std::filesystem::path& path);

} // namespace engine::tensors
