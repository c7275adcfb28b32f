// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Different adapters for different sequences of one pass: the frozen product is made once for all
// rows, every update for the rows of its own sequences. Compute thread only.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/nn/decoder.h"

#include <memory>
#include <vector>

namespace engine::adapters {

class AdapterBatch
{
public:
    // An adapter as it fits the model, and its weight. Without whole parameters, tensors of its own
    // and further methods: those belong to no row (LoadedAdapter).
    struct Member
    {
        const methods::AdapterState* state = nullptr;
        double scale = 1;
    };
    using Set = std::vector<Member>; // what works together on a sequence; empty: the base

    // The decoder must outlive this.
    AdapterBatch(nn::Decoder& decoder, const std::vector<Set>& sets);
    AdapterBatch(const AdapterBatch&) = delete;
    AdapterBatch& operator=(const AdapterBatch&) = delete;
    ~AdapterBatch();

    // Sequence i of the passes that follow runs with set choices[i].
    void assign(std::vector<std::size_t> choices) { m_choices = std::move(choices); }

    // Whether the adapter can share a pass with others.
    static bool canShare(const methods::AdapterState& state)
    {
        return state.replaced.empty() && state.scales.empty() && state.with.empty()
               && (state.own.empty() || state.isDerived);
    }

private:
    class LinearUpdate;
    class EmbeddingUpdate;

    // The rows, of `count` in all, that belong to sequences of this set: tokens of the pass, or one
    // row per sequence. int64, on the decoder's device.
    at::Tensor rowsOf(std::size_t set, const nn::Pass& pass, int64_t count) const;

    nn::Decoder& m_decoder;
    std::vector<std::size_t> m_choices;
    std::vector<std::pair<nn::Linear*, std::unique_ptr<LinearUpdate>>> m_linears;
    std::vector<std::unique_ptr<EmbeddingUpdate>> m_embeddings;
};

} // namespace engine::adapters
