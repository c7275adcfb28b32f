// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/append_file.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace engine::device {

AppendFile::AppendFile(std::filesystem::path path)
    : m_path(std::move(path)), m_file(m_path, O_WRONLY | O_APPEND | O_CREAT, Access::Write)
{
}

void AppendFile::appendLine(std::string_view line)
{
    std::string bytes;
    bytes.reserve(line.size() + 1);
    bytes.append(line).push_back('\n');
    m_file.writeAll(bytes, m_path);
}

std::uint64_t AppendFile::size() const
{
    return m_file.regularSize(m_path);
}

void AppendFile::truncateTo(std::uint64_t size)
{
    if (size < this->size() && ::ftruncate(m_file.get(), static_cast<off_t>(size)) != 0) {
        throw systemFailure(errno, m_path, Access::Write);
    }
}

void AppendFile::sync() const
{
    m_file.sync(m_path);
}

} // namespace engine::device
