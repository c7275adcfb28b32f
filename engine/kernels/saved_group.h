// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Carries the shape of a linear group (slices, scales, seeds) from a Function's forward to its
// backward. Its tensors go through save_for_backward and empty ones stand in for them here.
#pragma once

#include "engine/kernels/linear_group.h"

#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>

namespace engine::kernels {

class SavedGroup : public torch::CustomClassHolder
{
public:
    explicit SavedGroup(const std::vector<FrozenMatrix>& group)
        : m_parameterCount(groupParameters(group).size()),
          m_group(withParameters(group, std::vector<Tensor>(m_parameterCount, at::empty({0}))))
    {
    }

    static at::IValue keep(const std::vector<FrozenMatrix>& group)
    {
        return at::IValue::make_capsule(c10::make_intrusive<SavedGroup>(group));
    }
    // Valid as long as the value.
    static const SavedGroup& of(const at::IValue& value)
    {
        return static_cast<const SavedGroup&>(*value.toCapsule());
    }

    const std::vector<FrozenMatrix>& group() const { return m_group; }
    size_t parameterCount() const { return m_parameterCount; }

private:
    size_t m_parameterCount;
    std::vector<FrozenMatrix> m_group;
};

} // namespace engine::kernels
