// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One pass through a run of standard blocks: the plan, its rows and the threads' workers. Threads
// take whole sequences where that balances; otherwise every stage is shared out by rows and heads.
// Sums are added in the order of the threads: bit-reproducible for a fixed number of them. Where
// panels are not kept, all threads make those of a block before they compute it.
#pragma once

#include "engine/kernels/pool_team.h"
#include "engine/nn/stack_worker.h"

#include <ATen/core/Tensor.h>

namespace engine::nn {

class PackedBottleneck;
class UnpackedBlock;

// What does not depend on the computing type.
class StackStep
{
public:
    StackStep();
    StackStep(const StackStep&) = delete;
    StackStep& operator=(const StackStep&) = delete;
    virtual ~StackStep();

    // x [tokens, hidden] → [tokens, hidden], contiguous, of the computing type.
    // The team outlives the backward.
    virtual at::Tensor forward(const at::Tensor& x, kernels::PoolTeam& team) = 0;
    // The gradient of x (undefined unless needed) and, in the order of parameters(), of each.
    virtual std::vector<at::Tensor> backward(const at::Tensor& gradient) = 0;

    // What is trained (stack_gradients.h).
    std::vector<at::Tensor> parameters() const;

    StackPlan& plan() { return m_plan; }
    // int64 [tokens], kept to the backward.
    void setPositions(const at::Tensor& positions)
    {
        m_positions = positions.contiguous();
        m_plan.positions = m_positions.const_data_ptr<int64_t>();
    }
    // Where the plan has panels made, kept to the backward; null: nowhere.
    void setRoom(std::shared_ptr<UnpackedBlock> room) { m_room = std::move(room); }
    // The updates of each block's products; the plan points at them.
    std::vector<std::array<std::unique_ptr<LowRankGroup>, kProducts>>& lowRanks()
    {
        return m_lowRanks;
    }
    // The modules at each block's sites, null where none stands; likewise.
    std::vector<std::array<std::unique_ptr<PackedBottleneck>, 2>>& sites() { return m_sites; }

    static std::unique_ptr<StackStep> make(kernels::PackedType type);

protected:
    StackPlan m_plan;
    at::Tensor m_positions;
    std::shared_ptr<UnpackedBlock> m_room;
    std::vector<std::array<std::unique_ptr<LowRankGroup>, kProducts>> m_lowRanks;
    std::vector<std::array<std::unique_ptr<PackedBottleneck>, 2>> m_sites;
};

} // namespace engine::nn
