// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/causal_lm/causal_lm.h"

#include "engine/contract/text.h"

namespace engine::objectives::causal_lm {

namespace {

PreparedData prepare(const data::Dataset& dataset, const text::Renderer& renderer)
{
    PreparedData prepared;
    prepared.isOneDocument = dataset.records.size() == 1 && dataset.records.front().isText;
    for (std::size_t row = 0; row < dataset.records.size(); ++row) {
        const data::Record& record = dataset.records[row];
        text::Rendered rendered = record.isText ? renderer.document(record.text)
                                                : renderer.conversation(record.conversation);
        for (std::size_t policy = 0; policy < text::kPolicies; ++policy) {
            prepared.policies[policy].add(rendered.policies[policy]);
        }
        if (rendered.tokens > 0) {
            prepared.rowTokens.push_back(rendered.tokens);
        }
        if (rendered.samples.empty()) {
            prepared.dropped.push_back(
                {record.file, record.line, "nothing_to_train", rendered.dropReason, record.sha256});
        }
        for (text::TokenSample& sample : rendered.samples) {
            for (const std::string& finding : sample.findings) {
                prepared.findings.push_back(
                    {record.file, record.line, "finding", finding, record.sha256});
            }
            prepared.samples.push_back(std::move(sample));
            prepared.rows.push_back(static_cast<int64_t>(row));
        }
    }
    return prepared;
}

kernels::TokenLoss loss(const nn::Decoder& decoder, const TokenBatch& batch)
{
    const at::Tensor hidden = decoder.hidden(batch.ids, batch.pass);
    return batch.placed.rows.defined()
               ? decoder.loss(hidden, batch.placed, batch.pass, batch.labelSmoothing)
               : decoder.loss(hidden, batch.targets, batch.pass, batch.labelSmoothing);
}

} // namespace

const Objective kCausalLm = {
    "causal_lm",
    LS_TEXT("Text generation"),
    LS_TEXT("Learns to predict the next token of the answers"),
    prepare,
    loss,
    true,
};

} // namespace engine::objectives::causal_lm
