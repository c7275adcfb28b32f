// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/atomic_file.h"

#include "engine/device/partial_name.h"

#include <cerrno>
#include <fcntl.h>

namespace engine::device {

AtomicFile::AtomicFile(std::filesystem::path target) : m_target(std::move(target))
{
    m_partial = claimPartialName(m_target, [this](const std::filesystem::path& name) {
        m_file = Descriptor(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        return m_file.get() >= 0;
    });
}

AtomicFile::~AtomicFile()
{
    if (!m_committed) {
        std::error_code ignored;
        std::filesystem::remove(m_partial, ignored);
    }
}

void AtomicFile::write(std::string_view bytes)
{
    m_file.writeAll(bytes, m_target);
    m_written += static_cast<std::int64_t>(bytes.size());
}

void AtomicFile::beginSync()
{
    // A hint that fails changes nothing but speed.
    ::sync_file_range(m_file.get(), m_begun, m_written - m_begun, SYNC_FILE_RANGE_WRITE);
    m_begun = m_written;
}

void AtomicFile::commit()
{
    m_file.sync(m_target);
    renamePath(m_partial, m_target);
    m_committed = true;
    const auto folder = m_target.parent_path();
    syncFolder(folder.empty() ? "." : folder);
}

} // namespace engine::device
