// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Telling whether a file is still the one that was read, without reading it.
#pragma once

#include "engine/device/descriptor.h"

#include <filesystem>
#include <string>

namespace engine::device {

// Device, inode, size, times of the last changes, as one string: two equal ones mean the same
// content, as long as both changes were not within one tick of the file system's clock. `path` is
// for messages only.
std::string identityOf(const Descriptor& file, const std::filesystem::path& path);

// As sha256File(). Read once, then known by the file's identity from
// ${XDG_CACHE_HOME:-~/.cache}/lora-studio/hashes. A file that changed within the last two seconds
// is read again the next time: another change in the same tick would not show. A cache that cannot
// be used is no error.
std::string rememberedSha256(const std::filesystem::path& path);

} // namespace engine::device
