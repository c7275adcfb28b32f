// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Several methods on one decoder that train as one: their numbers lie in one buffer, one after the
// other. Compute thread only.
#pragma once

#include "engine/methods/method.h"

#include <memory>
#include <vector>

namespace engine::methods {

class CombinedTuning final : public Tuning
{
public:
    //   members  attached in this order; the first one's state is the adapter's
    //   buffer   made for the tensors of all of them, in that order
    CombinedTuning(std::vector<std::unique_ptr<Tuning>> members, nn::ParameterBuffer buffer);
    CombinedTuning(const CombinedTuning&) = delete;
    CombinedTuning& operator=(const CombinedTuning&) = delete;
    // Detaches them in the reverse order: each puts back what it found.
    ~CombinedTuning() override;

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    // The first one's, with those of the others.
    AdapterState state() const override;
    void load(const AdapterState& state) override;

    void beginStep(int64_t step, int64_t total) override;
    void addGradients() override;
    void endStep(int64_t step, int64_t total) override;
    bool hasSteps() const override;
    // "0.<name>" of the first, "1.<name>" of the next.
    std::vector<ReplacedParameter> memory() const override;
    void remember(const std::vector<ReplacedParameter>& memory) override;
    std::vector<PartialUpdate> partialUpdates() const override;
    // Of the one that has them.
    NestedRanks* nestedRanks() override;

private:
    std::vector<std::unique_ptr<Tuning>> m_members;
    nn::ParameterBuffer m_buffer;
};

} // namespace engine::methods
