// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file in pieces of whole lines, so that it need not fit in memory: read, hashed and forgotten
// one after the other.
#pragma once

#include "engine/device/descriptor.h"
#include "engine/device/sha256.h"

#include <string>
#include <string_view>

namespace engine::data {

class LineWindows
{
public:
    // Windows of about `windowBytes`; longer where a line is. Throws Failure: kNotFound,
    // kUnreadable.
    LineWindows(const std::string& path, std::size_t windowBytes);

    // The next whole lines with their ends; empty behind the last one. Valid until the next call.
    std::string_view next();
    std::uint64_t fileBytes() const { return m_fileBytes; }
    // Nothing follows what next() gave.
    bool isAtEnd() const { return m_isRead && m_begin == m_end; }
    // Of the whole file; once, when it is at its end.
    std::string sha256() { return m_hash.hex(); }

private:
    void fill();

    std::string m_path;
    device::Descriptor m_file;
    std::uint64_t m_fileBytes = 0;
    device::Sha256 m_hash;
    std::string m_buffer; // bytes m_begin…m_end-1 of it are read and not yet given
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_isRead = false; // to the end of the file
};

} // namespace engine::data
