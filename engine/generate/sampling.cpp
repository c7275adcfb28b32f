// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/sampling.h"

#include "engine/device/failure.h"

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/topk.h>

#include <cmath>
#include <numeric>
#include <set>

namespace engine::generate {

namespace {

// Most probable first; the lower id first among equals.
std::vector<int64_t> byProbability(const std::vector<double>& logits)
{
    std::vector<int64_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&logits](int64_t x, int64_t y) {
        return logits[static_cast<std::size_t>(x)] > logits[static_cast<std::size_t>(y)];
    });
    return order;
}

// exp(l / T) / Σ over the first `count` of `order`.
std::vector<double> probabilities(const std::vector<double>& logits,
                                  const std::vector<int64_t>& order,
                                  std::size_t count,
                                  double temperature)
{
    std::vector<double> values(count);
    const double best = logits[static_cast<std::size_t>(order.front())];
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = std::exp((logits[static_cast<std::size_t>(order[i])] - best) / temperature);
    }
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    for (double& value : values) {
        value /= sum;
    }
    return values;
}

// How many of the sorted tokens stay after top-k, top-p and min-p; at least one.
std::size_t keptTokens(const std::vector<double>& logits,
                       const std::vector<int64_t>& order,
                       const SamplingSettings& settings)
{
    std::size_t count = order.size();
    if (settings.topK > 0) {
        count = std::min(count, static_cast<std::size_t>(settings.topK));
    }
    if (settings.topP < 1) {
        const std::vector<double> sorted =
            probabilities(logits, order, count, settings.temperature);
        double sum = 0;
        std::size_t kept = 0;
        while (kept < count && sum < settings.topP) {
            sum += sorted[kept++];
        }
        count = std::max<std::size_t>(kept, 1);
    }
    if (settings.minP > 0) {
        const std::vector<double> sorted =
            probabilities(logits, order, count, settings.temperature);
        while (count > 1 && sorted[count - 1] < settings.minP * sorted.front()) {
            --count;
        }
    }
    return count;
}

// Once for each token, however often it was seen.
void penaliseSeen(std::vector<double>& logits, double penalty, std::span<const int64_t> seen)
{
    if (penalty == 1) {
        return;
    }
    for (const int64_t id : std::set<int64_t>(seen.begin(), seen.end())) {
        double& logit = logits[static_cast<std::size_t>(id)];
        logit = logit < 0 ? logit * penalty : logit / penalty;
    }
}

std::vector<ScoredToken> mostProbable(const at::Tensor& logProbabilities, int64_t count)
{
    std::vector<ScoredToken> tokens;
    if (count > 0) {
        const auto [values, ids] =
            at::topk(logProbabilities, std::min(count, logProbabilities.numel()));
        for (int64_t i = 0; i < ids.numel(); ++i) {
            tokens.push_back({ids[i].item<int64_t>(), values[i].item<float>()});
        }
    }
    return tokens;
}

std::size_t draw(const std::vector<double>& distribution, device::RandomStream& random)
{
    const double point = random.uniform();
    double sum = 0;
    for (std::size_t i = 0; i < distribution.size(); ++i) {
        sum += distribution[i];
        if (point < sum) {
            return i;
        }
    }
    return distribution.size() - 1;
}

} // namespace

Choice chooseToken(const at::Tensor& logits,
                   const SamplingSettings& settings,
                   device::RandomStream& random,
                   std::span<const int64_t> seen)
{
    const at::Tensor scores = logits.to(at::kFloat).contiguous();
    const at::Tensor logProbabilities = at::log_softmax(scores, -1);
    const float* values = scores.data_ptr<float>();
    std::vector<double> processed(values, values + scores.numel());
    if (!std::all_of(processed.begin(), processed.end(), [](double value) {
            return std::isfinite(value);
        })) {
        throw Failure(code::kNonFinite,
                      "the model's output is not a number",
                      "`lora-engine inspect model DIR --check` names damaged weights; an adapter "
                      "may have diverged");
    }

    penaliseSeen(processed, settings.repetitionPenalty, seen);
    int64_t id = std::max_element(processed.begin(), processed.end()) - processed.begin();
    if (settings.temperature > 0) {
        const std::vector<int64_t> order = byProbability(processed);
        const std::size_t kept = keptTokens(processed, order, settings);
        id = order[draw(probabilities(processed, order, kept, settings.temperature), random)];
    }
    return {{id, static_cast<double>(logProbabilities[id].item<float>())},
            mostProbable(logProbabilities, settings.alternatives)};
}

} // namespace engine::generate
