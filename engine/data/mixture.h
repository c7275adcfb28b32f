// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Several sources trained together: which of their samples an epoch sees, and how often. A pure
// function of (parts, seed, epoch), so that a resumed run needs only the epoch.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::data {

struct MixPart
{
    int64_t samples = 0;
    double weight = 1; // how often each is seen in an epoch; of a fraction some are drawn
};

class Mixture
{
public:
    Mixture(std::vector<MixPart> parts, uint64_t seed);

    // Samples of a part that an epoch sees: weight · samples, rounded; at least one where there is
    // one.
    int64_t seen(std::size_t part) const;
    // Indices of the samples that an epoch sees, all parts behind each other, ascending; each as
    // often as it is seen. What a fraction leaves out is seen first in the next epochs: no sample
    // is drawn again before every other one of its part was.
    std::vector<int64_t> epoch(int64_t epoch) const;

private:
    std::vector<MixPart> m_parts;
    uint64_t m_seed;
};

} // namespace engine::data
