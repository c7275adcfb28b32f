// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/beam_search.h"

#include "engine/device/failure.h"
#include "engine/generate/cached_decoder.h"
#include "engine/generate/repetition.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/log_softmax.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace engine::generate {

namespace {

// Of beams that must not be chosen; transformers' value, so that its sums are repeated.
constexpr float kHopeless = -1.0e9F;

struct Beam
{
    std::vector<int64_t> ids; // generated
    std::vector<double> logProbabilities;
    float sum = 0;
};

// A beam and one more token.
struct Candidate
{
    int64_t beam = 0;
    int64_t token = 0;
    float sum = 0;
    float logProbability = 0; // of the token, before any rule
    bool isLast = false;      // a stop token, or the last one there is room for
};

struct Finished
{
    Beam beam;
    float score = kHopeless;
    bool isFinished = false;
};

class Search
{
public:
    Search(const nn::Decoder& decoder,
           const std::vector<int64_t>& prompt,
           int64_t room,
           const std::vector<int64_t>& stopIds,
           const BeamSettings& settings)
        : m_decoder(decoder, static_cast<int64_t>(prompt.size()) + room), m_prompt(prompt),
          m_room(room), m_stopIds(stopIds), m_settings(settings)
    {
    }

    BeamResult run(const std::function<bool()>& onStep)
    {
        m_logits = m_decoder.next({&m_prompt, 1});
        const std::vector<int64_t> copies(static_cast<std::size_t>(m_settings.beams), 0);
        m_decoder.reorder(copies);
        m_logits = m_logits.expand({m_settings.beams, m_logits.size(1)});
        const bool isReleased = m_settings.scoring == BeamScoring::LoraRelease;
        return isReleased ? runReleased(onStep) : runTransformers(onStep);
    }

private:
    BeamResult runTransformers(const std::function<bool()>& onStep)
    {
        const auto beams = static_cast<std::size_t>(m_settings.beams);
        std::vector<Beam> open(beams);
        for (std::size_t i = 1; i < beams; ++i) {
            open[i].sum = kHopeless; // all begin alike: the first one's tokens count
        }
        std::vector<Finished> finished(beams);
        const std::size_t kept = std::max<std::size_t>(2, 1 + m_stopIds.size()) * beams;
        for (int64_t length = 1;; ++length) {
            std::vector<Candidate> candidates = bestOf(open, kept, length);
            const std::vector<Candidate> next = stillOpen(candidates, beams);
            finish(finished, open, candidates, length);
            advance(open, next);
            const bool goesOn = canImprove(open.front().sum, finished, length)
                                && !std::all_of(candidates.begin(),
                                                candidates.end(),
                                                [](const Candidate& one) { return one.isLast; });
            if (!goesOn || (onStep && !onStep())) {
                break;
            }
            forward(open, next);
        }
        return resultOf(finished.front().isFinished ? finished.front().beam : open.front(),
                        finished.front().isFinished ? finished.front().score : open.front().sum);
    }

    BeamResult runReleased(const std::function<bool()>& onStep)
    {
        constexpr float kDead = -std::numeric_limits<float>::infinity();
        const auto beams = static_cast<std::size_t>(m_settings.beams);
        std::vector<Beam> open(beams);
        for (std::size_t i = 1; i < beams; ++i) {
            open[i].sum = kDead;
        }
        std::optional<Finished> best;
        const auto offer = [&](Beam& beam) {
            const auto score = static_cast<float>(
                beam.sum
                / std::pow(static_cast<double>(beam.ids.size()), m_settings.lengthPenalty));
            if (!best || best->score < score) {
                best = Finished{beam, score, true};
            }
            beam.sum = kDead;
        };
        for (int64_t length = 1;; ++length) {
            const std::vector<Candidate> next = bestOf(open, beams, length);
            advance(open, next);
            for (Beam& beam : open) {
                if (isStop(beam.ids.back())) {
                    offer(beam);
                }
            }
            const bool isHopeless = std::all_of(
                open.begin(), open.end(), [](const Beam& beam) { return beam.sum == kDead; });
            if (length == m_room || isHopeless || (onStep && !onStep())) {
                break;
            }
            forward(open, next);
        }
        for (Beam& beam : open) {
            offer(beam);
        }
        return resultOf(best->beam, best->score);
    }

    // The most probable continuations of all beams, best first.
    std::vector<Candidate> bestOf(const std::vector<Beam>& open, std::size_t kept, int64_t length)
    {
        if (!at::isfinite(m_logits).all().item<bool>()) {
            throw Failure(code::kNonFinite,
                          "the model's output is not a number",
                          "`lora-engine inspect model DIR --check` names damaged weights; an "
                          "adapter may have diverged");
        }
        const at::Tensor plain = at::log_softmax(m_logits, 1).contiguous();
        const at::Tensor ruled = withRules(plain, open);
        const auto vocabulary = static_cast<std::size_t>(plain.size(1));
        const auto* scores = ruled.const_data_ptr<float>();
        std::vector<float> sums(open.size() * vocabulary);
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] = scores[i] + open[i / vocabulary].sum;
        }
        std::vector<std::size_t> order(sums.size());
        std::iota(order.begin(), order.end(), 0);
        const std::size_t count = std::min(kept, order.size());
        std::partial_sort(order.begin(),
                          order.begin() + static_cast<std::ptrdiff_t>(count),
                          order.end(),
                          [&sums](std::size_t x, std::size_t y) {
                              return sums[x] > sums[y] || (sums[x] == sums[y] && x < y);
                          });
        std::vector<Candidate> best;
        for (std::size_t i = 0; i < count; ++i) {
            const auto beam = static_cast<int64_t>(order[i] / vocabulary);
            const auto token = static_cast<int64_t>(order[i] % vocabulary);
            best.push_back({beam,
                            token,
                            sums[order[i]],
                            plain.const_data_ptr<float>()[order[i]],
                            isStop(token) || length == m_room});
        }
        return best;
    }

    // Log probabilities after the rules against repetition. transformers applies them to log
    // probabilities, the release to logits.
    at::Tensor withRules(const at::Tensor& plain, const std::vector<Beam>& open) const
    {
        const bool isReleased = m_settings.scoring == BeamScoring::LoraRelease;
        if (m_settings.repetitionPenalty == 1 && m_settings.noRepeatNgram == 0) {
            return plain;
        }
        at::Tensor ruled = isReleased ? m_logits.clone() : plain.clone();
        const auto width = static_cast<std::size_t>(ruled.size(1));
        for (std::size_t i = 0; i < open.size(); ++i) {
            const std::span<float> row{ruled.mutable_data_ptr<float>() + i * width, width};
            std::vector<int64_t> seen = isReleased ? std::vector<int64_t>() : m_prompt;
            seen.insert(seen.end(), open[i].ids.begin(), open[i].ids.end());
            if (m_settings.repetitionPenalty != 1) {
                penaliseSeen<float>(row, m_settings.repetitionPenalty, seen);
            }
            if (m_settings.noRepeatNgram > 0) {
                for (const int64_t token : repeatingTokens(seen, m_settings.noRepeatNgram)) {
                    row[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
                }
            }
        }
        return isReleased ? at::log_softmax(ruled, 1) : ruled;
    }

    static std::vector<Candidate> stillOpen(std::vector<Candidate> candidates, std::size_t beams)
    {
        for (Candidate& candidate : candidates) {
            candidate.sum += candidate.isLast ? kHopeless : 0;
        }
        std::stable_sort(candidates.begin(),
                         candidates.end(),
                         [](const Candidate& x, const Candidate& y) { return x.sum > y.sum; });
        candidates.resize(std::min(beams, candidates.size()));
        return candidates;
    }

    // The best so many finished answers, with those that ended just now.
    void finish(std::vector<Finished>& finished,
                const std::vector<Beam>& open,
                const std::vector<Candidate>& candidates,
                int64_t length) const
    {
        const std::size_t beams = finished.size();
        for (std::size_t i = 0; i < std::min(beams, candidates.size()); ++i) {
            if (candidates[i].isLast) {
                const double divisor =
                    std::pow(static_cast<double>(length), m_settings.lengthPenalty);
                finished.push_back({extended(open, candidates[i]),
                                    static_cast<float>(candidates[i].sum / divisor),
                                    true});
            }
        }
        std::stable_sort(finished.begin(),
                         finished.end(),
                         [](const Finished& x, const Finished& y) { return x.score > y.score; });
        finished.resize(beams);
    }

    bool canImprove(float bestSum, const std::vector<Finished>& finished, int64_t length) const
    {
        const bool isFull = std::all_of(
            finished.begin(), finished.end(), [](const Finished& one) { return one.isFinished; });
        const double divisor = std::pow(static_cast<double>(length), m_settings.lengthPenalty);
        const double worst = isFull ? finished.back().score : kHopeless;
        return bestSum / divisor > worst;
    }

    static Beam extended(const std::vector<Beam>& open, const Candidate& candidate)
    {
        Beam beam = open[static_cast<std::size_t>(candidate.beam)];
        beam.ids.push_back(candidate.token);
        beam.logProbabilities.push_back(candidate.logProbability);
        beam.sum = candidate.sum;
        return beam;
    }

    static void advance(std::vector<Beam>& open, const std::vector<Candidate>& next)
    {
        std::vector<Beam> grown;
        for (const Candidate& candidate : next) {
            grown.push_back(extended(open, candidate));
        }
        open = std::move(grown);
    }

    void forward(const std::vector<Beam>& open, const std::vector<Candidate>& next)
    {
        std::vector<int64_t> parents;
        std::vector<std::vector<int64_t>> tokens;
        for (std::size_t i = 0; i < open.size(); ++i) {
            parents.push_back(next[i].beam);
            tokens.push_back({open[i].ids.back()});
        }
        m_decoder.reorder(parents);
        m_logits = m_decoder.next(tokens);
    }

    bool isStop(int64_t token) const
    {
        return std::find(m_stopIds.begin(), m_stopIds.end(), token) != m_stopIds.end();
    }

    BeamResult resultOf(Beam beam, float score) const
    {
        BeamResult result{std::move(beam.ids), std::move(beam.logProbabilities), score, false};
        result.isEnded = !result.ids.empty() && isStop(result.ids.back());
        if (result.isEnded) {
            result.ids.pop_back();
            result.logProbabilities.pop_back();
        }
        return result;
    }

    CachedDecoder m_decoder;
    const std::vector<int64_t>& m_prompt;
    int64_t m_room;
    const std::vector<int64_t>& m_stopIds;
    const BeamSettings& m_settings;
    at::Tensor m_logits; // [beams, vocabulary] after what is open
};

} // namespace

BeamResult beamSearch(const nn::Decoder& decoder,
                      const std::vector<int64_t>& prompt,
                      int64_t room,
                      const std::vector<int64_t>& stopIds,
                      const BeamSettings& settings,
                      const std::function<bool()>& onStep)
{
    return Search(decoder, prompt, room, stopIds, settings).run(onStep);
}

} // namespace engine::generate
