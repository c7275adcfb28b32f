// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rotary positions of a group of blocks: frequencies, and the tables of cosines and sines made
// from them as far as positions reach. Frequencies may depend on how long a sequence is (dynamic
// NTK, LongRoPE). Compute thread only.
#pragma once

#include "engine/kernels/rotary.h"
#include "engine/nn/pass.h"

#include <deque>
#include <functional>
#include <limits>
#include <map>

namespace engine::nn {

class Rotary
{
public:
    // How sequences of more than `limit` tokens turn.
    struct Longer
    {
        int64_t limit = std::numeric_limits<int64_t>::max();
        // Frequencies [rotaryDim / 2] for a sequence of so many tokens.
        std::function<at::Tensor(int64_t length)> frequencies = {};
        // One set for every longer sequence: keys that were turned before the limit was passed are
        // made anew. Otherwise they stay as they are (both as in transformers).
        bool isOneSet = false;
    };

    //   frequencies      float32 [rotaryDim / 2], radians per position
    //   attentionFactor  of cosines and sines (YaRN, LongRoPE)
    //   context          positions that may be asked for
    Rotary(at::Tensor frequencies, double attentionFactor, int64_t context, Longer longer);
    Rotary(at::Tensor frequencies, int64_t context) : Rotary(std::move(frequencies), 1, context, {})
    {
    }

    // x [tokens, heads, headDim] turned by the positions of the pass; c10::Error for one outside
    // the context.
    at::Tensor forward(const at::Tensor& x, const Pass& pass) const;

    // The table that serves all sequences of the pass; null when they need different ones. It stays
    // where it is as long as this lives.
    const kernels::RotaryTable* tableFor(const Pass& pass) const;
    // For one sequence that grows to at most `length` tokens, no more than limit().
    const kernels::RotaryTable& table(int64_t length) const;

    // Whether every position of the pass is below the limit.
    bool isBelowLimit(const Pass& pass) const;
    int64_t half() const { return m_frequencies.size(0); } // numbers of a table's row
    int64_t limit() const { return m_longer.limit; }
    // Whether a sequence of `before` tokens that grows to `after` needs its keys made anew.
    bool turnsAnew(int64_t before, int64_t after) const
    {
        return m_longer.isOneSet && before > 0 && before <= limit() && after > limit();
    }

    // Builds the whole table there, so that no position has to be read back.
    void moveTo(at::Device device);

private:
    using Tables = std::deque<kernels::RotaryTable>; // growing ones; earlier ones are still read

    const kernels::RotaryTable& tableOf(int64_t length, int64_t positions) const;
    std::vector<int64_t> lengths(const Pass& pass) const;

    at::Tensor m_frequencies;
    double m_attentionFactor;
    int64_t m_context;
    Longer m_longer;
    at::Device m_device = at::kCPU;
    mutable std::map<int64_t, Tables> m_tables; // by length; 0: up to the limit
};

} // namespace engine::nn
