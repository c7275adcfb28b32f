// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"

#include "engine/device/failure.h"
#include "engine/generate/continuation.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/token_text.h"

#include <algorithm>
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

// An answer as it grows token by token, told to the sink.
class Answer
{
public:
    Answer(const text::Tokenizer& tokenizer,
           const GenerationSettings& settings,
           const TokenSink& sink)
        : m_tokenizer(tokenizer), m_sink(sink), m_stream(tokenizer), m_watch(settings.stopStrings)
    {
        m_result.stop = "length";
    }

    // false: a stop string is complete, or the sink wants no more.
    bool add(const Choice& choice)
    {
        m_result.ids.push_back(choice.id);
        m_result.logProbabilities.push_back(choice.logProbability);
        GeneratedToken token{choice.id, choice.logProbability, {}, {}};
        token.alternatives = alternativesOf(choice, m_stream, m_tokenizer);
        token.text = m_watch.add(m_stream.push(choice.id));
        const bool goesOn = m_sink(token);
        if (m_watch.isStopped() || !goesOn) {
            m_result.stop = m_watch.isStopped() ? "stop_string" : "cancelled";
            return false;
        }
        return true;
    }
    void endWith(const char* stop) { m_result.stop = stop; }
    Generation finish()
    {
        if (!m_watch.isStopped()) {
            std::string rest = m_watch.add(m_stream.finish());
            rest += m_watch.finish();
            if (!rest.empty() && m_result.stop != "cancelled") {
                m_sink({-1, 0, rest, {}});
            }
        }
        m_result.text = m_watch.text();
        return std::move(m_result);
    }

private:
    const text::Tokenizer& m_tokenizer;
    const TokenSink& m_sink;
    text::StreamDecoder m_stream;
    StopWatch m_watch;
    Generation m_result;
};

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
        const bool isExtraStop =
            std::find(settings.stopIds.begin(), settings.stopIds.end(), choice.id)
            != settings.stopIds.end();
        if (isExtraStop || tokenizer.isStop(choice.id)) {
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
    const int64_t context = decoder.blueprint().context;
    const auto promptLength = static_cast<int64_t>(prompt.size());
    if (promptLength < 1 || promptLength >= context) {
        throw Failure(code::kBadArgument,
                      "the prompt has " + std::to_string(promptLength)
                          + " tokens, an answer needs 1 to " + std::to_string(context - 1),
                      promptLength < 1 ? "Give a prompt" : "Shorten the prompt");
    }

    const int64_t room = std::min(settings.maxNewTokens, context - promptLength);
    Generation result = settings.beams > 1
                            ? searched(decoder, tokenizer, prompt, room, settings, sink)
                            : drawn(decoder, tokenizer, prompt, room, settings, sink);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace engine::generate
