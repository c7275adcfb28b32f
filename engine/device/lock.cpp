// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace engine::device {

std::optional<FileLock> FileLock::tryLock(const std::filesystem::path& path)
{
    Descriptor file(path, O_RDWR | O_CREAT, Access::Write);
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::nullopt;
        }
        if (errno != EINTR) {
            throw systemFailure(errno, path, Access::Write);
        }
    }
    return FileLock(std::move(file));
}

} // namespace engine::device
