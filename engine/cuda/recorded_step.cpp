// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/recorded_step.h"

#include "engine/cuda/attention.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGraphsC10Utils.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <map>
#include <memory>

namespace engine::cuda {
namespace {

// The default stream cannot be recorded. One for the life of the process: what was launched on it
// before a recording (cuBLAS' workspaces, autograd's leaves) then belongs to the same stream.
c10::cuda::CUDAStream recordingStream(c10::DeviceIndex device)
{
    static std::map<c10::DeviceIndex, c10::cuda::CUDAStream> streams;
    auto found = streams.find(device);
    if (found == streams.end()) {
        found =
            streams.emplace(device, c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device))
                .first;
    }
    return found->second;
}

// The memory of all recordings there are. It goes with the last of them: LibTorch's allocators
// refuse a pool that nobody has used any more.
std::shared_ptr<const at::cuda::MempoolId_t> sharedPool()
{
    static std::weak_ptr<const at::cuda::MempoolId_t> current;
    std::shared_ptr<const at::cuda::MempoolId_t> pool = current.lock();
    if (pool == nullptr) {
        pool = std::make_shared<const at::cuda::MempoolId_t>(at::cuda::graph_pool_handle());
        current = pool;
    }
    return pool;
}

// `later` starts when `earlier` has done what it was given so far.
void order(const c10::cuda::CUDAStream& earlier, const c10::cuda::CUDAStream& later)
{
    c10::cuda::CUDAEvent event;
    event.record(earlier);
    event.block(later);
}

class CapturedStep final : public kernels::RecordedStep
{
public:
    CapturedStep(const kernels::Sequences& sequences, const std::function<void()>& work)
        : m_tokens(sequences.count() == 0 ? 0 : sequences.queryOffsets.back()),
          m_offsets(placeOffsets(sequences, c10::cuda::getCurrentCUDAStream().device()))
    {
        // What plain launches left in the allocator would stand beside the recording's own pool.
        c10::cuda::CUDACachingAllocator::emptyCache();
        m_graph.capture_begin(*m_pool);
        try {
            work();
        } catch (...) {
            endBroken();
            throw;
        }
        m_graph.capture_end();
        // Played with other sequences they hold those: nobody else may read them.
        forgetOffsets();
    }

    void play(const kernels::Sequences& sequences) override
    {
        if (sequences.count() > 0) {
            writeOffsets(m_offsets, sequences, m_tokens);
        }
        m_graph.replay();
    }

private:
    // The stream records until it is told to end, whatever became of the work.
    void endBroken()
    {
        try {
            m_graph.capture_end();
        } catch (const c10::Error&) {
            // It says again what went wrong.
        }
        forgetOffsets();
    }

    int64_t m_tokens;
    FlashOffsets m_offsets; // the graph reads them: they live as long as it
    std::shared_ptr<const at::cuda::MempoolId_t> m_pool = sharedPool(); // outlives the graph
    at::cuda::CUDAGraph m_graph;
};

} // namespace

void onRecordingStream(at::Device device, const std::function<void()>& work)
{
    const c10::cuda::CUDAStream caller = c10::cuda::getCurrentCUDAStream(device.index());
    const c10::cuda::CUDAStream side = recordingStream(device.index());
    order(caller, side);
    {
        const c10::cuda::CUDAStreamGuard guard(side);
        work();
    }
    order(side, caller);
}

bool isRecording()
{
    return c10::cuda::currentStreamCaptureStatusMayInitCtx() != c10::cuda::CaptureStatus::None;
}

std::unique_ptr<kernels::RecordedStep> record(const kernels::Sequences& sequences,
                                              const std::function<void()>& work)
{
    // Composed attention reads its sequences on the processor: a recording would keep them.
    if (sequences.count() > 0 && !attentionIsRecordable()) {
        return nullptr;
    }
    return std::make_unique<CapturedStep>(sequences, work);
}

} // namespace engine::cuda
