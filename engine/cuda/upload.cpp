// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/upload.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace engine::cuda {
namespace {

struct Staging
{
    at::Tensor buffer; // pinned
    c10::cuda::CUDAEvent travelled;
};

// Kept for the life of the process: pinning memory is slow, and the next model wants them again.
std::array<Staging, 2>& stagings()
{
    thread_local std::array<Staging, 2> both;
    return both;
}

// Several threads: the pages of a mapped file come in as they are touched.
void fill(std::byte* to, const std::byte* from, int64_t bytes)
{
    constexpr int64_t kGrain = int64_t{4} << 20;
    at::parallel_for(0, bytes, kGrain, [=](int64_t begin, int64_t end) {
        std::memcpy(to + begin, from + begin, static_cast<std::size_t>(end - begin));
    });
}

} // namespace

void upload(const void* source, at::Tensor& target)
{
    TORCH_CHECK(target.is_cuda() && target.is_contiguous(), "upload: not a whole CUDA tensor");
    const c10::cuda::CUDAGuard guard(target.device());
    const c10::cuda::CUDAStream stream = c10::cuda::getCurrentCUDAStream();
    const auto* from = static_cast<const std::byte*>(source);
    auto* to = static_cast<std::byte*>(target.mutable_data_ptr());
    const auto bytes = static_cast<int64_t>(target.nbytes());
    std::size_t turn = 0;
    for (int64_t first = 0; first < bytes; first += kPinnedBytes, turn = 1 - turn) {
        Staging& staging = stagings()[turn];
        if (!staging.buffer.defined()) {
            staging.buffer = at::empty({kPinnedBytes}, at::dtype(at::kByte).pinned_memory(true));
        }
        staging.travelled.synchronize();
        auto* pinned = static_cast<std::byte*>(staging.buffer.mutable_data_ptr());
        const int64_t count = std::min(kPinnedBytes, bytes - first);
        fill(pinned, from + first, count);
        C10_CUDA_CHECK(cudaMemcpyAsync(to + first,
                                       pinned,
                                       static_cast<std::size_t>(count),
                                       cudaMemcpyHostToDevice,
                                       stream.stream()));
        staging.travelled.record(stream);
    }
}

} // namespace engine::cuda
