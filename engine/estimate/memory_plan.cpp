// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/memory_plan.h"

#include "engine/kernels/cross_entropy.h"

#include <algorithm>

namespace engine::estimate {

namespace {

constexpr int64_t kContextBytes = int64_t{800} << 20;
// A chunk of logits, or a smaller one with its float32 copies.
constexpr int64_t kLossBytes =
    std::max(kernels::kDeviceLogitBytes, 4 * kernels::kLogitBytes) + kernels::kLogitBytes;
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

std::size_t indexOf(nn::Recompute recompute)
{
    return static_cast<std::size_t>(recompute);
}

bool isGateOrUp(const nn::ModuleSpec& module)
{
    return module.shortName == "gate" || module.shortName == "up";
}

constexpr nn::Recompute kPolicies[] = {
    nn::Recompute::None, nn::Recompute::Mlp, nn::Recompute::Block};

} // namespace

int64_t MemoryPlan::bytesFor(int64_t tokens, nn::Recompute recompute) const
{
    return weightBytes + trainedBytes + fixedBytes + tokens * tokenBytes[indexOf(recompute)];
}

int64_t MemoryPlan::mostTokens(int64_t deviceBytes, nn::Recompute recompute) const
{
    const int64_t perToken = std::max<int64_t>(tokenBytes[indexOf(recompute)], 1);
    return std::max<int64_t>(0, (deviceBytes - bytesFor(0)) / perToken);
}

MemoryPlan planMemory(const nn::Blueprint& blueprint,
                      const HeldWeights& held,
                      int64_t computeBytes,
                      int64_t trainedBytes,
                      int64_t attentionBytes)
{
    MemoryPlan plan;
    plan.weightBytes = weightBytes(blueprint, held);
    plan.trainedBytes = trainedBytes;
    plan.fixedBytes =
        kContextBytes + kLossBytes + unpackedBytes(blueprint, held, computeBytes) + attentionBytes;
    const int64_t ends = 3 * blueprint.hiddenSize; // embedding, final norm, the loss' gradient
    int64_t all = 0;
    int64_t gateAndUp = 0;
    int64_t widest = 0;
    int64_t layerProducts = 0;
    int64_t gateAndUpProducts = 0;
    int64_t otherProducts = 0;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        const bool multiplies =
            module.kind == nn::ModuleKind::Linear || module.kind == nn::ModuleKind::Conv1d;
        const int64_t products = multiplies ? module.out * module.in : 0;
        if (module.layer < 0) {
            otherProducts += products;
            continue;
        }
        all += savedNumbers(module);
        widest = std::max(widest, module.out);
        layerProducts += products;
        if (isGateOrUp(module)) {
            gateAndUp += savedNumbers(module);
            gateAndUpProducts += products;
        }
    }
    const int64_t layers = std::max<int64_t>(blueprint.layers, 1);
    const int64_t transient = kTransientWidths * widest;
    // With blocks computed again, one of them is whole at a time; with gate and up, one pair.
    const std::array<int64_t, 3> numbers = {
        all, all - gateAndUp + gateAndUp / layers, layers * blueprint.hiddenSize + all / layers};
    const int64_t twice = 2 * (layerProducts + otherProducts); // forward and the inputs' gradients
    plan.tokenProducts = {twice, twice + gateAndUpProducts, twice + layerProducts};
    for (const nn::Recompute policy : kPolicies) {
        const std::size_t i = indexOf(policy);
        plan.tokenBytes[i] = (ends + numbers[i] + transient) * computeBytes;
    }
    return plan;
}

std::optional<StepChoice> chooseStep(const MemoryPlan& plan,
                                     int64_t tokens,
                                     int64_t units,
                                     int64_t deviceBytes,
                                     std::optional<nn::Recompute> wanted)
{
    std::optional<StepChoice> best;
    double lowest = 0;
    for (int64_t parts = 1; parts <= units; ++parts) {
        if (units % parts != 0) {
            continue;
        }
        const int64_t each = (tokens + parts - 1) / parts;
        for (const nn::Recompute recompute : kPolicies) {
            const bool isWanted = wanted.value_or(recompute) == recompute;
            if (!isWanted || plan.bytesFor(each, recompute) > deviceBytes) {
                continue;
            }
            const double cost = static_cast<double>(tokens + parts * kPartTokens)
                                * static_cast<double>(plan.tokenProducts[indexOf(recompute)]);
            if (!best || cost < lowest) {
                best = StepChoice{recompute, parts};
                lowest = cost;
            }
        }
    }
    return best;
}

} // namespace engine::estimate
