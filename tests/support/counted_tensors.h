// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Counts the memory of all tensors that the process makes on the processor: what is there, and the
// most that ever was. Tensors over mapped files own none.
#pragma once

#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace tests {

class CountedTensors final : public c10::Allocator
{
public:
    // From here on all are counted; for the rest of the process.
    static CountedTensors& instance()
    {
        static auto* const counted = [] {
            auto* made = new CountedTensors;
            c10::SetCPUAllocator(made, /*priority=*/255);
            return made;
        }();
        return *counted;
    }

    int64_t bytes() const { return s_bytes; }
    int64_t peakBytes() const { return s_peak; }
    void forgetPeak() { s_peak = s_bytes.load(); }

    c10::DataPtr allocate(std::size_t count) override
    {
        const std::size_t whole = kHead + (count + kHead - 1) / kHead * kHead;
        void* const memory = std::aligned_alloc(kHead, whole);
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        *static_cast<int64_t*>(memory) = static_cast<int64_t>(count);
        const int64_t now = s_bytes += static_cast<int64_t>(count);
        int64_t peak = s_peak;
        while (now > peak && !s_peak.compare_exchange_weak(peak, now)) {
        }
        void* const data = static_cast<std::byte*>(memory) + kHead;
        return {data, data, &release, at::Device(at::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t count) const override
    {
        default_copy_data(to, from, count);
    }

private:
    static constexpr std::size_t kHead = 64; // before the numbers: how many bytes they are

    static void release(void* data)
    {
        if (data != nullptr) {
            void* const memory = static_cast<std::byte*>(data) - kHead;
            s_bytes -= *static_cast<int64_t*>(memory);
            std::free(memory);
        }
    }

    static inline std::atomic<int64_t> s_bytes = 0;
    static inline std::atomic<int64_t> s_peak = 0;
};

} // namespace tests
