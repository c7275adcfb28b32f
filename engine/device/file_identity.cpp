// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/file_identity.h"

#include "engine/device/known_hashes.h"
#include "engine/device/sha256.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

constexpr std::time_t kTick = 2; // seconds, the coarsest clock of a file system

struct stat factsOf(const Descriptor& file, const fs::path& path)
{
    struct stat facts = {};
    if (::fstat(file.get(), &facts) != 0) {
        throw systemFailure(errno, path, Access::Read);
    }
    return facts;
}

std::string identityOf(const struct stat& facts)
{
    std::string identity;
    for (const std::int64_t part : {static_cast<std::int64_t>(facts.st_dev),
                                    static_cast<std::int64_t>(facts.st_ino),
                                    static_cast<std::int64_t>(facts.st_size),
                                    static_cast<std::int64_t>(facts.st_mtim.tv_sec),
                                    static_cast<std::int64_t>(facts.st_mtim.tv_nsec),
                                    static_cast<std::int64_t>(facts.st_ctim.tv_sec),
                                    static_cast<std::int64_t>(facts.st_ctim.tv_nsec)}) {
        identity += std::to_string(part) + ' ';
    }
    return identity;
}

} // namespace

std::string identityOf(const Descriptor& file, const fs::path& path)
{
    return identityOf(factsOf(file, path));
}

std::string rememberedSha256(const fs::path& path)
{
    const Descriptor file(path, O_RDONLY | O_NONBLOCK, Access::Read);
    const struct stat before = factsOf(file, path);
    const std::string key = sha256Hex(identityOf(before));
    if (const std::string hash = knownHash(key); !hash.empty()) {
        return hash;
    }
    const std::time_t changed = std::max(before.st_mtim.tv_sec, before.st_ctim.tv_sec);
    const bool isAtRest = changed + kTick < std::time(nullptr);
    const std::string hash = sha256File(path);
    // Of what was opened, if the path still leads there and nobody wrote meanwhile.
    const Descriptor again(path, O_RDONLY | O_NONBLOCK, Access::Read);
    if (isAtRest && identityOf(again, path) == identityOf(before)) {
        rememberHash(key, hash);
    }
    return hash;
}

} // namespace engine::device
