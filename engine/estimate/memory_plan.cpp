// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/memory_plan.h"

#include <algorithm>

namespace engine::estimate {

namespace {

constexpr int64_t kTrainedBytes = 16; // value, gradient and two moments, float32 each
constexpr int64_t kContextBytes = int64_t{800} << 20;
constexpr int64_t kLogitBytes = int64_t{2 * 64}
                                << 20; // kernels/cross_entropy.h: a chunk, float32 sums
// Transient copies of one layer beside what is saved: gradients of its widest activations.
constexpr int64_t kTransientWidths = 3;

// Numbers that a block saves per token: the norms' inputs and outputs, q, k and v before and q, k
// after their rotation, the attention's result, gate and up.
int64_t savedNumbers(const nn::ModuleSpec& module)
{
    if (module.kind == nn::ModuleKind::Norm) {
        return 2 * module.out;
    }
    if (!module.slices.empty() || module.shortName == "q" || module.shortName == "k") {
        return 2 * module.out; // a fused one counts v twice too: an upper bound
    }
    if (module.shortName == "o" || module.shortName == "fc_out") {
        return module.in;
    }
    return module.shortName == "down" ? 0 : module.out;
}

} // namespace

int64_t MemoryPlan::bytesFor(int64_t tokens) const
{
    return weightBytes + trainedBytes + fixedBytes + tokens * tokenBytes;
}

int64_t MemoryPlan::mostTokens(int64_t deviceBytes) const
{
    return std::max<int64_t>(0, (deviceBytes - bytesFor(0)) / std::max<int64_t>(tokenBytes, 1));
}

MemoryPlan planMemory(const nn::Blueprint& blueprint,
                      int64_t heldBytes,
                      int64_t computeBytes,
                      int64_t trainable)
{
    MemoryPlan plan;
    plan.weightBytes = blueprint.parameters() * heldBytes;
    plan.trainedBytes = trainable * kTrainedBytes;
    plan.fixedBytes = kContextBytes + kLogitBytes;
    int64_t numbers = 3 * blueprint.hiddenSize; // embedding, final norm, the loss' gradient
    int64_t widest = 0;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.layer >= 0) {
            numbers += savedNumbers(module);
            widest = std::max(widest, module.out);
        }
    }
    plan.tokenBytes = (numbers + kTransientWidths * widest) * computeBytes;
    return plan;
}

} // namespace engine::estimate
