// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What enters the first block of a decoding session: embeddings of tokens, and the virtual tokens
// among them. A row is an id, or ~i for row i of the virtual tokens. Compute thread only.
#pragma once

#include "engine/nn/decode_cache.h"
#include "engine/nn/decoder.h"

#include <span>
#include <utility>
#include <vector>

namespace engine::nn {

class DecodeInput
{
public:
    // Virtual tokens are read here and once; the decoder outlives this.
    explicit DecodeInput(const Decoder& decoder);

    // Positions before the first token.
    int64_t prefix() const { return m_prefix; }
    // Of them those that are no rows: keys and values that the method trains.
    int64_t givenKeys() const { return m_keys.empty() ? 0 : m_prefix; }
    // Puts those at the first positions of a cache that has room for them.
    void writeKeys(DecodeCache& cache) const;

    // `rows` become those of `ids`: the first behind the prefix, a prompt before the infix.
    void place(std::span<const int64_t> ids,
               bool isFirst,
               bool isPrompt,
               std::vector<int64_t>& rows) const;
    // x = what enters the first block, float32 [rows, hidden], the first at `position`.
    void embed(std::span<const int64_t> rows, int64_t position, kernels::RowsOf<float> x) const;
    // Virtual tokens' rows of x take the states trained for the block after `layer`, if any.
    void
    replaceStates(std::span<const int64_t> rows, int64_t layer, kernels::RowsOf<float> x) const;

private:
    void embedTokens(std::span<const int64_t> rows, kernels::RowsOf<float> x) const;
    void addPositions(int64_t count, int64_t position, kernels::RowsOf<float> x) const;
    // Adds what adapters make of the ids among `rows`.
    void addUpdates(const Decoder::EmbeddingAdapters& adapters,
                    std::span<const int64_t> rows,
                    kernels::RowsOf<float> x) const;

    const Decoder& m_decoder;
    int64_t m_width;
    int64_t m_prefix = 0;
    int64_t m_infix = 0;
    // By the block that reads them, float32 [count, hidden]; undefined where rows go on as they
    // are. Empty without virtual rows.
    std::vector<at::Tensor> m_states;
    // Of every block, float32 [prefix, kvHeads, headDim]; empty without.
    std::vector<std::pair<at::Tensor, at::Tensor>> m_keys;
};

} // namespace engine::nn
