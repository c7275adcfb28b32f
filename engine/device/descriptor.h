// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file descriptor that closes itself, and the one place where errno becomes a Failure.
#pragma once

#include "engine/device/failure.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace engine::device {

// What a failing system call was doing; decides the error code and the sentence.
enum class Access {
    Read,
    Write,
};

// errno as a Failure with `where` = path. Read: kNotFound, kUnreadable. Write: kDiskFull (ENOSPC,
// EDQUOT), kBadArgument where the place itself is the trouble (no permission, no such folder…),
// else kUnreadable.
Failure systemFailure(int errorNumber, const std::filesystem::path& path, Access access);

class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    // open(2) with O_CLOEXEC. Throws systemFailure().
    Descriptor(const std::filesystem::path& path, int flags, Access access);
    Descriptor(Descriptor&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~Descriptor();

    int get() const { return m_descriptor; }

    // All of `bytes` at the file's position, however many calls that takes. `path` is for the
    // message only.
    void writeAll(std::string_view bytes, const std::filesystem::path& path) const;
    // fsync.
    void sync(const std::filesystem::path& path) const;
    // Size of the regular file behind it; kUnreadable when it is a folder, a pipe or a device.
    std::uint64_t regularSize(const std::filesystem::path& path) const;

private:
    int m_descriptor = -1;
};

// fsync of a folder, so that a rename in it survives a power cut.
void syncFolder(const std::filesystem::path& folder);

// rename(2); throws systemFailure() for the target.
void renamePath(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace engine::device
