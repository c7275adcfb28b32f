// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// While one lives, numbers too small to be normal count as zero on this thread: processors compute
// with them many times slower, and products of probabilities far below the largest one are full of
// them.
#pragma once

#include <xmmintrin.h>

namespace engine::kernels {

class SmallNumbersAreZero
{
public:
    SmallNumbersAreZero() : m_before(_mm_getcsr())
    {
        constexpr unsigned kFlushResults = 0x8000;
        constexpr unsigned kFlushInputs = 0x0040;
        _mm_setcsr(m_before | kFlushResults | kFlushInputs);
    }
    SmallNumbersAreZero(const SmallNumbersAreZero&) = delete;
    SmallNumbersAreZero& operator=(const SmallNumbersAreZero&) = delete;
    ~SmallNumbersAreZero() { _mm_setcsr(m_before); }

private:
    unsigned m_before;
};

} // namespace engine::kernels
