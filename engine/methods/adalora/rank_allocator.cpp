// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/rank_allocator.h"

#include "engine/methods/own_tensors.h"
#include "engine/methods/trainable_mask.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/kthvalue.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace engine::methods::adalora {

namespace {

constexpr const char* kSensitivity = "adalora.sensitivity";
constexpr const char* kUncertainty = "adalora.uncertainty";
constexpr const char* kKept = "adalora.kept"; // 1 and 0, or before any choice:
constexpr float kUndecided = -1;

} // namespace

RankAllocator::RankAllocator(const AdaloraSettings& settings, nn::ParameterBuffer& buffer)
    : m_settings(settings), m_buffer(buffer), m_sensitivity(at::zeros_like(buffer.values())),
      m_uncertainty(at::zeros_like(buffer.values()))
{
}

int64_t RankAllocator::budget(int64_t step, int64_t total) const
{
    const int64_t first = m_settings.initR * targets();
    const int64_t last = m_settings.targetR * targets();
    if (step <= m_settings.tinit) {
        return first;
    }
    if (step >= total - m_settings.tfinal) {
        return last;
    }
    const double left = 1
                        - static_cast<double>(step - m_settings.tinit)
                              / static_cast<double>(total - m_settings.tfinal - m_settings.tinit);
    return static_cast<int64_t>(static_cast<double>(first - last) * std::pow(left, 3)
                                + static_cast<double>(last));
}

void RankAllocator::allocate(int64_t step, int64_t total)
{
    const int64_t end = total - m_settings.tfinal;
    if (step < end) {
        weigh();
    }
    const bool isDue = step > m_settings.tinit && step < end && step % m_settings.deltaT == 0;
    if (isDue || step == end) {
        choose(budget(step, total));
    }
    // Between two choices E may come back; after the last it may not.
    if (isDue || step >= end) {
        switchOff();
    }
}

// |value · gradient|, smoothed, and how far it strays from that.
void RankAllocator::weigh()
{
    const at::Tensor now = (m_buffer.values() * m_buffer.gradients()).abs();
    m_sensitivity.mul_(m_settings.beta1).add_(now, 1 - m_settings.beta1);
    m_uncertainty.mul_(m_settings.beta2).add_((now - m_sensitivity).abs(), 1 - m_settings.beta2);
}

at::Tensor RankAllocator::importance() const
{
    const at::Tensor scores = m_sensitivity * m_uncertainty;
    const auto scoresOf = [&](std::size_t index) {
        const at::Tensor& leaf = m_buffer.leaf(index);
        return scores.narrow(0, m_buffer.offset(index), leaf.numel()).view(leaf.sizes());
    };
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < m_buffer.size(); i += 3) {
        const at::Tensor vectors = scoresOf(i).mean(1) + scoresOf(i + 1).mean(0);
        rows.push_back(scoresOf(i + 2).flatten() + vectors);
    }
    return at::stack(rows);
}

void RankAllocator::choose(int64_t budget)
{
    const at::Tensor scores = importance();
    const int64_t over = scores.numel() - budget;
    if (over < 1) {
        m_kept = at::ones(scores.sizes(), scores.options().dtype(at::kBool));
        return;
    }
    const at::Tensor threshold = std::get<0>(at::kthvalue(scores.flatten(), over));
    m_kept = scores > threshold;
}

void RankAllocator::switchOff()
{
    for (int64_t target = 0; m_kept.defined() && target < targets(); ++target) {
        const at::Tensor& e = m_buffer.leaf(static_cast<std::size_t>(3 * target + 2));
        e.detach().masked_fill_(m_kept[target].logical_not().unsqueeze(1), 0);
    }
}

std::vector<ReplacedParameter> RankAllocator::memory() const
{
    const at::Tensor kept = m_kept.defined()
                                ? copyOnProcessor(m_kept.to(at::kFloat))
                                : at::full({targets(), m_settings.initR}, kUndecided, at::kFloat);
    return {{kSensitivity, copyOnProcessor(m_sensitivity)},
            {kUncertainty, copyOnProcessor(m_uncertainty)},
            {kKept, kept}};
}

void RankAllocator::remember(const std::vector<ReplacedParameter>& memory)
{
    const at::Tensor* sensitivity = findTensor(memory, kSensitivity);
    const at::Tensor* uncertainty = findTensor(memory, kUncertainty);
    const at::Tensor* kept = findTensor(memory, kKept);
    TORCH_CHECK(sensitivity != nullptr && uncertainty != nullptr && kept != nullptr,
                "the checkpoint lacks the importance of AdaLoRA's triplets");
    m_sensitivity.copy_(*sensitivity);
    m_uncertainty.copy_(*uncertainty);
    const bool isDecided = kept->min().item<float>() != kUndecided;
    m_kept = isDecided ? kept->to(m_sensitivity.device()) > 0 : at::Tensor();
}

} // namespace engine::methods::adalora
