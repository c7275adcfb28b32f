// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The head's loss of cross_entropy.h over packed weights, in one parallel region: threads take
// rows, in chunks whose logits stay near; of a head that no copy is kept of see unpacked_head.h.
// The gradient is made in the forward. Of a head that is trained itself the logits' gradient is
// kept, and the backward adds the weight's to where its leaf keeps it (weight_gradient.h).
#pragma once

#include "engine/kernels/cross_entropy.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/pool_team.h"
#include "engine/kernels/unpacked_panels.h"

namespace engine::kernels {

struct HeadRoom;

struct PackedHead
{
    const PackedMatrix* forOutput = nullptr; // features: the vocabulary
    const PackedMatrix* forInput = nullptr;  // may be null without gradients
    const float* bias = nullptr;             // [features], or null
    int64_t vocabulary = 0;
    // Instead of both matrices: a weight in this machine's memory that is unpacked into `room`.
    StoredWeight stored = {};
    HeadRoom* room = nullptr; // null: it is not. Outlives every graph.
    Tensor trained = {}; // the leaf, float32 [vocabulary, width], of one that is; it has a room
};

// As frozenHeadCrossEntropy; hidden [tokens, width] in the packed type, on the CPU. Saves the same;
// of a trained head elementSize · (vocabulary + width) bytes per trained token more.
TokenLoss packedHeadCrossEntropy(const Tensor& hidden,
                                 const PackedHead& head,
                                 const Tensor& targets,
                                 PoolTeam& team,
                                 const LossForm& form = {});

// As tokenNll.
Tensor packedHeadNll(const Tensor& hidden,
                     const PackedHead& head,
                     const Tensor& targets,
                     PoolTeam& team,
                     double cap = 0);

} // namespace engine::kernels
