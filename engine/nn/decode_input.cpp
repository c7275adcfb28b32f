// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_input.h"

#include "engine/kernels/profile.h"
#include "engine/nn/decode_plan.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <numeric>

namespace engine::nn {

namespace {

using kernels::RowsOf;

// Adds row `index` of a [rows, width] weight to x, or puts it there.
void takeRow(const at::Tensor& weight, int64_t index, bool adds, float* x)
{
    const int64_t width = weight.size(1);
    const int64_t stride = weight.stride(1);
    const auto take = [&](const auto* data) {
        const auto* row = data + index * weight.stride(0);
        for (int64_t i = 0; i < width; ++i) {
            const auto value = static_cast<float>(row[i * stride]);
            x[i] = adds ? x[i] + value : value;
        }
    };
    switch (weight.scalar_type()) {
    case at::kFloat:
        return take(weight.const_data_ptr<float>());
    case at::kBFloat16:
        return take(weight.const_data_ptr<c10::BFloat16>());
    default:
        return take(weight.const_data_ptr<c10::Half>());
    }
}

void takeToken(const Embedding& table, int64_t id, float* x)
{
    if (table.isQuantized()) {
        const int64_t width = table.width();
        kernels::unpackRows(*table.quantized(), id, 1, 0, width, at::kFloat, x, width);
    } else {
        takeRow(table.weight(), id, false, x);
    }
}

bool isVirtual(int64_t row)
{
    return row < 0;
}

} // namespace

DecodeInput::DecodeInput(const Decoder& decoder)
    : m_decoder(decoder), m_width(decoder.blueprint().hiddenSize)
{
    const VirtualTokens* const tokens = decoder.virtualTokens();
    if (tokens == nullptr) {
        return;
    }
    m_infix = tokens->infixCount();
    m_prefix = tokens->count() - m_infix;
    const int64_t layers = decoder.blueprint().layers;
    if (tokens->embeddings().defined()) {
        m_states.push_back(floatsOf(tokens->embeddings()));
        for (int64_t layer = 0; layer + 1 < layers; ++layer) {
            m_states.push_back(floatsOf(tokens->stateAfterBlock(layer)));
        }
        return;
    }
    for (int64_t layer = 0; layer < layers; ++layer) {
        const auto [keys, values] = tokens->prefix(layer);
        m_keys.emplace_back(floatsOf(keys), floatsOf(values));
    }
}

void DecodeInput::writeKeys(DecodeCache& cache) const
{
    for (std::size_t layer = 0; layer < m_keys.size(); ++layer) {
        const auto& [keys, values] = m_keys[layer];
        const int64_t heads = keys.size(1);
        const int64_t headDim = keys.size(2);
        for (int64_t head = 0; head < heads; ++head) {
            const auto rows = [&](const at::Tensor& all) {
                return RowsOf<const float>{all.const_data_ptr<float>() + head * headDim,
                                           heads * headDim};
            };
            cache.write(static_cast<int64_t>(layer), head, 0, m_prefix, rows(keys), rows(values));
        }
    }
}

void DecodeInput::place(std::span<const int64_t> ids,
                        bool isFirst,
                        bool isPrompt,
                        std::vector<int64_t>& rows) const
{
    rows.clear();
    const auto placeVirtual = [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            rows.push_back(~row);
        }
    };
    if (isFirst && !m_states.empty()) {
        placeVirtual(0, m_prefix);
    }
    rows.insert(rows.end(), ids.begin(), ids.end());
    if (isPrompt) {
        placeVirtual(m_prefix, m_prefix + m_infix);
    }
}

void DecodeInput::embed(std::span<const int64_t> rows, int64_t position, RowsOf<float> x) const
{
    const kernels::ProfileScope scope(kernels::Part::Embedding);
    embedTokens(rows, x);
    replaceStates(rows, -1, x);
    if (m_decoder.parts().positionEmbedding.isDefined()) {
        addPositions(static_cast<int64_t>(rows.size()), position, x);
    }
}

void DecodeInput::embedTokens(std::span<const int64_t> rows, RowsOf<float> x) const
{
    const Decoder::Parts& parts = m_decoder.parts();
    const auto forTokens = [&](auto work) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!isVirtual(rows[i])) {
                work(rows[i], x.row(static_cast<int64_t>(i)));
            }
        }
    };
    forTokens([&](int64_t id, float* row) { takeToken(parts.tokenEmbedding, id, row); });
    addUpdates(m_decoder.tokenAdapters(), rows, x);
    if (parts.embeddingScale != 1) {
        const auto scale = static_cast<float>(parts.embeddingScale);
        forTokens([&](int64_t, float* row) {
            std::for_each_n(row, m_width, [scale](float& value) { value *= scale; });
        });
    }
}

void DecodeInput::addPositions(int64_t count, int64_t position, RowsOf<float> x) const
{
    const at::Tensor& weight = m_decoder.parts().positionEmbedding.weight();
    for (int64_t row = 0; row < count; ++row) {
        takeRow(weight, position + row, true, x.row(row));
    }
    if (!m_decoder.positionAdapters().empty()) {
        std::vector<int64_t> positions(static_cast<std::size_t>(count));
        std::iota(positions.begin(), positions.end(), position);
        addUpdates(m_decoder.positionAdapters(), positions, x);
    }
}

void DecodeInput::addUpdates(const Decoder::EmbeddingAdapters& adapters,
                             std::span<const int64_t> rows,
                             RowsOf<float> x) const
{
    if (adapters.empty()) {
        return;
    }
    const at::NoGradGuard noGrad;
    std::vector<int64_t> ids;
    std::vector<float*> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!isVirtual(rows[i])) {
            ids.push_back(rows[i]);
            places.push_back(x.row(static_cast<int64_t>(i)));
        }
    }
    for (const EmbeddingAdapter* adapter : adapters) {
        const at::Tensor updates =
            adapter->forward(at::tensor(ids, at::kLong), Pass()).to(at::kFloat).contiguous();
        const auto* update = updates.const_data_ptr<float>();
        for (float* const row : places) {
            for (int64_t i = 0; i < m_width; ++i) {
                row[i] += *update++;
            }
        }
    }
}

void DecodeInput::replaceStates(std::span<const int64_t> rows, int64_t layer, RowsOf<float> x) const
{
    const auto next = static_cast<std::size_t>(layer + 1);
    if (next >= m_states.size() || !m_states[next].defined()) {
        return;
    }
    const float* const states = m_states[next].const_data_ptr<float>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (isVirtual(rows[i])) {
            std::copy_n(states + ~rows[i] * m_width, m_width, x.row(static_cast<int64_t>(i)));
        }
    }
}

} // namespace engine::nn
