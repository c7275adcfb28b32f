// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The fused parts on a device other than the processor: a table of functions that a plug-in fills
// at start. The fused parts look here by the device of their tensors, so the engine links no CUDA
// and the plug-in nothing of the engine.
#pragma once

#include "engine/device/device.h"
#include "engine/kernels/activation.h"
#include "engine/kernels/adamw.h"
#include "engine/kernels/linear_group.h"
#include "engine/kernels/nf4.h"
#include "engine/kernels/rotary.h"
#include "engine/kernels/sequences.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace engine::kernels {

// Raised with every change of the table or of a type in it; a plug-in of another version is not
// used.
inline constexpr uint32_t kDeviceKernelsVersion = 4;

struct NormForward
{
    Tensor y;
    Tensor inverseRoots; // float32 [rows]
    Tensor sum;          // x + residual; undefined without a residual
};

struct AttentionForward
{
    Tensor out;
    std::vector<Tensor> saved; // what the backward wants besides q, k, v and out
};

struct AttentionGradients
{
    Tensor q;
    Tensor k;
    Tensor v;
};

// A part of a step, recorded once and played again: a CUDA graph.
class RecordedStep
{
public:
    virtual ~RecordedStep() = default;
    // Enqueues it for these sequences: the same total of tokens, no more sequences and none longer
    // than it was recorded with.
    virtual void play(const Sequences& sequences) = 0;
};

// Arguments, shapes and results as in the headers of the fused parts. Tensors are on the plug-in's
// device, in float32, bfloat16 or float16, rows without gaps unless said otherwise; results are
// allocated by the plug-in. Functions only enqueue work: nothing waits for the device.
struct DeviceKernels
{
    // ---- What there is
    std::vector<device::DeviceFacts> (*devices)() = nullptr; // "cuda:0"…
    std::string (*attentionBackend)() = nullptr;             // chosen last, "" before
    // The most that attention takes for a while, beside its results.
    int64_t (*attentionBytes)(at::Device device) = nullptr;
    int64_t (*freeBytes)(at::Device device) = nullptr; // of its memory, now
    int64_t (*peakBytes)(at::Device device) = nullptr; // the most that tensors have held so far

    // ---- Fused parts
    NormForward (*rmsNorm)(const Tensor& x,
                           const Tensor& residual, // or undefined
                           const Tensor& weight,
                           double epsilon) = nullptr;
    // The gradient of what was normalised, plus sumGradient where it is defined.
    Tensor (*rmsNormBackward)(const Tensor& gradient,
                              const Tensor& x,
                              const Tensor& weight,
                              const Tensor& inverseRoots,
                              const Tensor& sumGradient) = nullptr;
    // direction 1 rotates, −1 is the transpose; x may be strided.
    Tensor (*rotary)(const Tensor& x,
                     const Tensor& positions,
                     const RotaryTable& table,
                     float direction) = nullptr;
    // activation(gate) ⊙ up; both may be strided by rows.
    Tensor (*gate)(const Tensor& gate, const Tensor& up, Activation activation) = nullptr;
    // The gradients of gate and up, side by side in one buffer.
    std::pair<Tensor, Tensor> (*gateBackward)(const Tensor& gradient,
                                              const Tensor& gate,
                                              const Tensor& up,
                                              Activation activation) = nullptr;
    // logits [rows, vocabulary] become their gradient withGradient; losses float32 [rows], correct
    // uint8 [rows].
    void (*crossEntropy)(Tensor& logits,
                         const Tensor& targets,
                         bool withGradient,
                         Tensor& losses,
                         Tensor& correct) = nullptr;
    AttentionForward (*attention)(const Tensor& q,
                                  const Tensor& k,
                                  const Tensor& v,
                                  const Sequences& sequences,
                                  double scale) = nullptr;
    AttentionGradients (*attentionBackward)(const Tensor& gradient,
                                            const Tensor& q,
                                            const Tensor& k,
                                            const Tensor& v,
                                            const Tensor& out,
                                            const std::vector<Tensor>& saved,
                                            const Sequences& sequences,
                                            double scale) = nullptr;
    GroupForward (*groupForward)(const Tensor& x, const std::vector<FrozenMatrix>& group) = nullptr;
    GroupGradients (*groupBackward)(const Tensor& x,
                                    const std::vector<FrozenMatrix>& group,
                                    const std::vector<Tensor>& lowRanks,
                                    const std::vector<Tensor>& outputGradients,
                                    bool needsX,
                                    const std::vector<bool>& needsParameters) = nullptr;
    Tensor (*dropout)(const Tensor& x, double probability, uint64_t seed) = nullptr;
    // The same with its seed in device memory: int64 [1], the bits of the seed.
    Tensor (*dropoutByPlacedSeed)(const Tensor& x,
                                  double probability,
                                  const Tensor& seed) = nullptr;
    Tensor (*dequantizeNf4)(const Nf4Weight& weight, at::ScalarType type) = nullptr;

    // ---- The step
    void (*adamw)(Tensor& parameters,
                  const Tensor& gradients,
                  Tensor& m,
                  Tensor& v,
                  int64_t step,
                  const AdamwSettings& settings) = nullptr;
    // The same with learning rate, step and gradient factor in control (float32 [3], on the
    // device): the three that change from step to step. settings.learningRate multiplies the one
    // there.
    void (*adamwByControl)(Tensor& parameters,
                           const Tensor& gradients,
                           Tensor& m,
                           Tensor& v,
                           const Tensor& control,
                           const AdamwSettings& settings) = nullptr;
    // control[2] = min(1, maxNorm / (norm of the gradients + 1e-6)); returns the norm, a scalar.
    Tensor (*clipFactor)(const Tensor& gradients, double maxNorm, Tensor& control) = nullptr;
    // Runs work on the stream that recordings are made on: after all that was enqueued before, and
    // before all that is enqueued later.
    void (*onRecordingStream)(at::Device device, const std::function<void()>& work) = nullptr;
    // Records work, which is not computed by that; called on the recording stream, where the same
    // work was launched before. Everything it touches must stay where it is, and it must not wait
    // for the device. Work without attention has no sequences. Null where it holds for these
    // sequences alone (composed attention). Throws c10::Error for work that cannot be recorded.
    std::unique_ptr<RecordedStep> (*record)(const Sequences& sequences,
                                            const std::function<void()>& work) = nullptr;
    // Bytes of a mapped file onto the device through pinned memory, piece by piece.
    void (*upload)(const void* source, Tensor& target) = nullptr;
};

// The one table of this process. Filled by the plug-in in main, before any other thread and any
// tensor; read-only afterwards.
DeviceKernels& deviceKernels();

// The table for tensors that are not on the processor, else null. Throws c10::Error for a device
// without a plug-in.
const DeviceKernels* kernelsFor(const Tensor& x);

} // namespace engine::kernels
