// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/sampling.h"

#include "engine/contract/text.h"

namespace engine::contract {

const Schema<Sampling>& samplingSchema()
{
    static const Schema<Sampling> schema = [] {
        Schema<Sampling> s;
        s.integer("max_new_tokens", &Sampling::maxNewTokens)
            .range(0, 1 << 30)
            .unit(LS_TEXT("tokens"))
            .label(LS_TEXT("Longest answer"))
            .help(LS_TEXT("The answer ends after so many tokens even when it is not finished."));
        s.number("temperature", &Sampling::temperature)
            .range(0, 100)
            .label(LS_TEXT("Temperature"))
            .help(LS_TEXT("0 always takes the most probable token. Higher values take less "
                          "probable ones more often."));
        s.number("top_p", &Sampling::topP)
            .range(0, 1)
            .label(LS_TEXT("Top p"))
            .help(LS_TEXT("Keeps the most probable tokens up to this sum of probabilities."));
        s.integer("top_k", &Sampling::topK)
            .range(0, 1 << 30)
            .label(LS_TEXT("Top k"))
            .help(LS_TEXT("Keeps so many of the most probable tokens. 0 keeps all."));
        s.number("min_p", &Sampling::minP)
            .range(0, 1)
            .label(LS_TEXT("Min p"))
            .help(LS_TEXT("Drops tokens below this share of the best one's probability."));
        s.number("repetition_penalty", &Sampling::repetitionPenalty)
            .range(0.01, 100)
            .label(LS_TEXT("Repetition penalty"))
            .help(LS_TEXT("Above 1, tokens that already stand in the text become less probable. "
                          "1 changes nothing."));
        s.integer("seed", &Sampling::seed)
            .atLeast(0)
            .label(LS_TEXT("Seed"))
            .help(LS_TEXT("The same seed and settings give the same answer."));
        s.list("stop", &Sampling::stop)
            .label(LS_TEXT("Stop texts"))
            .help(LS_TEXT("The answer ends before any of these texts."));
        return s;
    }();
    return schema;
}

} // namespace engine::contract
