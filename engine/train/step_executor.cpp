// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_executor.h"

#include "engine/device/memory.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/registry.h"
#include "engine/train/recorded_steps.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace engine::train {

StepGradient LaunchedSteps::gradients(const std::vector<objectives::TokenBatch>& batches,
                                      int64_t trained)
{
    m_parts.tuning.parameters().gradients().zero_();
    StepGradient result;
    for (const objectives::TokenBatch& batch : batches) {
        const kernels::TokenLoss part = m_parts.objective.loss(m_parts.decoder, batch);
        at::Tensor mean = part.lossSum / static_cast<double>(std::max<int64_t>(trained, 1));
        {
            const kernels::ProfileBackward direction;
            mean.backward();
        }
        result.loss += mean.item<double>();
        result.correct += part.correct;
    }
    m_parts.tuning.addGradients();
    result.norm = m_parts.optimizer.clipGradients();
    return result;
}

void LaunchedSteps::update(double learningRate)
{
    m_parts.optimizer.step(learningRate, m_parts.tuning.partialUpdates());
}

std::string LaunchedSteps::description() const
{
    return m_parts.decoder.device().is_cpu()
               ? std::string()
               : "steps launched part by part: " + whyNotRecordable(m_parts);
}

std::unique_ptr<StepExecutor> makeStepExecutor(const StepParts& parts)
{
    if (!whyNotRecordable(parts).empty()) {
        return std::make_unique<LaunchedSteps>(parts);
    }
    return std::make_unique<RecordedSteps>(parts);
}

int64_t memoryBytes(at::Device device)
{
    return device.is_cpu() ? static_cast<int64_t>(device::residentBytes())
                           : kernels::deviceKernels().peakBytes(device);
}

} // namespace engine::train
