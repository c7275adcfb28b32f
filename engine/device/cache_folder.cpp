// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/cache_folder.h"

#include <cstdlib>

namespace engine::device {

namespace fs = std::filesystem;

fs::path cacheFolder()
{
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && fs::path(cache).is_absolute()) {
        return fs::path(cache) / "lora-studio";
    }
    const char* home = std::getenv("HOME");
    return home == nullptr ? fs::path() : fs::path(home) / ".cache" / "lora-studio";
}

} // namespace engine::device
