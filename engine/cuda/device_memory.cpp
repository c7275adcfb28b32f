// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/device_memory.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>

namespace engine::cuda {
namespace {

using c10::CachingAllocator::StatType;
using c10::CachingDeviceAllocator::DeviceStats;

// Of what the allocator took from the driver; nothing before its first tensor.
DeviceStats statsOf(at::Device device)
{
    auto* allocator = c10::cuda::CUDACachingAllocator::get();
    return allocator->initialized() ? allocator->getDeviceStats(device.index()) : DeviceStats();
}

constexpr auto kAll = static_cast<std::size_t>(StatType::AGGREGATE);

} // namespace

int64_t freeBytes(at::Device device)
{
    const c10::cuda::CUDAGuard guard(device);
    std::size_t left = 0;
    std::size_t total = 0;
    C10_CUDA_CHECK(cudaMemGetInfo(&left, &total));
    const DeviceStats stats = statsOf(device);
    return static_cast<int64_t>(left) + stats.reserved_bytes[kAll].current
           - stats.allocated_bytes[kAll].current;
}

int64_t peakBytes(at::Device device)
{
    return statsOf(device).reserved_bytes[kAll].peak;
}

} // namespace engine::cuda
