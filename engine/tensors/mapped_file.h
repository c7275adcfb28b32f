// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file mapped read-only: pages come in when they are touched and belong to the page cache, not to
// this process. Shared, so that a tensor made from it keeps it alive. Writing through it is a
// fault. A file that someone shortens while it is mapped ends the process with SIGBUS when the lost
// part is read: files of ours are replaced by rename instead, which leaves a mapping whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace engine::tensors {

class MappedFile
{
public:
    // kNotFound, kUnreadable (folders, pipes and devices too).
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    const std::filesystem::path& path() const { return m_path; }
    const unsigned char* data() const { return m_data; } // null when empty
    std::uint64_t size() const { return m_size; }
    // Bytes begin…end-1; kBadFile when they do not lie inside the file.
    std::string_view view(std::uint64_t begin, std::uint64_t end) const;

    // Device, inode, size, times of the last changes, as one string: two equal ones mean the same
    // content.
    const std::string& identity() const { return m_identity; }

    // Hints to the kernel about bytes begin…end-1: will be read soon, in order; will not be needed
    // again soon.
    void willNeed(std::uint64_t begin, std::uint64_t end) const;
    void doneWith(std::uint64_t begin, std::uint64_t end) const;

private:
    explicit MappedFile(const std::filesystem::path& path);
    void advise(std::uint64_t begin, std::uint64_t end, int advice) const;

    std::filesystem::path m_path;
    const unsigned char* m_data = nullptr;
    std::uint64_t m_size = 0;
    std::string m_identity;
};

} // namespace engine::tensors
