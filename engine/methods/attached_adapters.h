// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Adapters of linear layers that a method owns: attached one by one, detached together. Compute
// thread only. The layers must outlive it.
#pragma once

#include "engine/methods/method.h"
#include "engine/nn/linear.h"

#include <memory>
#include <utility>
#include <vector>

namespace engine::methods {

class AttachedAdapters final : public Applied
{
public:
    AttachedAdapters() = default;
    AttachedAdapters(const AttachedAdapters&) = delete;
    AttachedAdapters& operator=(const AttachedAdapters&) = delete;
    ~AttachedAdapters() override
    {
        for (const auto& [layer, adapter] : m_adapters) {
            layer->detach(adapter.get());
        }
    }

    void attach(nn::Linear& layer, std::unique_ptr<nn::Adapter> adapter)
    {
        layer.attach(adapter.get());
        m_adapters.emplace_back(&layer, std::move(adapter));
    }

private:
    std::vector<std::pair<nn::Linear*, std::unique_ptr<nn::Adapter>>> m_adapters;
};

} // namespace engine::methods
