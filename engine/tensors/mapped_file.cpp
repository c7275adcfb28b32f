// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/mapped_file.h"

#include "engine/device/file_identity.h"
#include "engine/tensors/mapped_pages.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace engine::tensors {

using device::Access;
using device::systemFailure;

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    return std::shared_ptr<const MappedFile>(new MappedFile(path));
}

MappedFile::MappedFile(const std::filesystem::path& path) : m_path(path)
{
    const device::Descriptor file(path, O_RDONLY | O_NONBLOCK, Access::Read);
    m_size = file.regularSize(path);
    m_identity = device::identityOf(file, path);
    if (m_size == 0) {
        return; // nothing to map
    }
    void* start = ::mmap(nullptr, m_size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (start == MAP_FAILED) {
        throw systemFailure(errno, path, Access::Read);
    }
    m_data = static_cast<const unsigned char*>(start);
    addMapping(m_data, m_size);
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr) {
        removeMapping(m_data);
        ::munmap(const_cast<unsigned char*>(m_data), m_size);
    }
}

std::string_view MappedFile::view(std::uint64_t begin, std::uint64_t end) const
{
    if (begin > end || end > m_size) {
        throw Failure(code::kBadFile,
                      m_path.string() + ": bytes " + std::to_string(begin) + " to "
                          + std::to_string(end) + " are not in the file, which has "
                          + std::to_string(m_size),
                      "Copy or download the file again",
                      m_path.string());
    }
    return {reinterpret_cast<const char*>(m_data) + begin, end - begin};
}

void MappedFile::willNeed(std::uint64_t begin, std::uint64_t end) const
{
    advise(begin, end, MADV_WILLNEED);
}

void MappedFile::doneWith(std::uint64_t begin, std::uint64_t end) const
{
    advise(begin, end, MADV_DONTNEED);
}

void MappedFile::advise(std::uint64_t begin, std::uint64_t end, int advice) const
{
    const std::string_view bytes = view(begin, end);
    if (bytes.empty()) {
        return;
    }
    const auto pageBytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t first = begin / pageBytes * pageBytes;
    // A hint that fails changes nothing but speed.
    ::madvise(const_cast<unsigned char*>(m_data) + first, end - first, advice);
}

} // namespace engine::tensors
