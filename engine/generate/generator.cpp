// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"

#include "engine/device/failure.h"
#include "engine/generate/continuation.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/token_text.h"

#include <chrono>

namespace engine::generate {

namespace {

// The text as it grows, without what may still become a stop string.
class StopWatch
{
public:
    explicit StopWatch(const std::vector<std::string>& stopStrings) : m_stops(stopStrings) {}

    // The text that is certain now. isStopped() at a stop string; text() then ends before it.
    std::string add(const std::string& piece)
    {
        m_text += piece;
        std::size_t cut = std::string::npos;
        for (const std::string& stop : m_stops) {
            cut = stop.empty() ? cut : std::min(cut, m_text.find(stop));
        }
        m_isStopped = cut != std::string::npos;
        if (m_isStopped) {
            m_text.resize(cut);
        }
        return release(m_isStopped ? m_text.size() : m_text.size() - heldBack());
    }
    std::string finish() { return release(m_text.size()); }
    bool isStopped() const { return m_isStopped; }
    const std::string& text() const { return m_text; }

private:
    // Bytes at the end that are the beginning of a stop string.
    std::size_t heldBack() const
    {
        std::size_t most = 0;
        for (const std::string& stop : m_stops) {
            for (std::size_t n = std::min(stop.size(), m_text.size()); n > most; --n) {
                if (m_text.ends_with(std::string_view(stop).substr(0, n))) {
                    most = n;
                }
            }
        }
        return most;
    }
    std::string release(std::size_t end)
    {
        const std::size_t begin = std::min(m_released, end);
        m_released = std::max(m_released, end);
        return m_text.substr(begin, end - begin);
    }

    const std::vector<std::string>& m_stops;
    std::string m_text;
    std::size_t m_released = 0;
    bool m_isStopped = false;
};

std::vector<GeneratedToken::Alternative> alternativesOf(const Choice& choice,
                                                        const text::StreamDecoder& stream,
                                                        const text::Tokenizer& tokenizer)
{
    std::vector<GeneratedToken::Alternative> alternatives;
    for (const ScoredToken& token : choice.alternatives) {
        std::string text = stream.peek(token.id);
        alternatives.push_back({token, text.empty() ? text::tokenText(tokenizer, token.id) : text});
    }
    return alternatives;
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
    const int64_t context = decoder.blueprint().context;
    const auto promptLength = static_cast<int64_t>(prompt.size());
    if (promptLength < 1 || promptLength >= context) {
        throw Failure(code::kBadArgument,
                      "the prompt has " + std::to_string(promptLength)
                          + " tokens, an answer needs 1 to " + std::to_string(context - 1),
                      promptLength < 1 ? "Give a prompt" : "Shorten the prompt");
    }

    const int64_t room = std::min(settings.maxNewTokens, context - promptLength);
    Continuation continuation(decoder, promptLength + room);
    device::RandomStream random(device::derivedSeed(settings.seed, "sampling"));
    text::StreamDecoder stream(tokenizer);
    StopWatch watch(settings.stopStrings);
    Generation result;
    result.stop = "length";
    std::vector<int64_t> seen = prompt;
    std::span<const int64_t> next = prompt;
    while (static_cast<int64_t>(result.ids.size()) < room) {
        const std::span<const float> logits = continuation.next(next);
        const Choice choice = chooseToken(logits, settings.sampling, random, seen);
        if (tokenizer.isStop(choice.id)) {
            result.stop = "eos";
            break;
        }
        result.ids.push_back(choice.id);
        result.logProbabilities.push_back(choice.logProbability);
        GeneratedToken token{choice.id, choice.logProbability, {}, {}};
        token.alternatives = alternativesOf(choice, stream, tokenizer);
        token.text = watch.add(stream.push(choice.id));
        const bool goesOn = sink(token);
        if (watch.isStopped() || !goesOn) {
            result.stop = watch.isStopped() ? "stop_string" : "cancelled";
            break;
        }
        seen.push_back(choice.id);
        next = std::span<const int64_t>(seen).last(1);
    }
    if (!watch.isStopped()) {
        std::string rest = watch.add(stream.finish());
        rest += watch.finish();
        if (!rest.empty() && result.stop != "cancelled") {
            sink({-1, 0, rest, {}});
        }
    }
    result.text = watch.text();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace engine::generate
