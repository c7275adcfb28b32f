// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/known_hashes.h"

#include "engine/device/cache_folder.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"

namespace engine::device {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHashDigits = 64;

fs::path fileOf(const std::string& key)
{
    return cacheFolder() / "hashes" / key;
}

} // namespace

std::string knownHash(const std::string& key)
{
    if (cacheFolder().empty()) {
        return {};
    }
    try {
        const std::string text = readFile(fileOf(key), kHashDigits);
        const bool isHash = text.size() == kHashDigits
                            && text.find_first_not_of("0123456789abcdef") == std::string::npos;
        return isHash ? text : std::string();
    } catch (const Failure&) {
        return {};
    }
}

void rememberHash(const std::string& key, const std::string& hash)
{
    if (cacheFolder().empty()) {
        return;
    }
    try {
        std::error_code ignored;
        fs::create_directories(cacheFolder() / "hashes", ignored);
        writeFileAtomically(fileOf(key), hash);
    } catch (const Failure&) {
        return; // the next time computes it again
    }
}

} // namespace engine::device
