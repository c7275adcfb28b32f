// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Zeroed memory for kernels: 64-byte aligned, on huge pages where the system has them, growing
// only. Movable, not copyable.
#pragma once

#include <cstddef>
#include <utility>

namespace engine::kernels {

class AlignedBuffer
{
public:
    AlignedBuffer() = default;
    // Throws std::bad_alloc.
    explicit AlignedBuffer(std::size_t bytes);
    AlignedBuffer(AlignedBuffer&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr)), m_bytes(std::exchange(other.m_bytes, 0))
    {
    }
    AlignedBuffer& operator=(AlignedBuffer&& other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~AlignedBuffer();

    // At least `bytes`; growing loses the content and zeroes. Throws std::bad_alloc.
    void reserve(std::size_t bytes);

    template <typename T>
    T* as() const
    {
        return static_cast<T*>(m_data);
    }
    std::size_t bytes() const { return m_bytes; }

private:
    void* m_data = nullptr;
    std::size_t m_bytes = 0;
};

} // namespace engine::kernels
