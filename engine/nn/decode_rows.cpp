// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_rows.h"

#include "engine/kernels/profile.h"

#include <algorithm>
#include <functional>

namespace engine::nn {

namespace {

// y += the module's update of it.
void applySite(const kernels::DecodeKernels& kernels,
               const PlannedSite& site,
               int64_t hidden,
               const JoiningRow& row)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const auto [y, residual, stream, inner] = row;
    const float* x = y;
    if (site.readsStream) {
        std::transform(y, y + hidden, residual, stream, std::plus<>());
        x = stream;
    }
    if (site.norm) {
        normaliseRow(kernels, *site.norm, hidden, x, stream);
        x = stream;
    }
    const int64_t width = site.inner();
    kernels.project({site.down.const_data_ptr<float>(), width, hidden, hidden}, x, 1, inner);
    std::transform(inner, inner + width, site.downBias.data(), inner, std::plus<>());
    kernels.activate(site.activation, inner, nullptr, width, inner);
    if (site.scale != 1) {
        std::for_each_n(inner, width, [&site](float& value) { value *= site.scale; });
    }
    kernels.expand(site.up.const_data_ptr<float>(), hidden, width, inner, y);
    std::transform(y, y + hidden, site.upBias.data(), y, std::plus<>());
}

} // namespace

void normaliseRow(const kernels::DecodeKernels& kernels,
                  const PlannedNorm& norm,
                  int64_t width,
                  const float* x,
                  float* y)
{
    const kernels::ProfileScope scope(kernels::Part::Norm);
    if (norm.kind == NormKind::Rms) {
        kernels.rmsNorm(x, norm.weight.data(), width, norm.epsilon, y);
    } else {
        kernels.layerNorm(x, norm.weight.data(), norm.bias.data(), width, norm.epsilon, y);
    }
}

void joinStream(const kernels::DecodeKernels& kernels,
                const PlannedSum& sum,
                int64_t hidden,
                const JoiningRow& row)
{
    if (sum.norm) {
        normaliseRow(kernels, *sum.norm, hidden, row.y, row.y);
    }
    for (const PlannedSite& site : sum.sites) {
        applySite(kernels, site, hidden, row);
    }
    std::transform(row.residual, row.residual + hidden, row.y, row.residual, std::plus<>());
}

void multiplyQuantized(const PlannedGroup& group,
                       kernels::Share panels,
                       kernels::Share columns,
                       const float* x,
                       bool hasBias,
                       float* y)
{
    for (int64_t panel = panels.begin; panel < panels.end; ++panel) {
        const int64_t feature = panel * kernels::kPanelFeatures;
        float* const to = y + feature;
        group.quantized->multiplyPanel(panel, columns.begin, columns.size(), x + columns.begin, to);
        for (int64_t i = 0; hasBias && !group.bias.empty() && i < kernels::kPanelFeatures; ++i) {
            to[i] += group.bias[static_cast<std::size_t>(feature + i)];
        }
    }
}

void expandUpdate(const kernels::DecodeKernels& kernels,
                  const PlannedUpdate& update,
                  kernels::Share features,
                  const float* lowRank,
                  float* y)
{
    const kernels::ProfileScope scope(kernels::Part::LowRank);
    const kernels::RowSlice& rows = update.rows;
    for (int64_t g = 0; g < rows.groups; ++g) {
        const int64_t first = rows.offset + g * rows.stride;
        const int64_t begin = std::max(first, features.begin);
        const int64_t end = std::min(first + rows.chunk, features.end);
        if (begin < end) {
            const int64_t factorRow = g * rows.chunk + begin - first;
            kernels.expand(update.b.const_data_ptr<float>() + factorRow * update.rank(),
                           end - begin,
                           update.rank(),
                           lowRank,
                           y + begin);
        }
    }
}

void applyInnerFactors(const PlannedBlock& block, kernels::Share columns, float* activated)
{
    for (int64_t i = columns.begin; !block.innerFactors.empty() && i < columns.end; ++i) {
        activated[i] *= block.innerFactors[static_cast<std::size_t>(i)];
    }
}

void applyGains(const PlannedGroup& group, kernels::Share features, bool hasBias, float* y)
{
    for (int64_t i = features.begin; i < features.end; ++i) {
        y[i] *= group.gains[static_cast<std::size_t>(i)];
    }
    for (int64_t i = features.begin; hasBias && !group.bias.empty() && i < features.end; ++i) {
        y[i] += group.bias[static_cast<std::size_t>(i)];
    }
}

void appendTokens(const DecodePlan& plan,
                  const PlannedBlock& block,
                  const kernels::DecodeKernels& kernels,
                  DecodeCache& cache,
                  const KeyPlace& place,
                  int64_t count,
                  kernels::RowsOf<float> projected)
{
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const AttentionShape& shape = plan.attention;
    const int64_t perKey = shape.heads / shape.kvHeads;
    const int64_t stride = block.headStride;
    const int64_t queries = block.queryOffset + place.head * perKey * stride;
    const int64_t key = block.keyOffset + place.head * stride;
    const int64_t value = block.valueOffset + place.head * stride;
    for (int64_t token = 0; block.queryNorm && token < count; ++token) {
        float* const row = projected.row(token);
        const auto norm = [&](const PlannedNorm& over, float* head) {
            normaliseRow(kernels, over, shape.headDim, head, head);
        };
        norm(*block.keyNorm, row + key);
        for (int64_t i = 0; i < perKey; ++i) {
            norm(*block.queryNorm, row + queries + i * stride);
        }
    }
    for (int64_t token = 0; block.rotary != nullptr && token < count; ++token) {
        float* const row = projected.row(token);
        const int64_t half = block.rotary->cos.size(1);
        const int64_t at = (place.position + token) * half;
        const float* const cos = block.rotary->cos.const_data_ptr<float>() + at;
        const float* const sin = block.rotary->sin.const_data_ptr<float>() + at;
        kernels.rotate(row + key, cos, sin, half);
        for (int64_t i = 0; i < perKey; ++i) {
            kernels.rotate(row + queries + i * stride, cos, sin, half);
        }
    }
    cache.write(place.layer,
                place.head,
                place.position,
                count,
                {projected.data + key, projected.stride},
                {projected.data + value, projected.stride});
}

} // namespace engine::nn
