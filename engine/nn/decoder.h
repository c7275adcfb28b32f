// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A decoder-only language model assembled from parts by a family. Token embeddings → blocks → final
// norm → output head. Compute thread only. Its stored weights are never written to; tuning methods
// act through adapters (linear()), sites (block()), virtual tokens (attach()) and trainable masks
// (parameters()).
#pragma once

#include "engine/kernels/packed_cross_entropy.h"
#include "engine/nn/block.h"
#include "engine/nn/block_stack.h"
#include "engine/nn/embedding.h"
#include "engine/nn/embedding_adapter.h"

#include <memory>
#include <string_view>
#include <vector>

namespace engine::nn {

// A parameter by its stored name ("transformer.ln_f.bias"). A trainable mask points `tensor` at a
// float32 leaf that requires grad; the model casts it to the compute dtype where it is used. Linear
// weights are [out, in] for every kind.
struct Parameter
{
    std::string name;
    const ModuleSpec* module = nullptr;
    at::Tensor* tensor = nullptr;
    at::Tensor* tiedTensor = nullptr; // of an embedding: the head's weight when that shares it
};

class Decoder
{
public:
    struct Parts
    {
        Blueprint blueprint;
        Embedding tokenEmbedding;    // [vocabulary, hidden]
        Embedding positionEmbedding; // [context, hidden]; undefined with rotary positions
        double embeddingScale = 1;   // of token embeddings, rounded to the compute dtype
        std::vector<std::unique_ptr<Rotary>> rotaries; // that blocks refer to
        std::vector<Block> blocks;
        std::unique_ptr<Norm> finalNorm;
        std::unique_ptr<Linear> head;
        double logitCap = 0; // logits become cap · tanh(logit / cap); 0: none
    };

    // `dtype`: what activations are computed in.
    Decoder(Parts parts, at::ScalarType dtype);

    // ids int64 [tokens] → hidden states after the final norm [tokens, hidden]. Virtual tokens have
    // no row, but the last infix token stands for the last token of the prompt before it: row i
    // always predicts token i + 1.
    at::Tensor hidden(const at::Tensor& ids, const Pass& pass) const;

    // hidden [tokens, hidden] → [tokens, vocabulary], in the compute dtype.
    at::Tensor logits(const at::Tensor& hidden, const Pass& pass) const;

    // Cross-entropy summed over the tokens whose target is not −100, label-smoothed by `smoothing`
    // (kernels/cross_entropy.h). targets int64 [tokens]. With a frozen head the logits never exist
    // as a whole.
    kernels::TokenLoss loss(const at::Tensor& hidden,
                            const at::Tensor& targets,
                            const Pass& pass,
                            double smoothing = 0) const;
    // The same without a wait for the device; the head is frozen.
    kernels::TokenLoss loss(const at::Tensor& hidden,
                            const kernels::PlacedTargets& targets,
                            const Pass& pass,
                            double smoothing = 0) const;
    bool isHeadFrozen() const;

    // Negative log-likelihood per token, float32 [tokens], 0 where the target is −100. Without
    // gradients.
    at::Tensor
    tokenNll(const at::Tensor& hidden, const at::Tensor& targets, const Pass& pass) const;

    const Blueprint& blueprint() const { return m_parts.blueprint; }
    const Parts& parts() const { return m_parts; }
    // Packed copies of the frozen weights, made at first use and freed with the model.
    PackedWeights& packed() const { return *m_packed; }
    at::ScalarType dtype() const { return m_dtype; }
    // Where its weights are; token ids and positions may come from the processor all the same.
    at::Device device() const { return m_parts.tokenEmbedding.device(); }
    Block& block(int64_t layer) { return m_parts.blocks[static_cast<std::size_t>(layer)]; }

    // Virtual tokens in every sequence; a decoder has one set of them at most. Not owned.
    void attach(const VirtualTokens* tokens);
    void detach(const VirtualTokens* tokens);
    const VirtualTokens* virtualTokens() const { return m_virtualTokens; }
    // Whether modules stand at its sites or tokens in its sequences: what they compute from
    // lengths and seeds is made on the processor, pass by pass.
    bool hasAdditions() const;
    // Positions that virtual tokens take in every sequence.
    int64_t virtualCount() const
    {
        return m_virtualTokens == nullptr ? 0 : m_virtualTokens->count();
    }
    // Longest text in tokens: what virtual tokens leave of the blueprint's context.
    int64_t textContext() const { return m_parts.blueprint.context - virtualCount(); }

    // The embedding of that module name, of tokens or positions. Throws c10::Error where there is
    // none.
    const Embedding& embedding(std::string_view name) const;
    // The layer of that module name, or null.
    Linear* linear(std::string_view name);
    std::vector<Linear*> linears();
    // Updates of the embedding of that module name; several add up.
    void attach(std::string_view embedding, const EmbeddingAdapter* adapter);
    void detach(const EmbeddingAdapter* adapter);
    using EmbeddingAdapters = std::vector<const EmbeddingAdapter*>;
    const EmbeddingAdapters& tokenAdapters() const { return m_tokenAdapters; }
    const EmbeddingAdapters& positionAdapters() const { return m_positionAdapters; }
    // Every stored parameter once, in blueprint order; a tied head is not listed apart, and a
    // quantised weight not at all.
    std::vector<Parameter> parameters();
    // The modules whose weights are quantised; with a tied head both it and the embedding.
    std::vector<const ModuleSpec*> quantizedModules();

private:
    at::Tensor throughBlock(int64_t layer, const at::Tensor& x, const Pass& pass) const;
    bool isHeadPackable(const at::Tensor& hidden) const;
    // A table's rows for `ids` with their updates, in the compute dtype.
    at::Tensor updated(at::Tensor rows,
                       const at::Tensor& ids,
                       const EmbeddingAdapters& adapters,
                       const Pass& pass) const;
    at::Tensor embedded(const at::Tensor& ids, const Pass& pass) const;
    kernels::PackedHead packedHead(const at::Tensor& hidden) const;

    Parts m_parts;
    at::ScalarType m_dtype;
    EmbeddingAdapters m_tokenAdapters;
    EmbeddingAdapters m_positionAdapters;
    std::unique_ptr<PackedWeights> m_packed;
    std::unique_ptr<Threads> m_threads;
    std::unique_ptr<BlockStack> m_stack;
    std::shared_ptr<kernels::HeadRoom> m_headRoom; // of a head that is not kept
    const VirtualTokens* m_virtualTokens = nullptr;
};

} // namespace engine::nn
