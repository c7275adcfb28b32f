// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What both forms of the packed head's loss share: the rows that are trained, where they lie, and
// what becomes of them.
#pragma once

#include "engine/kernels/loss_rows.h"
#include "engine/kernels/packed_cross_entropy.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace engine::kernels {

inline constexpr int64_t kHeadChunkRows = 256;                // per thread
inline constexpr int64_t kHeadChunkBytes = int64_t{32} << 20; // of logits, per thread
inline constexpr int64_t kHeadDepthBlock = 1024; // of the vocabulary, in the gradient's product

// Rows whose logits a thread has at once, of `bytes` a row: no more than the head can be read for
// by so many threads, each of which reads all of it for its own.
inline int64_t headChunkRows(int64_t bytes, int64_t threads)
{
    constexpr int64_t kRowsPerThread = 32;
    const int64_t most = std::clamp<int64_t>(kRowsPerThread * threads, 64, kHeadChunkRows);
    return std::clamp<int64_t>(kHeadChunkBytes / bytes, 1, most);
}

// The same of one that is unpacked for them, once for all threads.
inline int64_t unpackedHeadChunkRows(int64_t bytes)
{
    return std::clamp<int64_t>(kHeadChunkBytes / bytes, 1, kHeadChunkRows);
}

struct HeadLosses
{
    std::vector<float> losses; // of the trained rows
    std::vector<uint8_t> correct;

    explicit HeadLosses(int64_t rows)
        : losses(static_cast<std::size_t>(rows)), correct(static_cast<std::size_t>(rows))
    {
    }
    // One fixed order, whatever the threads.
    double sum() const { return std::accumulate(losses.begin(), losses.end(), 0.0); }
    int64_t correctCount() const { return std::count(correct.begin(), correct.end(), uint8_t{1}); }
};

// hidden [tokens, width] in T and the trained rows of it; T is float or c10::BFloat16.
template <typename T>
struct HeadInput
{
    const T* hidden;
    int64_t width;
    const int64_t* rows;
    const int64_t* targets;
    int64_t count;
    LossForm form;

    HeadInput(const at::Tensor& states, const TrainedRows& trained, const LossForm& lossForm)
        : hidden(static_cast<const T*>(states.const_data_ptr())), width(states.size(1)),
          rows(trained.rows.const_data_ptr<int64_t>()),
          targets(trained.targets.const_data_ptr<int64_t>()), count(trained.rows.numel()),
          form(lossForm)
    {
    }

    // Trained row `row` with zeros up to the packed depth.
    void copyRow(int64_t row, int64_t depth, T* to) const
    {
        std::copy_n(hidden + rows[row] * width, width, to);
        std::fill(to + width, to + depth, T(0));
    }
    // Of the row's logits, which become their gradient.
    void
    lose(int64_t row, int64_t vocabulary, bool withGradient, T* logits, HeadLosses& result) const
    {
        lossOfRow(logits,
                  vocabulary,
                  targets[row],
                  form,
                  withGradient,
                  result.losses.data() + row,
                  result.correct.data() + row);
    }
};

// Between rows of `width` numbers, off the distances that share a line of the cache.
template <typename T>
int64_t headStride(int64_t width)
{
    const int64_t padded = roundedUp(width, kPanelFeatures);
    return padded * int64_t{sizeof(T)} % 1024 == 0 ? padded + 2 * kPanelFeatures : padded;
}

} // namespace engine::kernels
