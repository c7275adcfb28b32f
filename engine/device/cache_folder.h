// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace engine::device {

// ${XDG_CACHE_HOME:-~/.cache}/lora-studio: what can be made again. Empty without a home; need not
// exist.
std::filesystem::path cacheFolder();

} // namespace engine::device
