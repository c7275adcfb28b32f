// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An exclusive lock that the kernel drops when its process ends, however it ends: RUN/lock.
#pragma once

#include "engine/device/descriptor.h"

#include <filesystem>
#include <optional>

namespace engine::device {

class FileLock
{
public:
    // Creates the file when absent and locks it without waiting; nothing when someone else holds
    // it, in this process or another one. Throws Failure when the file cannot be opened. Held until
    // destruction; the file stays.
    static std::optional<FileLock> tryLock(const std::filesystem::path& path);

private:
    explicit FileLock(Descriptor file) : m_file(std::move(file)) {}

    Descriptor m_file;
};

} // namespace engine::device
