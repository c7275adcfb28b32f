// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"

#include "engine/device/failure.h"
#include "engine/nn/kv_cache.h"
#include "engine/text/stream_decoder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>

#include <chrono>

namespace engine::generate {

namespace {

// Logits after the last of `ids`, which follow what is in the cache.
at::Tensor nextLogits(const nn::Decoder& decoder,
                      const std::vector<int64_t>& ids,
                      int64_t position,
                      nn::KvCache& cache)
{
    const auto count = static_cast<int64_t>(ids.size());
    nn::Pass pass;
    pass.sequences = {{0, count}, {0, count}};
    pass.positions = at::arange(position, position + count, at::kLong);
    pass.cache = &cache;
    const at::Tensor hidden = decoder.hidden(at::tensor(ids, at::kLong), pass);
    return decoder.logits(hidden.narrow(0, count - 1, 1), pass).squeeze(0);
}

// Emits text as it grows, holding back what may still become a stop string.
class StopWatch
{
public:
    StopWatch(const std::vector<std::string>& stopStrings, const TextSink& sink)
        : m_stops(stopStrings), m_sink(sink)
    {
    }

    // Returns true at a stop string; text() then ends before it.
    bool add(const std::string& piece)
    {
        m_text += piece;
        std::size_t cut = std::string::npos;
        for (const std::string& stop : m_stops) {
            cut = stop.empty() ? cut : std::min(cut, m_text.find(stop));
        }
        if (cut != std::string::npos) {
            m_text.resize(cut);
        }
        emit(cut != std::string::npos ? m_text.size() : m_text.size() - heldBack());
        return cut != std::string::npos;
    }
    void finish() { emit(m_text.size()); }
    bool isCancelled() const { return m_isCancelled; }
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
    void emit(std::size_t end)
    {
        if (m_sink && !m_isCancelled && end > m_emitted) {
            m_isCancelled = !m_sink(m_text.substr(m_emitted, end - m_emitted));
        }
        m_emitted = std::max(m_emitted, end);
    }

    const std::vector<std::string>& m_stops;
    const TextSink& m_sink;
    std::string m_text;
    std::size_t m_emitted = 0;
    bool m_isCancelled = false;
};

} // namespace

Generation generate(const nn::Decoder& decoder,
                    const text::Tokenizer& tokenizer,
                    const std::vector<int64_t>& prompt,
                    const GenerationSettings& settings,
                    const TextSink& sink)
{
    const at::NoGradGuard noGrad;
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
    nn::KvCache cache(decoder.blueprint().layers, promptLength + room);
    device::RandomStream random(device::derivedSeed(settings.seed, "sampling"));
    text::StreamDecoder stream(tokenizer);
    StopWatch watch(settings.stopStrings, sink);
    Generation result;
    result.stop = "length";
    std::vector<int64_t> next = prompt;
    int64_t position = 0;
    while (static_cast<int64_t>(result.ids.size()) < room) {
        const at::Tensor logits = nextLogits(decoder, next, position, cache);
        position += static_cast<int64_t>(next.size());
        const Choice choice = chooseToken(logits, settings.sampling, random);
        if (tokenizer.isStop(choice.id)) {
            result.stop = "eos";
            break;
        }
        result.ids.push_back(choice.id);
        result.logProbabilities.push_back(choice.logProbability);
        if (watch.add(stream.push(choice.id))) {
            result.stop = "stop_string";
            break;
        }
        if (watch.isCancelled()) {
            result.stop = "cancelled";
            break;
        }
        next = {choice.id};
    }
    if (result.stop != "stop_string") {
        watch.add(stream.finish());
    }
    watch.finish();
    result.text = watch.text();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace engine::generate
