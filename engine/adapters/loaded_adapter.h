// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An adapter at work on a decoder: attached, scaled, detached. The base weights are never written
// to, so switching costs nothing but pointers. Compute thread only.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/methods/method.h"
#include "engine/methods/nested_ranks.h"
#include "engine/nn/decoder.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace engine::adapters {

class LoadedAdapter
{
public:
    // Attaches `state` to the decoder, its effect times `scale`. The decoder must outlive this.
    // A replaced parameter W' counts as W + scale · (W' − W), a factor f as 1 + scale · (f − 1): a
    // scaled module gets weights of its own meanwhile, unless they are quantised. Of DoRA the scale
    // is that of B A alone, as in PEFT: with 0 the rows still have their learnt lengths. Throws
    // Failure(unsupported) for virtual tokens where there are some already, or with a scale, and
    // for replaced weights that this base keeps quantised.
    LoadedAdapter(nn::Decoder& decoder, const methods::AdapterState& state, double scale);
    LoadedAdapter(const LoadedAdapter&) = delete;
    LoadedAdapter& operator=(const LoadedAdapter&) = delete;
    // Several on one decoder go in the reverse order: each puts back what it found.
    ~LoadedAdapter();

    // Its updates as a set that works at every rank, or null where the method does not nest them.
    // Of several trained together, those of the one that does.
    methods::NestedRanks* nestedRanks();

private:
    void requireDense(const methods::AdapterState& state) const;
    void attachUpdate(nn::Linear& layer, const methods::LowRankFactors& factors, double scale);
    void scaleModule(nn::Linear& layer, const methods::ModuleScale& factors, double scale);
    void replaceParameters(const methods::AdapterState& state, double scale);
    void replace(at::Tensor& tensor, const at::Tensor& value, double scale);

    nn::Decoder& m_decoder;
    std::vector<std::unique_ptr<nn::EmbeddingAdapter>> m_embeddings;
    std::vector<std::pair<nn::Linear*, std::unique_ptr<nn::Adapter>>> m_updates;
    methods::NestedRanks m_ranks;
    bool m_isNested;
    std::vector<std::pair<at::Tensor*, at::Tensor>> m_replaced; // where, and what stood there
    std::unique_ptr<methods::Applied> m_own;                    // what the method adds itself
    std::vector<std::unique_ptr<LoadedAdapter>> m_with;         // of the methods trained with it
};

// "DIR" or "DIR:scale": split at the last colon only if a number follows and the whole is not an
// existing path.
struct AdapterArgument
{
    std::filesystem::path path;
    double scale = 1;
};
AdapterArgument parseAdapterArgument(const std::string& text);

} // namespace engine::adapters
