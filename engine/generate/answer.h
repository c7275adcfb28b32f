// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An answer as it grows token by token: its text, held back while it may still become a stop
// string, told to a sink. Compute thread only.
#pragma once

#include "engine/generate/generator.h"
#include "engine/text/stream_decoder.h"

#include <string>
#include <vector>

namespace engine::generate {

// The text as it grows, without what may still become a stop string.
class StopWatch
{
public:
    explicit StopWatch(const std::vector<std::string>& stopStrings) : m_stops(stopStrings) {}

    // The text that is certain now. isStopped() at a stop string; text() then ends before it.
    std::string add(const std::string& piece);
    std::string finish() { return release(m_text.size()); }
    bool isStopped() const { return m_isStopped; }
    const std::string& text() const { return m_text; }

private:
    // Bytes at the end that are the beginning of a stop string.
    std::size_t heldBack() const;
    std::string release(std::size_t end);

    const std::vector<std::string>& m_stops;
    std::string m_text;
    std::size_t m_released = 0;
    bool m_isStopped = false;
};

class Answer
{
public:
    // All outlive this.
    Answer(const text::Tokenizer& tokenizer,
           const GenerationSettings& settings,
           const TokenSink& sink);

    // false: a stop string is complete, or the sink wants no more.
    bool add(const Choice& choice);
    void endWith(const char* stop) { m_result.stop = stop; }
    Generation finish();

private:
    const text::Tokenizer& m_tokenizer;
    const TokenSink& m_sink;
    text::StreamDecoder m_stream;
    StopWatch m_watch;
    Generation m_result;
};

// Whether generation ends at this token: the tokenizer's stops and the settings'.
bool isStopToken(int64_t id, const text::Tokenizer& tokenizer, const GenerationSettings& settings);

// Tokens that an answer may have. Throws Failure(bad_argument) when the prompt leaves no room.
int64_t roomFor(const std::vector<int64_t>& prompt,
                const nn::Decoder& decoder,
                const GenerationSettings& settings);

} // namespace engine::generate
