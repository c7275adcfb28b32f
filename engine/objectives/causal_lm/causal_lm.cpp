// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/causal_lm/causal_lm.h"

#include "engine/contract/text.h"

namespace engine::objectives::causal_lm {

namespace {

text::Rendered render(const data::Record& record, const text::Renderer& renderer)
{
    return record.isText ? renderer.document(record.text)
                         : renderer.conversation(record.conversation);
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
