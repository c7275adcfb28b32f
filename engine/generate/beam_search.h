// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Beam search. Two ways to score and to end: that of transformers' generate (sum of log
// probabilities over (generated tokens)^penalty; ends when no open beam can overtake the finished
// ones), and that of the LoRA release (examples/NLG/src/gpt2_beam.py: a finished beam stays in the
// beam without hope, always to the longest length, repetitions looked for in the answer alone).
// Compute thread only.
#pragma once

#include "engine/nn/decoder.h"

#include <functional>
#include <vector>

namespace engine::generate {

enum class BeamScoring { Transformers, LoraRelease };

struct BeamSettings
{
    int64_t beams = 1;
    double lengthPenalty = 1; // above 0 favours longer answers
    BeamScoring scoring = BeamScoring::Transformers;
    double repetitionPenalty = 1;
    int64_t noRepeatNgram = 0; // 0: off
};

struct BeamResult
{
    std::vector<int64_t> ids; // without the stop token
    std::vector<double> logProbabilities;
    double score = 0;
    bool isEnded = false; // by a stop token, else by length
};

// The best answer of at most `room` tokens (at least 1) to `prompt`; `stopIds` end one. onStep is
// asked after every token; false ends the search with what is best by then.
// Throws Failure(non_finite) when the logits are no numbers.
BeamResult beamSearch(const nn::Decoder& decoder,
                      const std::vector<int64_t>& prompt,
                      int64_t room,
                      const std::vector<int64_t>& stopIds,
                      const BeamSettings& settings,
                      const std::function<bool()>& onStep = {});

} // namespace engine::generate
