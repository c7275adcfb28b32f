// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One token through all blocks, in parts that meet twice a block: each part owns some key heads
// with their queries, some features of the MLP and of the head, and a copy of the residual stream;
// what it adds to the stream is the product of its own columns alone, and the parts' sums are
// exchanged. Source: Shoeybi et al. 2019 (Megatron-LM), section 3. Results depend on the number of
// parts, not on the threads that work on them.
#pragma once

#include "engine/kernels/spin_team.h"
#include "engine/kernels/step_barrier.h"
#include "engine/nn/decode_cache.h"
#include "engine/nn/decode_plan.h"

#include <vector>

namespace engine::nn {

class DecodeToken
{
public:
    // Plan and cache outlive it.
    DecodeToken(const DecodePlan& plan, DecodeCache& cache, int64_t hidden, int parts);

    int parts() const { return static_cast<int>(m_parts.size()); }

    // Appends the token of embedding x, float32 [hidden], at `position`, for which the cache has
    // room; its logits. `team` has a thread for each part, or is null.
    void next(const float* x, int64_t position, kernels::SpinTeam* team, float* logits);
    // The logits of the stream x behind the last block.
    void head(const float* x, kernels::SpinTeam* team, float* logits);

private:
    // A row in the two forms that products read.
    struct Row
    {
        kernels::AlignedBuffer floats;
        kernels::AlignedBuffer halves; // empty when the packed type is float32

        void reserve(int64_t width, kernels::PackedType type);
        float* data() const { return floats.as<float>(); }
    };
    struct Part
    {
        kernels::Share keyHeads;
        kernels::Share innerPanels; // of the MLP
        kernels::Share headPanels;
        Row normed, queries, scores, mixed, activated;
        kernels::AlignedBuffer residual, added, projected, headMixed, factors, wide, lowRank;
    };

    void run(std::size_t first, kernels::SpinTeam* team);
    void perform(std::size_t step, int part);
    void attend(const PlannedBlock& block, int64_t layer, int part);
    // The heads of one key head.
    void attendHeads(const PlannedBlock& block, int64_t layer, int64_t keyHead, Part& part);
    void mix(const PlannedBlock& block, int part);
    void multiplyHead(int part);

    // Adds what all parts have left in that step, normed where the block does so.
    void collect(std::size_t step, Part& part);
    void addSums(std::size_t step, float* to) const;
    void normalise(const PlannedNorm& norm, const PlannedGroup& next, Part& part);
    // Panels of a group times a whole row, and the low-rank updates of their features.
    void multiply(
        const PlannedGroup& group, const Row& x, kernels::Share panels, const Part& part, float* y);
    // All features times the row's columns alone.
    void leave(const PlannedGroup& group, const Row& x, kernels::Share columns, int part, float* y);
    void project(const PlannedGroup& group, const float* x, kernels::Share columns, float* lowRank);
    void expand(const PlannedGroup& group, kernels::Share features, const float* lowRank, float* y);
    void pack(const Row& row, kernels::Share columns) const;
    const void* packed(const Row& row) const;
    float* sums(std::size_t step, int part) const;

    const DecodePlan& m_plan;
    DecodeCache& m_cache;
    const kernels::DecodeKernels& m_kernels;
    int64_t m_hidden;
    int64_t m_stride; // of a row of the stream
    std::vector<Part> m_parts;
    kernels::AlignedBuffer m_sums; // two steps of all parts
    kernels::StepBarrier m_barrier;
    int m_calmTokens = 0; // to come, after the processors were needed elsewhere
    int m_nextCalm = 1;   // doubled by each token in a row that was held up

    // The token at work.
    std::size_t m_first = 0; // step; nothing was left before it
    const float* m_x = nullptr;
    int64_t m_position = 0;
    float* m_logits = nullptr;
};

} // namespace engine::nn
