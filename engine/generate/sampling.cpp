// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/sampling.h"

#include "engine/device/failure.h"
#include "engine/generate/repetition.h"
#include "engine/kernels/decode_kernels.h"
#include "engine/kernels/profile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace engine::generate {

namespace {

kernels::RowMaximum maximumOf(std::span<const float> logits)
{
    const auto count = static_cast<int64_t>(logits.size());
    if (const kernels::DecodeKernels* fast = kernels::decodeKernels()) {
        return fast->maximum(logits.data(), count);
    }
    const auto best = std::max_element(logits.begin(), logits.end());
    return {
        *best, best - logits.begin(), std::all_of(logits.begin(), logits.end(), [](float value) {
            return std::isfinite(value);
        })};
}

// log Σ exp of the logits, of which `max` is the largest.
double logSum(std::span<const float> logits, float max)
{
    double sum = 0;
    if (const kernels::DecodeKernels* fast = kernels::decodeKernels()) {
        sum = fast->sumOfExponentials(logits.data(), static_cast<int64_t>(logits.size()), max);
    } else {
        for (const float logit : logits) {
            sum += std::exp(static_cast<double>(logit) - max);
        }
    }
    return max + std::log(sum);
}

// Ids from the most probable on, the lower id first among equals, sorted only as far as asked for:
// a draw mostly ends among the first few of a large vocabulary.
template <typename Number>
class Ranking
{
public:
    explicit Ranking(std::span<const Number> logits) : m_logits(logits), m_ids(logits.size())
    {
        std::iota(m_ids.begin(), m_ids.end(), 0);
        std::make_heap(m_ids.begin(), m_ids.end(), isWorse());
    }

    std::size_t size() const { return m_ids.size(); }
    int64_t operator[](std::size_t rank)
    {
        while (m_sorted <= rank) {
            std::pop_heap(m_ids.begin(), m_ids.end() - offset(m_sorted), isWorse());
            ++m_sorted;
        }
        return *(m_ids.end() - offset(rank) - 1); // pop_heap moved it behind the heap
    }
    Number logit(std::size_t rank) { return m_logits[static_cast<std::size_t>((*this)[rank])]; }

private:
    static std::ptrdiff_t offset(std::size_t rank) { return static_cast<std::ptrdiff_t>(rank); }
    auto isWorse() const
    {
        return [this](int64_t x, int64_t y) {
            const Number left = m_logits[static_cast<std::size_t>(x)];
            const Number right = m_logits[static_cast<std::size_t>(y)];
            return left < right || (left == right && x > y);
        };
    }

    std::span<const Number> m_logits;
    std::vector<int64_t> m_ids;
    std::size_t m_sorted = 0;
};

// The tokens that stay after top-k, top-p and min-p, and how probable they are among themselves:
// exp(l / T) / Σ over the first `count` of the ranking.
class Distribution
{
public:
    Distribution(Ranking<double>& ranking,
                 std::span<const double> logits,
                 const SamplingSettings& settings)
        : m_ranking(ranking), m_temperature(settings.temperature), m_count(ranking.size())
    {
        if (settings.topK > 0 && static_cast<std::size_t>(settings.topK) < m_count) {
            m_count = static_cast<std::size_t>(settings.topK);
            sumFirst();
        } else {
            const double best = m_ranking.logit(0);
            for (const double logit : logits) {
                m_sum += std::exp((logit - best) / m_temperature);
            }
        }
        if (settings.topP < 1) {
            keepTopP(settings.topP);
        }
        if (settings.minP > 0) {
            keepAbove(settings.minP);
        }
    }

    int64_t draw(double point)
    {
        double sum = 0;
        for (std::size_t i = 0; i < m_count; ++i) {
            sum += weight(i) / m_sum;
            if (point < sum) {
                return m_ranking[i];
            }
        }
        return m_ranking[m_count - 1];
    }

private:
    // Of the best one: 1.
    double weight(std::size_t rank)
    {
        return std::exp((m_ranking.logit(rank) - m_ranking.logit(0)) / m_temperature);
    }
    void sumFirst()
    {
        m_sum = 0;
        for (std::size_t i = 0; i < m_count; ++i) {
            m_sum += weight(i);
        }
    }
    void keepTopP(double topP)
    {
        double sum = 0;
        std::size_t kept = 0;
        while (kept < m_count && sum < topP) {
            sum += weight(kept++) / m_sum;
        }
        m_count = std::max<std::size_t>(kept, 1);
        sumFirst();
    }
    void keepAbove(double minP)
    {
        std::size_t kept = 1;
        while (kept < m_count && weight(kept) >= minP) {
            ++kept;
        }
        m_count = kept;
        sumFirst();
    }

    Ranking<double>& m_ranking;
    double m_temperature;
    std::size_t m_count;
    double m_sum = 0;
};

std::vector<ScoredToken>
mostProbable(std::span<const float> logits, double logTotal, int64_t wanted)
{
    std::vector<ScoredToken> tokens;
    if (wanted > 0) {
        Ranking<float> ranking(logits);
        const std::size_t count = std::min(static_cast<std::size_t>(wanted), ranking.size());
        for (std::size_t i = 0; i < count; ++i) {
            tokens.push_back({ranking[i], ranking.logit(i) - logTotal});
        }
    }
    return tokens;
}

} // namespace

Choice chooseToken(std::span<const float> logits,
                   const SamplingSettings& settings,
                   device::RandomStream& random,
                   std::span<const int64_t> seen)
{
    const kernels::ProfileScope scope(kernels::Part::Sampling);
    const kernels::RowMaximum best = maximumOf(logits);
    if (!best.isFinite) {
        throw Failure(code::kNonFinite,
                      "the model's output is not a number",
                      "`lora-engine inspect model DIR --check` names damaged weights; an adapter "
                      "may have diverged");
    }

    int64_t id = best.index;
    const bool penalises = settings.repetitionPenalty != 1;
    if (penalises || settings.noRepeatNgram > 0 || settings.temperature > 0) {
        std::vector<double> processed(logits.begin(), logits.end());
        if (penalises) {
            penaliseSeen<double>(processed, settings.repetitionPenalty, seen);
        }
        if (settings.noRepeatNgram > 0) {
            for (const int64_t token : repeatingTokens(seen, settings.noRepeatNgram)) {
                processed[static_cast<std::size_t>(token)] =
                    -std::numeric_limits<double>::infinity();
            }
        }
        if (settings.temperature > 0) {
            Ranking<double> ranking(processed);
            id = Distribution(ranking, processed, settings).draw(random.uniform());
        } else {
            id = std::max_element(processed.begin(), processed.end()) - processed.begin();
        }
    }
    const double logTotal = logSum(logits, best.value);
    return {{id, logits[static_cast<std::size_t>(id)] - logTotal},
            mostProbable(logits, logTotal, settings.alternatives)};
}

} // namespace engine::generate
