// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/prefix_layer/prefix_layer.h"

#include "engine/methods/placed_tokens.h"
#include "engine/methods/token_embeddings.h"

#include <ATen/core/grad_mode.h>

namespace engine::methods::prefix_layer {

namespace {

// states [layers, count, hidden]: what enters each block.
class States final : public nn::VirtualTokens
{
public:
    States(at::Tensor states, int64_t infix) : m_states(std::move(states)), m_infix(infix) {}
    int64_t count() const override { return m_states.size(1); }
    int64_t infixCount() const override { return m_infix; }
    at::Tensor embeddings() const override { return m_states.select(0, 0); }
    at::Tensor stateAfterBlock(int64_t layer) const override
    {
        return layer + 1 < m_states.size(0) ? m_states.select(0, layer + 1) : at::Tensor();
    }

private:
    at::Tensor m_states;
    int64_t m_infix;
};

struct PrefixLayer
{
    static constexpr std::string_view kId = "prefix_layer";

    using Settings = PlacedTokensSettings;

    static contract::Schema<Settings> schema() { return placedTokensSchema(); }

    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return {
            {"token_states", {blueprint.layers, settings.count(), blueprint.hiddenSize}, 1, true}};
    }

    // What the model makes of random tokens of its vocabulary, block by block: states of the size
    // that each block is used to.
    static void initialise(nn::ParameterBuffer& buffer,
                           const Settings& settings,
                           const nn::Decoder& decoder,
                           uint64_t seed)
    {
        const at::NoGradGuard noGrad;
        const at::Tensor tokens = startTokens(settings.count(), decoder, seed);
        nn::Pass pass = nn::packedPass({settings.count()});
        std::vector<at::Tensor> states;
        pass.states = &states;
        decoder.hidden(tokens, pass);
        const at::Tensor leaf = buffer.leaf(0).detach();
        leaf[0].copy_(startEmbeddings(tokens, decoder)); // without the positions that follow
        for (int64_t layer = 1; layer < leaf.size(0); ++layer) {
            leaf[layer].copy_(states[static_cast<std::size_t>(layer)]);
        }
    }

    static std::unique_ptr<Applied> apply(const Settings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
    {
        return std::make_unique<AppliedTokens>(
            decoder, std::make_unique<States>(tensors.front(), settings.infixTokens), scale);
    }
};

} // namespace

const Method kPrefixLayer = [] {
    Method method = tokensMethod<PrefixLayer>(
        LS_TEXT("Prefix-layer tuning"),
        LS_TEXT("Trains tokens before every text and behind its prompt, anew for every block"),
        nullptr);
    method.paper = "Hu et al. 2021";
    return method;
}();

} // namespace engine::methods::prefix_layer
