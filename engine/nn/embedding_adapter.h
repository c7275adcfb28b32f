// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The seam through which tuning methods change an embedding: what is added to the rows that are
// looked up. Compute thread only. The decoder keeps plain pointers; who attached them owns them and
// outlives the pass.
#pragma once

#include "engine/nn/pass.h"

namespace engine::nn {

class EmbeddingAdapter
{
public:
    virtual ~EmbeddingAdapter() = default;

    // ids int64 [tokens], in the order of the pass → float32 [tokens, width], added to the rows
    // before the model scales them.
    virtual at::Tensor forward(const at::Tensor& ids, const Pass& pass) const = 0;
};

} // namespace engine::nn
