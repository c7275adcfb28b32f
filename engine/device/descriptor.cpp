// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/descriptor.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine::device {

namespace {

constexpr int kNewFileMode = 0666; // the umask takes away what it must

std::string_view writeCode(int errorNumber)
{
    switch (errorNumber) {
    case ENOSPC:
    case EDQUOT:
        return code::kDiskFull;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return code::kBadArgument;
    case EEXIST:
    case ENOTEMPTY:
        return code::kTargetExists;
    default:
        return code::kUnreadable;
    }
}

std::string_view writeHint(std::string_view errorCode)
{
    if (errorCode == code::kDiskFull) {
        return "Free some space on this disk or choose another place";
    }
    if (errorCode == code::kTargetExists) {
        return "Choose a name that does not exist yet, or an empty folder";
    }
    return "Check the path and its permissions, or choose another place";
}

} // namespace

Failure systemFailure(int errorNumber, const std::filesystem::path& path, Access access)
{
    const std::string name = path.string();
    const std::string reason = std::strerror(errorNumber);
    if (access == Access::Write) {
        const auto errorCode = writeCode(errorNumber);
        return Failure(errorCode,
                       "cannot write " + name + ": " + reason,
                       std::string(writeHint(errorCode)),
                       name);
    }
    if (errorNumber == ENOENT || errorNumber == ENOTDIR) {
        return Failure(code::kNotFound, name + " does not exist", "Check the path", name);
    }
    return Failure(
        code::kUnreadable, "cannot read " + name + ": " + reason, "Check its permissions", name);
}

Descriptor::Descriptor(const std::filesystem::path& path, int flags, Access access)
    : m_descriptor(::open(path.c_str(), flags | O_CLOEXEC, kNewFileMode))
{
    if (m_descriptor < 0) {
        throw systemFailure(errno, path, access);
    }
}

Descriptor::~Descriptor()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void Descriptor::writeAll(std::string_view bytes, const std::filesystem::path& path) const
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw systemFailure(errno, path, Access::Write);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Descriptor::sync(const std::filesystem::path& path) const
{
    // Some filesystems cannot sync a folder and say EINVAL; there is nothing better to do there.
    if (::fsync(m_descriptor) != 0 && errno != EINVAL) {
        throw systemFailure(errno, path, Access::Write);
    }
}

std::uint64_t Descriptor::regularSize(const std::filesystem::path& path) const
{
    struct stat facts = {};
    if (::fstat(m_descriptor, &facts) != 0) {
        throw systemFailure(errno, path, Access::Read);
    }
    if (!S_ISREG(facts.st_mode)) {
        throw Failure(
            code::kUnreadable, path.string() + " is not a file", "Name a file", path.string());
    }
    return static_cast<std::uint64_t>(facts.st_size);
}

void syncFolder(const std::filesystem::path& folder)
{
    Descriptor(folder, O_RDONLY | O_DIRECTORY, Access::Write).sync(folder);
}

void renamePath(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        throw systemFailure(errno, to, Access::Write);
    }
}

} // namespace engine::device
