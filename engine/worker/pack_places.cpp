// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/pack_places.h"

#include "engine/data/split.h"

namespace engine::worker {

std::vector<std::optional<PackPlace>> packPlaces(const objectives::PreparedData& prepared,
                                                 data::BatchSettings settings,
                                                 double validationFraction)
{
    const data::Split split =
        data::splitIndices(static_cast<int64_t>(prepared.samples.size()),
                           validationFraction,
                           settings.seed,
                           prepared.isOneDocument ? data::SplitBy::Order : data::SplitBy::Chance);
    const auto lengthOf = [&](int64_t sample) {
        return static_cast<int64_t>(prepared.samples[static_cast<std::size_t>(sample)].ids.size());
    };
    std::vector<int64_t> lengths;
    for (const int64_t sample : split.train) {
        lengths.push_back(lengthOf(sample));
    }
    settings.batchSize = 1; // a pack a step
    settings.batchTokens = 0;
    settings.accumulate = 1;
    data::Batcher batcher(std::move(lengths), settings);
    std::vector<std::optional<PackPlace>> places(prepared.samples.size());
    for (int64_t pack = 0; pack < batcher.stepsPerEpoch(0); ++pack) {
        const std::vector<int64_t> members = batcher.step(0, pack).front().samples;
        int64_t tokens = 0;
        for (const int64_t member : members) {
            tokens += lengthOf(split.train[static_cast<std::size_t>(member)]);
        }
        int64_t begin = 0;
        for (const int64_t member : members) {
            const int64_t sample = split.train[static_cast<std::size_t>(member)];
            places[static_cast<std::size_t>(sample)] = PackPlace{pack, begin, tokens};
            begin += lengthOf(sample);
        }
    }
    return places;
}

} // namespace engine::worker
