// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"

#include "engine/generate/answer.h"

#include <chrono>
#include <utility>

namespace engine::generate {

namespace {

Generation drawn(const nn::Decoder& decoder,
                 const text::Tokenizer& tokenizer,
                 const std::vector<int64_t>& prompt,
                 int64_t room,
                 const GenerationSettings& settings,
                 const TokenSink& sink,
                 ReadPrompt& memory)
{
    Continuation continuation(decoder, static_cast<int64_t>(prompt.size()) + room);
    device::RandomStream random(device::derivedSeed(settings.seed, "sampling"));
    Answer answer(tokenizer, settings, sink);
    std::vector<int64_t> seen = prompt;
    for (int64_t count = 0; count < room; ++count) {
        const std::span<const float> logits =
            count == 0 ? continuation.read(prompt, std::exchange(memory, {}))
                       : continuation.next(std::span<const int64_t>(seen).last(1));
        const Choice choice = chooseToken(logits, settings.sampling, random, seen);
        if (isStopToken(choice.id, tokenizer, settings)) {
            answer.endWith("eos");
            break;
        }
        if (!answer.add(choice)) {
            break;
        }
        seen.push_back(choice.id);
    }
    Generation result = answer.finish();
    if (room > 0) {
        result.reusedTokens = continuation.reused();
        memory = continuation.release();
    }
    return result;
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
                    const TokenSink& sink,
                    ReadPrompt* memory)
{
    ReadPrompt unused;
    const auto start = std::chrono::steady_clock::now();
    const int64_t room = roomFor(prompt, decoder, settings);
    Generation result = settings.beams > 1
                            ? searched(decoder, tokenizer, prompt, room, settings, sink)
                            : drawn(decoder,
                                    tokenizer,
                                    prompt,
                                    room,
                                    settings,
                                    sink,
                                    memory == nullptr ? unused : *memory);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace engine::generate
