// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/answer.h"

#include "engine/device/failure.h"
#include "engine/text/token_text.h"

#include <algorithm>

namespace engine::generate {

namespace {

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

std::string StopWatch::add(const std::string& piece)
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

std::size_t StopWatch::heldBack() const
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

std::string StopWatch::release(std::size_t end)
{
    const std::size_t begin = std::min(m_released, end);
    m_released = std::max(m_released, end);
    return m_text.substr(begin, end - begin);
}

Answer::Answer(const text::Tokenizer& tokenizer,
               const GenerationSettings& settings,
               const TokenSink& sink)
    : m_tokenizer(tokenizer), m_sink(sink), m_stream(tokenizer), m_watch(settings.stopStrings)
{
    m_result.stop = "length";
}

bool Answer::add(const Choice& choice)
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

Generation Answer::finish()
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

bool isStopToken(int64_t id, const text::Tokenizer& tokenizer, const GenerationSettings& settings)
{
    return std::find(settings.stopIds.begin(), settings.stopIds.end(), id) != settings.stopIds.end()
           || tokenizer.isStop(id);
}

int64_t roomFor(const std::vector<int64_t>& prompt,
                const nn::Decoder& decoder,
                const GenerationSettings& settings)
{
    const int64_t context = decoder.textContext();
    const auto length = static_cast<int64_t>(prompt.size());
    if (length < 1 || length >= context) {
        throw Failure(code::kBadArgument,
                      "the prompt has " + std::to_string(length) + " tokens, an answer needs 1 to "
                          + std::to_string(context - 1),
                      length < 1 ? "Give a prompt" : "Shorten the prompt");
    }
    return std::min(settings.maxNewTokens, context - length);
}

} // namespace engine::generate
