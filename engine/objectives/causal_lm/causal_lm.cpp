// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/causal_lm/causal_lm.h"

#include "engine/contract/text.h"
#include "engine/data/learned_answers.h"

namespace engine::objectives::causal_lm {

namespace {

text::Rendered render(const data::Record& record, const text::Renderer& renderer)
{
    if (data::isDocument(record)) {
        return renderer.document(record.text);
    }
    if (record.task == data::task::kAnswers) {
        return renderer.conversation(record.conversation);
    }
    if (const auto learned = data::learnedAnswers(record)) {
        return renderer.conversation(*learned);
    }
    text::Rendered none;
    none.dropReason = "not_wanted";
    return none;
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
    render,
    loss,
    true,
};

} // namespace engine::objectives::causal_lm
