// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/text_buffer.h"

#include "engine/data/refusal.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace engine::data {

TextBuffer::TextBuffer(TextSource& source,
                       const std::string& path,
                       std::size_t bytes,
                       std::size_t mostBytes)
    : m_source(source), m_path(path), m_mostBytes(mostBytes)
{
    m_buffer.resize(std::max<std::size_t>(bytes, 1));
}

void TextBuffer::restart(uint64_t taken)
{
    m_begin = 0;
    m_end = 0;
    m_taken = taken;
    m_isRead = false;
}

bool TextBuffer::grow(int64_t line)
{
    if (m_isRead) {
        return false;
    }
    std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
    m_end -= std::exchange(m_begin, 0);
    if (m_end == m_buffer.size()) {
        if (m_end >= m_mostBytes) {
            throw refusal(code::kBadData,
                          m_path,
                          line,
                          "the row that starts here is longer than "
                              + std::to_string(m_mostBytes >> 20) + " MiB",
                          "A quotation mark or a bracket may not be closed; a text this long "
                          "belongs in a file of its own");
        }
        m_buffer.resize(std::min(2 * m_buffer.size(), m_mostBytes));
    }
    const std::size_t before = m_end;
    while (m_end < m_buffer.size()) {
        const std::size_t count = m_source.read(m_buffer.data() + m_end, m_buffer.size() - m_end);
        m_isRead = count == 0;
        if (m_isRead) {
            break;
        }
        m_end += count;
    }
    return m_end > before;
}

} // namespace engine::data
