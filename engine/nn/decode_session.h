// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One sequence decoded with a standard decoder without LibTorch's operators: packed weights, keys
// and values in panels, nothing allocated per token. Prompts go through the packed products in
// blocks of rows, single tokens through DecodeToken. Owned and called by one thread; its
// helpers end with it. Equal to Decoder::hidden + logits within rounding, and to itself for a
// number of threads; with bfloat16 the residual stream and the sums stay in float32.
#pragma once

#include "engine/kernels/cached_attention.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/spin_team.h"
#include "engine/nn/decode_cache.h"
#include "engine/nn/decode_input.h"
#include "engine/nn/decode_plan.h"
#include "engine/nn/decode_token.h"

#include <map>
#include <memory>
#include <span>

namespace engine::nn {

class DecodeSession
{
public:
    // At most `capacity` tokens, which must not be above the model's context for text. Requires
    // isPlannable(decoder, capacity); the decoder outlives the session and keeps its adapters
    // and virtual tokens meanwhile.
    DecodeSession(const Decoder& decoder, int64_t capacity);
    DecodeSession(const DecodeSession&) = delete;
    DecodeSession& operator=(const DecodeSession&) = delete;

    // Appends `ids`: at least one, of the vocabulary, within the capacity (c10::Error otherwise).
    // The first call ends the prompt, behind which an infix of virtual tokens stands. Returns the
    // logits after the last of them, float32 [vocabulary], valid until the next call.
    std::span<const float> next(std::span<const int64_t> ids);

    int64_t length() const { return m_length; } // positions so far, those of virtual tokens too

    // Goes on behind the first `length` tokens of the prompt, or without virtual tokens of all
    // text, of the session that released `cache`: one of this decoder with the adapters it has now.
    // Before the first token.
    void resume(DecodeCache cache, int64_t length);
    // Keys and values so far; no token follows.
    DecodeCache release() { return std::move(m_cache); }

private:
    // Rows in the two forms that products read: float32 for low-rank factors, packed for weights.
    struct Rows
    {
        kernels::AlignedBuffer floats;
        kernels::AlignedBuffer halves; // empty when the packed type is float32
        int64_t stride = 0;

        void reserve(int64_t rows, int64_t width, kernels::PackedType type);
        float* floatRow(int64_t row) const { return floats.as<float>() + row * stride; }
        const void* packedRow(int64_t row) const;
    };
    // The rows at work, of the sequence from `position` on. Those before `first` are not needed any
    // more: only the last row of a prompt is read behind the last layer's keys and values.
    struct Block
    {
        std::span<const int64_t> ids; // of its rows (decode_input.h)
        int64_t position = 0;
        int threads = 1;
        int64_t first = 0;

        int64_t rows() const { return static_cast<int64_t>(ids.size()); }
        int64_t needed() const { return rows() - first; }
    };

    void reserve(int64_t rows, int64_t length);
    // The block through all layers; its last row alone where the prompt ends, else none.
    void forwardRows(bool isEnd);
    kernels::SpinTeam* team();
    void readRows(int64_t layer);
    void mixRows(int64_t layer);

    // work(begin, end, thread) over [0, count), cut into pieces for the team.
    template <typename Work>
    void split(int64_t count, int64_t least, Work work);
    // The same over panels, which are multiplied strip by strip: none is cut.
    template <typename Work>
    void splitPanels(int64_t panels, Work work);
    // work(begin, end) over the needed rows.
    template <typename Work>
    void splitRows(Work work);

    void normaliseRows(const PlannedNorm& norm, const PlannedGroup& group);
    void packRow(const Rows& rows, int64_t row, kernels::Share columns) const;
    void projectRow(const PlannedGroup& group, const Rows& rows, int64_t row);
    void projectRows(const PlannedGroup& group, const Rows& rows);
    // y (+)= the group's layers for the needed rows of `input`, the features of some panels.
    struct Target
    {
        float* y;
        int64_t stride;
        bool adds;
    };
    void multiply(const PlannedGroup& group,
                  const Rows& input,
                  kernels::Share panels,
                  const Target& target,
                  int thread);
    void multiplyUnpacked(const PlannedGroup& group,
                          kernels::PackedProduct product,
                          kernels::Share panels,
                          int thread);
    void multiplyAll(const PlannedGroup& group, const Rows& input, const Target& target);
    // The stream += the group's layers for the needed rows of `input`.
    void addOutput(const PlannedGroup& group, const PlannedSum& sum, const Rows& input);
    void expandRow(const PlannedGroup& group, kernels::Share features, int64_t row, float* y);
    void multiplyMlp(const PlannedBlock& block, kernels::Share panels, int thread);

    void attend(int64_t layer);
    void appendHead(int64_t layer, int64_t head);
    // A key head with the queries that share it.
    void attendRows(int64_t layer, int64_t head, kernels::Share rows, int thread);

    const Decoder& m_decoder;
    const kernels::DecodeKernels& m_kernels;
    const kernels::PackedKernels& m_products;
    DecodePlan m_plan;
    DecodeInput m_input;
    DecodeCache m_cache;
    int64_t m_capacity; // positions
    int64_t m_length = 0;
    bool m_isPromptRead = false;
    std::vector<int64_t> m_ids; // of the rows at work
    std::size_t m_weightBytes;
    int m_threads;
    std::unique_ptr<kernels::SpinTeam> m_team; // made when first worth it
    DecodeToken m_token;
    Block m_block;

    int64_t m_rows = 0; // the buffers hold
    Rows m_normed;      // input of attention and MLP
    Rows m_mixed;       // output of attention
    Rows m_activated;   // input of the MLP's second half
    kernels::AlignedBuffer m_residual;
    kernels::AlignedBuffer m_added;     // what changes before it joins the residual
    kernels::AlignedBuffer m_projected; // q, k, v
    kernels::AlignedBuffer m_wide;      // gate and up
    kernels::AlignedBuffer m_inner;     // low-rank products and inner rows of sites
    kernels::AlignedBuffer m_logits;
    int64_t m_hiddenStride;
    int64_t m_innerStride;
    std::vector<kernels::CachedAttention> m_attention; // one per thread
    // Of each thread, by their depth: a few panels of quantised layers.
    std::vector<std::map<int64_t, kernels::PackedMatrix>> m_unpacked;
};

template <typename Work>
void DecodeSession::split(int64_t count, int64_t least, Work work)
{
    // More pieces than threads, so that a thread that lags holds little back.
    constexpr int64_t kPiecesPerThread = 4;
    const int64_t pieces =
        std::max<int64_t>(1, std::min(count / least, m_block.threads * kPiecesPerThread));
    if (m_block.threads == 1 || pieces == 1) {
        work(0, count, 0);
        return;
    }
    // Those of a thread usually lie behind each other, as products fetch ahead.
    const int64_t runs = pieces % m_block.threads == 0 ? m_block.threads : 1;
    m_team->each(pieces, [&](int64_t ticket, int thread) {
        const int64_t piece = ticket % runs * (pieces / runs) + ticket / runs;
        const kernels::Share share = kernels::shareOf(count, piece, pieces);
        work(share.begin, share.end, thread);
    });
}

template <typename Work>
void DecodeSession::splitPanels(int64_t panels, Work work)
{
    constexpr int64_t kLeastStrips = 2;
    constexpr int64_t kStrip = kernels::kStripPanels;
    split(
        (panels + kStrip - 1) / kStrip, kLeastStrips, [&](int64_t begin, int64_t end, int thread) {
            work(kernels::Share{begin * kStrip, std::min(end * kStrip, panels)}, thread);
        });
}

template <typename Work>
void DecodeSession::splitRows(Work work)
{
    constexpr int64_t kLeastRows = 4;
    split(m_block.needed(), kLeastRows, [&](int64_t begin, int64_t end, int) {
        work(m_block.first + begin, m_block.first + end);
    });
}

} // namespace engine::nn
