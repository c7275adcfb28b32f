// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A piece of a text that is read on as far as it is needed, and forgotten from the front.
#pragma once

#include "engine/data/text_source.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::data {

inline constexpr std::size_t kMaximumRowBytes = 64 << 20;

class TextBuffer
{
public:
    // Reads about `bytes` at a time, and keeps at most `mostBytes` untaken.
    TextBuffer(TextSource& source,
               const std::string& path,
               std::size_t bytes,
               std::size_t mostBytes = kMaximumRowBytes);

    // What is read and not yet taken. Valid until grow().
    std::string_view text() const { return {m_buffer.data() + m_begin, m_end - m_begin}; }
    void take(std::size_t count)
    {
        m_begin += count;
        m_taken += count;
    }
    // Bytes of the text before text().
    uint64_t taken() const { return m_taken; }
    // Forgets what is read; the source goes on at byte `taken` of the text.
    void restart(uint64_t taken);
    // Reads on: text() is longer afterwards; false when nothing is left. Throws Failure(kBadData)
    // with `line`, where text() begins, when it is longer than what may be kept.
    bool grow(int64_t line);
    // Keeps so much from now on.
    void allow(std::size_t mostBytes) { m_mostBytes = mostBytes; }
    // Everything is read, so that text() is the rest.
    bool isRead() const { return m_isRead; }

private:
    TextSource& m_source;
    std::string m_path;
    std::string m_buffer;
    std::size_t m_mostBytes;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    uint64_t m_taken = 0;
    bool m_isRead = false;
};

} // namespace engine::data
