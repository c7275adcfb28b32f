// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One low-rank update attached to a linear layer: y = W x + scale · B A dropout(x).
// Compute thread only. Shares A and B with whoever trains or loaded them.
#pragma once

#include "engine/nn/adapter.h"

#include <string>

namespace engine::methods {

// Gives the update its dropout stream in this pass, by name; none outside training.
void placeDropout(kernels::LowRank& update, const std::string& name, const nn::Pass& pass);

class LowRankAdapter final : public nn::Adapter
{
public:
    //   name    names the dropout stream
    //   update  a [rank, in], b [rows, rank]; its dropout applies in training passes only
    LowRankAdapter(std::string name, kernels::LowRank update);

    std::optional<kernels::LowRank> lowRank(const nn::Pass& pass) const override;
    at::Tensor
    forward(const at::Tensor& x, const at::Tensor& base, const nn::Pass& pass) const override;

    // Replaces the factor of B A; 0 switches the update off.
    void setScale(double scale) { m_update.scale = scale; }
    // From now on only the first `rank` rows of A and columns of B, times `scale`.
    void useRank(int64_t rank, double scale);

private:
    std::string m_name;
    kernels::LowRank m_update;
    int64_t m_rank; // in use
};

} // namespace engine::methods
