// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Text generation with a key-value cache, one answer at a time: drawn token by token, or searched
// with beams. Compute thread only.
#pragma once

#include "engine/generate/beam_search.h"
#include "engine/generate/continuation.h"
#include "engine/generate/sampling.h"
#include "engine/nn/decoder.h"
#include "engine/text/tokenizer.h"

#include <functional>
#include <string>
#include <vector>

namespace engine::generate {

struct GenerationSettings
{
    SamplingSettings sampling;
    int64_t maxNewTokens = 256;
    std::vector<std::string> stopStrings;
    std::vector<int64_t> stopIds; // beside the tokenizer's
    // More than 1: the most probable answer of a beam search. Temperature, top-k, top-p, min-p and
    // alternatives do not apply; repetition penalty and n-grams do.
    int64_t beams = 1;
    double lengthPenalty = 1;
    BeamScoring beamScoring = BeamScoring::Transformers;
    uint64_t seed = 42;
};

struct Generation
{
    std::vector<int64_t> ids; // without the stop token
    std::vector<double> logProbabilities;
    std::string text; // cut before a stop string
    std::string stop; // "eos", "length", "stop_string" or "cancelled"
    double seconds = 0;
    double score = 0;         // of a beam search: the answer's, by its length
    int64_t reusedTokens = 0; // of the prompt, not computed again
};

// Receives text as it becomes complete UTF-8; returns false to cancel.
using TextSink = std::function<bool(const std::string& piece)>;

// One step of a generation: a token and the text that became readable with it.
struct GeneratedToken
{
    int64_t id = -1; // -1: text that was only held back, after the last token
    double logProbability = 0;
    std::string text; // may be empty
    struct Alternative : ScoredToken
    {
        std::string text; // what it would have added; its name when it has no text
    };
    std::vector<Alternative> alternatives; // sampling.alternatives of them
};

// Receives every token, the stop token excepted; returns false to cancel.
using TokenSink = std::function<bool(const GeneratedToken& token)>;

// Continues `prompt` (ids, at least one). Generation ends at a stop id of the tokenizer, a stop
// string, maxNewTokens or the model's context. Throws Failure(bad_argument) when the prompt leaves
// no room, Failure(non_finite) as chooseToken.
Generation generate(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    const GenerationSettings& settings,
                    const TextSink& sink = {});
// The same, told token by token. `memory` holds what was read before with the same adapters, and
// afterwards this prompt; after an exception nothing. The answer is the same with and without.
Generation generate(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    const GenerationSettings& settings,
                    const TokenSink& sink,
                    ReadPrompt* memory = nullptr);

} // namespace engine::generate
