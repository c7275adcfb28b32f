// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/attention.h"

#include "engine/cuda/composed_attention.h"
#include "engine/cuda/offsets.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <c10/cuda/CUDAGuard.h>

#include <mutex>

namespace engine::cuda {
namespace {

// The first layer of a batch uploads, the others read, a block that is computed again on
// autograd's thread too. Never destroyed: CUDA ends before this process does.
struct Uploaded
{
    std::mutex mutex;
    kernels::Sequences sequences;
    FlashOffsets offsets;
    at::Device device = at::kCPU;
};

Uploaded& uploaded()
{
    static Uploaded& last = *new Uploaded;
    return last;
}

std::mutex backendMutex;
std::string lastBackend;

void noteBackend(const std::string& backend)
{
    const std::lock_guard lock(backendMutex);
    lastBackend = backend;
}

Tensor onDevice(const std::vector<int32_t>& numbers, at::Device device)
{
    return at::tensor(numbers, at::kInt).pin_memory().to(device, /*non_blocking=*/true);
}

FlashOffsets offsetsFor(const kernels::Sequences& sequences, at::Device device)
{
    {
        Uploaded& last = uploaded();
        const std::lock_guard lock(last.mutex);
        if (last.device == device && last.sequences.queryOffsets == sequences.queryOffsets
            && last.sequences.keyOffsets == sequences.keyOffsets) {
            return last.offsets;
        }
    }
    return placeOffsets(sequences, device);
}

double worst(const Tensor& a, const Tensor& b)
{
    return at::abs(a.to(at::kFloat).sub(b.to(at::kFloat))).max().item<double>();
}

// A trial on two short sequences: these operators change between versions of LibTorch and are worth
// a look before they train anything.
bool flashAgrees(const Tensor& like, int64_t headDim)
{
    constexpr double kTolerance = 0.05; // the numbers are below 1, the types have 8 bits or more
    const kernels::Sequences sequences{{0, 3, 8}, {0, 3, 8}};
    const auto made = [&](int64_t heads, double seed) {
        const Tensor index =
            at::arange(8 * heads * headDim, like.options().dtype(at::kFloat)).mul(0.7311).add(seed);
        return at::sin(index).view({8, heads, headDim}).to(like.scalar_type());
    };
    const Tensor q = made(2, 1);
    const Tensor k = made(1, 2);
    const Tensor v = made(1, 3);
    const Tensor gradient = made(2, 4);
    const double scale = 1 / std::sqrt(static_cast<double>(headDim));
    try {
        const FlashOffsets offsets = offsetsFor(sequences, like.device());
        const FlashForward forward = flashForward(q, k, v, offsets, scale);
        const FlashGradients actual = flashBackward(gradient, q, k, v, forward, offsets, scale);
        const ComposedGradients expected =
            composedAttentionBackward(gradient, q, k, v, sequences, scale);
        return worst(forward.out, composedAttention(q, k, v, sequences, scale)) < kTolerance
               && worst(actual.q, expected.q) < kTolerance
               && worst(actual.k, expected.k) < kTolerance
               && worst(actual.v, expected.v) < kTolerance;
    } catch (const c10::Error&) {
        return false; // refused: an old GPU, another build of LibTorch
    }
}

// One trial per type and head size, before anything is recorded.
bool mayFlash(const Tensor& q)
{
    static std::mutex mutex;
    static std::vector<std::pair<std::pair<at::ScalarType, int64_t>, bool>> trials;
    const std::lock_guard lock(mutex);
    const std::pair key{q.scalar_type(), q.size(2)};
    for (const auto& [tried, agreed] : trials) {
        if (tried == key) {
            return agreed;
        }
    }
    trials.emplace_back(key, flashAgrees(q, q.size(2)));
    return trials.back().second;
}

} // namespace

std::string attentionBackend()
{
    const std::lock_guard lock(backendMutex);
    return lastBackend;
}

FlashOffsets placeOffsets(const kernels::Sequences& sequences, at::Device device)
{
    Uploaded& last = uploaded();
    const std::lock_guard lock(last.mutex);
    last.sequences = sequences;
    const int64_t room = roomFor(sequences.count());
    last.offsets = {onDevice(paddedOffsets(sequences.queryOffsets, room), device),
                    onDevice(paddedOffsets(sequences.keyOffsets, room), device),
                    longest(sequences.queryOffsets),
                    longest(sequences.keyOffsets)};
    last.device = device;
    return last.offsets;
}

void forgetOffsets()
{
    Uploaded& last = uploaded();
    const std::lock_guard lock(last.mutex);
    last.device = at::kCPU;
    last.offsets = {};
}

void writeOffsets(FlashOffsets& offsets, const kernels::Sequences& sequences, int64_t total)
{
    const int64_t capacity = offsets.queries.numel() - 1;
    TORCH_CHECK(sequences.count() <= capacity && sequences.queryOffsets.back() == total
                    && sequences.keyOffsets.back() == total
                    && longest(sequences.queryOffsets) <= offsets.longestQuery
                    && longest(sequences.keyOffsets) <= offsets.longestKey,
                "a step recorded for ",
                capacity,
                " sequences of ",
                total,
                " tokens does not fit ",
                sequences.count(),
                " of ",
                sequences.queryOffsets.back());
    const auto write = [capacity](Tensor& target, const std::vector<int64_t>& source) {
        target.copy_(at::tensor(paddedOffsets(source, capacity), at::kInt).pin_memory(),
                     /*non_blocking=*/true);
    };
    write(offsets.queries, sequences.queryOffsets);
    write(offsets.keys, sequences.keyOffsets);
}

kernels::AttentionForward attention(const Tensor& q,
                                    const Tensor& k,
                                    const Tensor& v,
                                    const kernels::Sequences& sequences,
                                    double scale)
{
    const c10::cuda::CUDAGuard guard(q.device());
    if (!flashAccepts(q.scalar_type(), q.size(2))) {
        noteBackend("composed: flash takes half types and head sizes in eights up to 256");
        return {composedAttention(q, k, v, sequences, scale), {}};
    }
    if (!mayFlash(q)) {
        noteBackend("composed: flash failed its trial on this GPU");
        return {composedAttention(q, k, v, sequences, scale), {}};
    }
    noteBackend(kFlashBackend);
    const FlashOffsets offsets = offsetsFor(sequences, q.device());
    const FlashForward forward = flashForward(q, k, v, offsets, scale);
    return {forward.out,
            {forward.logSums, forward.randomState, forward.unused, offsets.queries, offsets.keys}};
}

kernels::AttentionGradients attentionBackward(const Tensor& gradient,
                                              const Tensor& q,
                                              const Tensor& k,
                                              const Tensor& v,
                                              const Tensor& out,
                                              const std::vector<Tensor>& saved,
                                              const kernels::Sequences& sequences,
                                              double scale)
{
    const c10::cuda::CUDAGuard guard(q.device());
    if (saved.empty()) {
        ComposedGradients result = composedAttentionBackward(gradient, q, k, v, sequences, scale);
        return {result.q, result.k, result.v};
    }
    const FlashForward forward{out, saved[0], saved[1], saved[2]};
    const FlashOffsets offsets{
        saved[3], saved[4], longest(sequences.queryOffsets), longest(sequences.keyOffsets)};
    FlashGradients result = flashBackward(gradient, q, k, v, forward, offsets, scale);
    return {result.q, result.k, result.v};
}

} // namespace engine::cuda
