// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"

#include "engine/generate/answer.h"
#include "engine/generate/continuation.h"

#include <chrono>

namespace engine::generate {

namespace {

Generation drawn(const nn::Decoder& decoder,
                 const text::Tokenizer& tokenizer,
                 const std::vector<int64_t>& prompt,
                 int64_t room,
                 const GenerationSettings& settings,
                 const TokenSink& sink)
{
    Continuation continuation(decoder, static_cast<int64_t>(prompt.size()) + room);
    device::RandomStream random(device::derivedSeed(settings.seed, "sampling"));
    Answer answer(tokenizer, settings, sink);
    std::vector<int64_t> seen = prompt;
    std::span<const int64_t> next = prompt;
    for (int64_t count = 0; count < room; ++count) {
        const std::span<const float> logits = continuation.next(next);
        const Choice choice = chooseToken(logits, settings.sampling, random, seen);
        if (isStopToken(choice.id, tokenizer, settings)) {
            answer.endWith("eos");
            break;
        }
        if (!answer.add(choice)) {
            break;
        }
        seen.push_back(choice.id);
        next = std::span<const int64_t>(seen).last(1);
    }
    return answer.finish();
}

Generation searched(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    int64_t room,
                    const GenerationSettings& settings,
                    const TokenSink& sink)
{
    std::vector<int64_t> stopIds = tokenizer.stopIds();
    stopIds.insert(stopIds.end(), settings.stopIds.begin(), settings.stopIds.end());
    bool isCancelled = false;
    BeamResult found;
    if (room > 0) {
        const BeamSettings beams{settings.beams,
                                 settings.lengthPenalty,
                                 settings.beamScoring,
                                 settings.sampling.repetitionPenalty,
                                 settings.sampling.noRepeatNgram};
        found = beamSearch(decoder, prompt, room, stopIds, beams, [&] {
            isCancelled = !sink({-1, 0, {}, {}});
            return !isCancelled;
        });
    }
    Answer answer(tokenizer, settings, sink);
    answer.endWith(isCancelled ? "cancelled" : found.isEnded ? "eos" : "length");
    for (std::size_t i = 0; i < found.ids.size(); ++i) {
        if (!answer.add({{found.ids[i], found.logProbabilities[i]}, {}})) {
            break;
        }
    }
    Generation result = answer.finish();
    result.score = found.score;
    return result;
}

} // namespace

Generation generate(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    const GenerationSettings& settings,
                    const TextSink& sink)
{
    const auto tell = [&sink](const GeneratedToken& token) {
        return !sink || token.text.empty() || sink(token.text);
    };
    return generate(decoder, tokenizer, prompt, settings, TokenSink(tell));
}

Generation generate(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    const GenerationSettings& settings,
                    const TokenSink& sink)
{
    const auto start = std::chrono::steady_clock::now();
    const int64_t room = roomFor(prompt, decoder, settings);
    Generation result = settings.beams > 1
                            ? searched(decoder, tokenizer, prompt, room, settings, sink)
                            : drawn(decoder, tokenizer, prompt, room, settings, sink);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace engine::generate
