// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generate_together.h"

#include "engine/generate/answer.h"
#include "engine/generate/cached_decoder.h"

#include <algorithm>
#include <chrono>

namespace engine::generate {

namespace {

// One prompt's answer as it grows.
struct Line
{
    Answer answer;
    device::RandomStream random;
    std::vector<int64_t> seen;
    int64_t room;
};

std::vector<Line> linesOf(const nn::Decoder& decoder,
                          const text::Tokenizer& tokenizer,
                          std::span<const std::vector<int64_t>> prompts,
                          const GenerationSettings& settings,
                          const TokenSink& sink)
{
    std::vector<Line> lines;
    for (const std::vector<int64_t>& prompt : prompts) {
        lines.push_back({Answer(tokenizer, settings, sink),
                         device::RandomStream(device::derivedSeed(settings.seed, "sampling")),
                         prompt,
                         roomFor(prompt, decoder, settings)});
    }
    return lines;
}

int64_t longestOf(std::span<const std::vector<int64_t>> prompts,
                  const nn::Decoder& decoder,
                  const GenerationSettings& settings)
{
    int64_t longest = 0;
    for (const std::vector<int64_t>& prompt : prompts) {
        longest = std::max(
            longest, static_cast<int64_t>(prompt.size()) + roomFor(prompt, decoder, settings));
    }
    return longest;
}

// The next token of a line; false when the line is complete.
bool advance(Line& line,
             std::span<const float> logits,
             const text::Tokenizer& tokenizer,
             const GenerationSettings& settings)
{
    const Choice choice = chooseToken(logits, settings.sampling, line.random, line.seen);
    if (isStopToken(choice.id, tokenizer, settings)) {
        line.answer.endWith("eos");
        return false;
    }
    line.seen.push_back(choice.id);
    return line.answer.add(choice) && --line.room > 0;
}

} // namespace

bool canGenerateTogether(const nn::Decoder& decoder,
                         std::span<const std::vector<int64_t>> prompts,
                         const GenerationSettings& settings)
{
    return settings.beams == 1
           && CachedDecoder::canDiffer(decoder, longestOf(prompts, decoder, settings));
}

std::vector<Generation> generateTogether(const nn::Decoder& decoder,
                                         const text::Tokenizer& tokenizer,
                                         std::span<const std::vector<int64_t>> prompts,
                                         const GenerationSettings& settings,
                                         const OnPass& onPass)
{
    const auto start = std::chrono::steady_clock::now();
    const TokenSink silent = [](const GeneratedToken&) { return true; };
    std::vector<Line> lines = linesOf(decoder, tokenizer, prompts, settings, silent);
    std::vector<std::size_t> running;
    std::vector<std::vector<int64_t>> next;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].room > 0) {
            running.push_back(i);
            next.push_back(prompts[i]);
        }
    }
    CachedDecoder cached(
        decoder, longestOf(prompts, decoder, settings), static_cast<int64_t>(running.size()));
    while (!running.empty() && onPass(running)) {
        const at::Tensor logits = cached.next(next);
        std::vector<int64_t> survivors;
        std::vector<std::size_t> stillRunning;
        next.clear();
        for (std::size_t row = 0; row < running.size(); ++row) {
            Line& line = lines[running[row]];
            const at::Tensor own = logits[static_cast<int64_t>(row)];
            const std::span<const float> numbers(own.const_data_ptr<float>(),
                                                 static_cast<std::size_t>(own.numel()));
            if (advance(line, numbers, tokenizer, settings)) {
                survivors.push_back(static_cast<int64_t>(row));
                stillRunning.push_back(running[row]);
                next.push_back({line.seen.back()});
            }
        }
        if (survivors.size() < running.size() && !survivors.empty()) {
            cached.reorder(survivors);
        }
        running = std::move(stillRunning);
    }
    for (const std::size_t line : running) { // the caller wants no more
        lines[line].answer.endWith("cancelled");
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::vector<Generation> generations;
    for (Line& line : lines) {
        generations.push_back(line.answer.finish());
        generations.back().seconds = seconds;
    }
    return generations;
}

} // namespace engine::generate
