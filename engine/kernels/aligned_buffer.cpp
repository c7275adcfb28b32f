// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/aligned_buffer.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace engine::kernels {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLine = 64;

std::size_t roundedUp(std::size_t bytes, std::size_t multiple)
{
    return (bytes + multiple - 1) / multiple * multiple;
}

// Large buffers are mapped: fresh pages are zero, and each is cleared by the thread that touches it
// first.
bool isMapped(std::size_t bytes)
{
    return bytes >= kHugePage;
}

// Zero, from the border of a huge page; null when there is no memory.
void* mapped(std::size_t bytes)
{
    const std::size_t size = roundedUp(bytes, kHugePage);
    void* const start = ::mmap(
        nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return nullptr;
    }
    auto* const first = static_cast<std::byte*>(start);
    const std::size_t before = roundedUp(reinterpret_cast<std::uintptr_t>(first), kHugePage)
                               - reinterpret_cast<std::uintptr_t>(first);
    if (before > 0) {
        ::munmap(first, before);
    }
    ::munmap(first + before + size, kHugePage - before);
    ::madvise(first + before, bytes, MADV_HUGEPAGE); // a refusal costs speed alone
    return first + before;
}

void release(void* data, std::size_t bytes)
{
    if (data != nullptr && isMapped(bytes)) {
        ::munmap(data, roundedUp(bytes, kHugePage));
    } else {
        std::free(data);
    }
}

} // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes)
{
    reserve(bytes);
}

AlignedBuffer::~AlignedBuffer()
{
    release(m_data, m_bytes);
}

void AlignedBuffer::reserve(std::size_t bytes)
{
    if (bytes <= m_bytes) {
        return;
    }
    const std::size_t rounded = roundedUp(bytes, kLine);
    release(std::exchange(m_data, nullptr), std::exchange(m_bytes, 0));
    m_data = isMapped(rounded) ? mapped(rounded) : std::aligned_alloc(kLine, rounded);
    if (m_data == nullptr) {
        throw std::bad_alloc();
    }
    m_bytes = rounded;
    if (!isMapped(rounded)) {
        std::memset(m_data, 0, rounded);
    }
}

} // namespace engine::kernels
