// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/aligned_buffer.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace engine::kernels {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLine = 64;

} // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes)
{
    reserve(bytes);
}

AlignedBuffer::~AlignedBuffer()
{
    std::free(m_data);
}

void AlignedBuffer::reserve(std::size_t bytes)
{
    if (bytes <= m_bytes) {
        return;
    }
    const std::size_t alignment = bytes >= kHugePage ? kHugePage : kLine;
    const std::size_t rounded = (bytes + kLine - 1) / kLine * kLine;
    std::free(m_data);
    m_bytes = 0;
    m_data = std::aligned_alloc(alignment, (rounded + alignment - 1) / alignment * alignment);
    if (m_data == nullptr) {
        throw std::bad_alloc();
    }
    m_bytes = rounded;
    if (alignment == kHugePage) {
        madvise(m_data, rounded, MADV_HUGEPAGE); // a refusal costs speed alone
    }
    std::memset(m_data, 0, rounded);
}

} // namespace engine::kernels
