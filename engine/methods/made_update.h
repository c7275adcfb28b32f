// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A low-rank update whose factors are made anew in every pass from what is trained: gradients flow
// through them. Compute thread only.
#pragma once

#include "engine/nn/adapter.h"

#include <functional>
#include <string>
#include <utility>

namespace engine::methods {

class MadeUpdate final : public nn::Adapter
{
public:
    // a [rank, in] and b [rows, rank], float32.
    using Make = std::function<std::pair<at::Tensor, at::Tensor>()>;
    //   name    names the dropout stream
    //   update  scale, rows and dropout
    MadeUpdate(std::string name, kernels::LowRank update, Make make)
        : m_name(std::move(name)), m_update(std::move(update)), m_make(std::move(make))
    {
    }

    std::optional<kernels::LowRank> lowRank(const nn::Pass& pass) const override;
    at::Tensor forward(const at::Tensor&, const at::Tensor& base, const nn::Pass&) const override
    {
        return base; // the update is low-rank and already in `base`
    }

private:
    std::string m_name;
    kernels::LowRank m_update;
    Make m_make;
};

} // namespace engine::methods
