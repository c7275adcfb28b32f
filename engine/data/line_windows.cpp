// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/line_windows.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace engine::data {

LineWindows::LineWindows(const std::string& path, std::size_t windowBytes)
    : m_path(path), m_file(path, O_RDONLY | O_NONBLOCK, device::Access::Read)
{
    m_fileBytes = m_file.regularSize(path);
    m_buffer.resize(std::max<std::size_t>(windowBytes, 1));
}

std::string_view LineWindows::next()
{
    std::size_t searched = m_begin;
    while (true) {
        const std::string_view unsearched(m_buffer.data() + searched, m_end - searched);
        const std::size_t last = unsearched.rfind('\n');
        const bool isFull = m_begin == 0 && m_end == m_buffer.size();
        if (m_isRead || (isFull && last != std::string_view::npos)) {
            const std::size_t end = m_isRead ? m_end : searched + last + 1;
            const std::string_view window(m_buffer.data() + m_begin, end - m_begin);
            m_begin = end;
            return window;
        }
        // Only what was not searched for a line end yet, when a line is longer than the window.
        searched = isFull ? m_end : 0;
        fill();
    }
}

// Moves what was not given to the front, makes room when there is none, and reads until the buffer
// is full or the file at its end.
void LineWindows::fill()
{
    std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
    m_end -= std::exchange(m_begin, 0);
    if (m_end == m_buffer.size()) {
        m_buffer.resize(2 * m_buffer.size());
    }
    while (m_end < m_buffer.size()) {
        const ssize_t count =
            ::read(m_file.get(), m_buffer.data() + m_end, m_buffer.size() - m_end);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw device::systemFailure(errno, m_path, device::Access::Read);
        }
        if (count == 0) {
            m_isRead = true;
            return;
        }
        m_hash.update(m_buffer.data() + m_end, static_cast<std::size_t>(count));
        m_end += static_cast<std::size_t>(count);
    }
}

} // namespace engine::data
