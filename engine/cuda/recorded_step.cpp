// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/recorded_step.h"

#include "engine/cuda/attention.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace engine::cuda {
namespace {

// cuBLAS workspaces, autograd's threads and the trial of flash must exist before the recording.
constexpr int kWarmUps = 3;

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
    explicit CapturedStep(const std::function<void()>& work)
    {
        // The default stream cannot be recorded.
        const c10::cuda::CUDAStream caller = c10::cuda::getCurrentCUDAStream();
        const c10::cuda::CUDAStream side = c10::cuda::getStreamFromPool();
        order(caller, side);
        {
            const c10::cuda::CUDAStreamGuard guard(side);
            for (int i = 0; i < kWarmUps; ++i) {
                work();
            }
            m_graph.capture_begin();
            work();
            m_graph.capture_end();
        }
        order(side, caller);
        m_offsets = currentOffsets();
    }

    // Enqueues on the current stream.
    void play() override { m_graph.replay(); }
    void play(const kernels::Sequences& sequences) override
    {
        if (m_offsets.queries.defined()) {
            writeOffsets(m_offsets, sequences, sequences.queryOffsets.back());
        }
        m_graph.replay();
    }

private:
    FlashOffsets m_offsets; // the graph reads them: they live as long as it
    at::cuda::CUDAGraph m_graph;
};

} // namespace

std::unique_ptr<kernels::RecordedStep> record(const std::function<void()>& work)
{
    return std::make_unique<CapturedStep>(work);
}

} // namespace engine::cuda
