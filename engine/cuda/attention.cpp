// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/attention.h"

#include "engine/cuda/composed_attention.h"
#include "engine/cuda/cudnn_attention.h"
#include "engine/cuda/offsets.h"
#include "engine/cuda/recorded_step.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>
#include <cmath>
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

constexpr const char* kCudnnBackend = "cudnn";
constexpr const char* kFlashBackend = "flash";

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

// To what the types' 8 bits or more give, of the largest number there or of 1.
bool isClose(const Tensor& actual, const Tensor& expected)
{
    constexpr double kTolerance = 0.05;
    const Tensor reference = expected.to(at::kFloat);
    const double worst = at::abs(actual.to(at::kFloat).sub(reference)).max().item<double>();
    return worst < kTolerance * std::max(1.0, at::abs(reference).max().item<double>());
}

// A trial on three short sequences: these operators change between versions of their libraries and
// are worth a look before they train anything.
class Trial
{
public:
    explicit Trial(const Tensor& like)
        : m_like(like), m_q(made(2, 1)), m_k(made(1, 2)), m_v(made(1, 3)), m_gradient(made(2, 4)),
          m_scale(1 / std::sqrt(static_cast<double>(like.size(2))))
    {
    }

    bool flashAgrees() const
    {
        const FlashOffsets offsets = offsetsFor(m_sequences, m_like.device());
        const FlashForward forward = flashForward(m_q, m_k, m_v, offsets, m_scale);
        return agree(forward.out,
                     flashBackward(m_gradient, m_q, m_k, m_v, forward, offsets, m_scale));
    }
    bool cudnnAgrees() const
    {
        const FlashOffsets offsets = offsetsFor(m_sequences, m_like.device());
        const auto forward = cudnnForward(m_q, m_k, m_v, offsets, m_scale);
        return forward
               && agree(forward->out,
                        cudnnBackward(
                            m_gradient, m_q, m_k, m_v, *forward, offsets.longestQuery, m_scale));
    }

private:
    Tensor made(int64_t heads, double seed) const
    {
        const int64_t tokens = m_sequences.queryOffsets.back();
        const int64_t headDim = m_like.size(2);
        const Tensor index =
            at::arange(tokens * heads * headDim, m_like.options().dtype(at::kFloat));
        return at::sin(index.mul(0.7311).add(seed))
            .view({tokens, heads, headDim})
            .to(m_like.scalar_type());
    }
    bool agree(const Tensor& out, const FlashGradients& actual) const
    {
        const ComposedGradients expected =
            composedAttentionBackward(m_gradient, m_q, m_k, m_v, m_sequences, m_scale);
        return isClose(out, composedAttention(m_q, m_k, m_v, m_sequences, m_scale))
               && isClose(actual.q, expected.q) && isClose(actual.k, expected.k)
               && isClose(actual.v, expected.v);
    }

    const Tensor& m_like;
    kernels::Sequences m_sequences{{0, 3, 8, 80}, {0, 3, 8, 80}};
    Tensor m_q;
    Tensor m_k;
    Tensor m_v;
    Tensor m_gradient;
    double m_scale;
};

// One trial of each per type and head size. None is made during a recording, which could not wait
// for its outcome.
bool agreedOnTrial(const Tensor& q, bool (Trial::*agrees)() const)
{
    struct Tried
    {
        bool (Trial::*agrees)() const;
        at::ScalarType type;
        int64_t headDim;
        bool agreed;
    };
    static std::mutex mutex;
    static std::vector<Tried> trials;
    const std::lock_guard lock(mutex);
    for (const Tried& tried : trials) {
        if (tried.agrees == agrees && tried.type == q.scalar_type() && tried.headDim == q.size(2)) {
            return tried.agreed;
        }
    }
    if (isRecording()) {
        return false;
    }
    bool agreed = false;
    try {
        agreed = (Trial(q).*agrees)();
    } catch (const c10::Error&) {
        // refused: an old GPU, other builds of the libraries
    }
    trials.push_back({agrees, q.scalar_type(), q.size(2), agreed});
    return agreed;
}

// What cuDNN saves is told from what flash saves by its number.
constexpr std::size_t kFirstPlaces = 2;
constexpr std::size_t kCudnnSaved = kFirstPlaces + std::tuple_size_v<PlaceStrides>;

std::vector<Tensor> savedOf(const CudnnForward& forward)
{
    std::vector<Tensor> saved{forward.logSums, forward.lengths};
    saved.insert(saved.end(), forward.places.begin(), forward.places.end());
    return saved;
}

CudnnForward forwardOf(const Tensor& out, const std::vector<Tensor>& saved)
{
    return {out, saved[0], saved[1], {saved.begin() + kFirstPlaces, saved.end()}};
}

} // namespace

std::string attentionBackend()
{
    const std::lock_guard lock(backendMutex);
    return lastBackend;
}

bool attentionIsRecordable()
{
    const std::string backend = attentionBackend();
    return backend == kCudnnBackend || backend == kFlashBackend;
}

int64_t attentionBytes(at::Device device)
{
    return isCudnnDevice(device) ? kCudnnScoreBytes : 0;
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
                    longest(sequences.keyOffsets),
                    sequences.queryOffsets == sequences.keyOffsets,
                    std::make_shared<CudnnPlaces>()};
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
    const int64_t room = offsets.queries.numel() - 1;
    const int64_t capacity = sequencesIn(room);
    TORCH_CHECK(sequences.count() <= capacity && sequences.queryOffsets.back() == total
                    && (sequences.queryOffsets == sequences.keyOffsets || !offsets.hasAsManyKeys)
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
    const auto write = [room](Tensor& target, const std::vector<int64_t>& source) {
        target.copy_(at::tensor(paddedOffsets(source, room), at::kInt).pin_memory(),
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
    if (!agreedOnTrial(q, &Trial::flashAgrees)) {
        noteBackend("composed: flash failed its trial on this GPU");
        return {composedAttention(q, k, v, sequences, scale), {}};
    }
    const FlashOffsets offsets = offsetsFor(sequences, q.device());
    if (cudnnAccepts(q, offsets) && agreedOnTrial(q, &Trial::cudnnAgrees)) {
        if (const auto forward = cudnnForward(q, k, v, offsets, scale)) {
            noteBackend(kCudnnBackend);
            return {forward->out, savedOf(*forward)};
        }
    }
    noteBackend(kFlashBackend);
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
    if (saved.size() == kCudnnSaved) {
        FlashGradients result = cudnnBackward(
            gradient, q, k, v, forwardOf(out, saved), longest(sequences.queryOffsets), scale);
        return {result.q, result.k, result.v};
    }
    const FlashForward forward{out, saved[0], saved[1], saved[2]};
    const FlashOffsets offsets{
        saved[3], saved[4], longest(sequences.queryOffsets), longest(sequences.keyOffsets)};
    FlashGradients result = flashBackward(gradient, q, k, v, forward, offsets, scale);
    return {result.q, result.k, result.v};
}

} // namespace engine::cuda
