// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_batch.h"

#include "engine/adapters/embedding_update.h"
#include "engine/kernels/rescaled.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace engine::adapters {

using methods::LowRankFactors;

// One update of one linear layer, for the sequences of one set.
class AdapterBatch::LinearUpdate final : public nn::Adapter
{
public:
    LinearUpdate(const AdapterBatch& batch,
                 std::size_t set,
                 const nn::Linear& layer,
                 const LowRankFactors& factors,
                 double scale,
                 at::Device device)
        : m_batch(batch), m_set(set), m_layer(layer), m_update(factors.update(device, scale))
    {
        if (factors.bias.defined()) {
            m_bias = factors.bias.to(device) * m_update.scale;
        }
        if (factors.magnitude.defined()) {
            m_magnitude = factors.magnitude.to(device);
            m_norms.emplace(m_update.rows, std::vector{m_update});
        }
        if (!factors.slice.empty()) {
            m_columns = nn::rowIndices(factors.rows).to(device);
        }
    }

    at::Tensor
    forward(const at::Tensor& x, const at::Tensor& base, const nn::Pass& pass) const override
    {
        const at::Tensor rows = m_batch.rowsOf(m_set, pass, x.size(0));
        if (rows.numel() == 0) {
            return base;
        }
        const at::ScalarType type = x.scalar_type();
        const at::Tensor mine = x.index_select(0, rows);
        const at::Tensor inner = at::linear(mine, m_update.a.to(type));
        at::Tensor added = at::linear(inner, m_update.b.to(type)) * m_update.scale;
        if (m_norms) {
            const at::Tensor outputs = m_layer.product(mine);
            const at::Tensor frozen =
                m_columns.defined() ? outputs.index_select(1, m_columns) : outputs;
            added = kernels::rescaled(frozen, added, m_norms->gain(m_magnitude, m_layer));
        }
        if (m_bias.defined()) {
            added = added + m_bias.to(type);
        }
        if (m_columns.defined()) {
            added = at::zeros({rows.size(0), base.size(1)}, added.options())
                        .index_add(1, m_columns, added);
        }
        return base.index_add(0, rows, added);
    }

private:
    const AdapterBatch& m_batch;
    std::size_t m_set;
    const nn::Linear& m_layer;
    kernels::LowRank m_update;
    at::Tensor m_bias;
    at::Tensor m_columns; // of a slice's outputs; undefined for a whole module
    at::Tensor m_magnitude;
    std::optional<methods::RowNorms> m_norms; // with a magnitude
};

class AdapterBatch::EmbeddingUpdate final : public nn::EmbeddingAdapter
{
public:
    EmbeddingUpdate(const AdapterBatch& batch,
                    std::size_t set,
                    const LowRankFactors& factors,
                    std::unique_ptr<nn::EmbeddingAdapter> update)
        : m_batch(batch), m_set(set), m_width(factors.b.size(0)), m_update(std::move(update))
    {
    }

    at::Tensor forward(const at::Tensor& ids, const nn::Pass& pass) const override
    {
        const at::Tensor rows = m_batch.rowsOf(m_set, pass, ids.size(0));
        const at::Tensor none = at::zeros({ids.size(0), m_width}, ids.options().dtype(at::kFloat));
        return rows.numel() == 0
                   ? none
                   : none.index_add(0, rows, m_update->forward(ids.index_select(0, rows), pass));
    }

private:
    const AdapterBatch& m_batch;
    std::size_t m_set;
    int64_t m_width;
    std::unique_ptr<nn::EmbeddingAdapter> m_update;
};

AdapterBatch::AdapterBatch(nn::Decoder& decoder, const std::vector<Set>& sets) : m_decoder(decoder)
{
    const at::Device device = decoder.device();
    for (std::size_t set = 0; set < sets.size(); ++set) {
        for (const Member& member : sets[set]) {
            TORCH_CHECK(canShare(*member.state), "AdapterBatch: whole parameters belong to no row");
            for (const LowRankFactors& factors : member.state->factors) {
                if (factors.isEmbedding) {
                    m_embeddings.push_back(std::make_unique<EmbeddingUpdate>(
                        *this, set, factors, embeddingUpdate(decoder, factors, member.scale)));
                    decoder.attach(factors.module, m_embeddings.back().get());
                    continue;
                }
                nn::Linear* const layer = decoder.linear(factors.module);
                m_linears.emplace_back(layer,
                                       std::make_unique<LinearUpdate>(
                                           *this, set, *layer, factors, member.scale, device));
                layer->attach(m_linears.back().second.get());
            }
        }
    }
}

AdapterBatch::~AdapterBatch()
{
    for (const auto& [layer, update] : m_linears) {
        layer->detach(update.get());
    }
    for (const auto& update : m_embeddings) {
        m_decoder.detach(update.get());
    }
}

at::Tensor AdapterBatch::rowsOf(std::size_t set, const nn::Pass& pass, int64_t count) const
{
    const std::vector<int64_t>& offsets = pass.sequences.queryOffsets;
    const bool isOnePerSequence = count == pass.sequences.count();
    TORCH_CHECK(static_cast<std::size_t>(pass.sequences.count()) == m_choices.size()
                    && (isOnePerSequence || count == offsets.back()),
                "AdapterBatch: ",
                m_choices.size(),
                " sequences are assigned, the pass has ",
                pass.sequences.count());
    std::vector<int64_t> rows;
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        const int64_t begin = isOnePerSequence ? static_cast<int64_t>(i) : offsets[i];
        const int64_t end = isOnePerSequence ? begin + 1 : offsets[i + 1];
        for (int64_t row = begin; m_choices[i] == set && row < end; ++row) {
            rows.push_back(row);
        }
    }
    return at::tensor(rows, at::kLong).to(m_decoder.device());
}

} // namespace engine::adapters
