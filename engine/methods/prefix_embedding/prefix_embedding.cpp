// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/prefix_embedding/prefix_embedding.h"

#include "engine/methods/placed_tokens.h"
#include "engine/methods/token_embeddings.h"

namespace engine::methods::prefix_embedding {

namespace {

struct PrefixEmbedding
{
    static constexpr std::string_view kId = "prefix_embedding";

    using Settings = PlacedTokensSettings;

    static contract::Schema<Settings> schema() { return placedTokensSchema(); }

    // Count: hidden · (prefix + infix).
    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return {{"token_embeddings", {settings.count(), blueprint.hiddenSize}, 1, true}};
    }

    static void initialise(nn::ParameterBuffer& buffer,
                           const Settings& settings,
                           const nn::Decoder& decoder,
                           uint64_t seed)
    {
        const at::Tensor tokens = startTokens(settings.count(), decoder, seed);
        buffer.leaf(0).detach().copy_(startEmbeddings(tokens, decoder));
    }

    static std::unique_ptr<Applied> apply(const Settings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
    {
        return std::make_unique<AppliedTokens>(
            decoder,
            std::make_unique<TokenEmbeddings>(tensors.front(), settings.infixTokens),
            scale);
    }
};

} // namespace

const Method kPrefixEmbedding = [] {
    Method method = tokensMethod<PrefixEmbedding>(
        LS_TEXT("Prefix-embedding tuning"),
        LS_TEXT("Trains tokens that stand before every text and between prompt and answer"),
        nullptr);
    method.paper = "Hu et al. 2021";
    return method;
}();

} // namespace engine::methods::prefix_embedding
