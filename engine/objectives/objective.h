// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What an objective contributes: which samples a data set gives, and the loss of a batch. One
// constant per folder.
#pragma once

#include "engine/contract/field.h"
#include "engine/data/dataset.h"
#include "engine/kernels/cross_entropy.h"
#include "engine/nn/decoder.h"
#include "engine/objectives/token_batch.h"
#include "engine/text/renderer.h"

#include <string_view>
#include <vector>

namespace engine::objectives {

// Token samples of a data set, and what was left out on the way.
struct PreparedData
{
    std::vector<text::TokenSample> samples;
    std::vector<int64_t> rows;          // [samples] which of the data set's records each comes from
    std::vector<int64_t> rowTokens;     // of every row that holds a target, before anything was cut
    text::PolicyTable policies{};       // with RenderSettings::tryPolicies, over all rows
    std::vector<data::Problem> dropped; // rows without anything to train
    std::vector<data::Problem> findings; // worth knowing
    bool isOneDocument = false;          // windows of one text: validation takes the last ones
};

struct Objective
{
    std::string_view id; // permanent
    std::string_view name;
    std::string_view summary;
    // What becomes of one row. Called from several threads.
    text::Rendered (*render)(const data::Record& record, const text::Renderer& renderer);
    // Loss summed over the batch's trained tokens.
    kernels::TokenLoss (*loss)(const nn::Decoder& decoder, const TokenBatch& batch);
    // Whether loss() takes placed targets and then waits for nothing, so that it can be recorded.
    bool takesPlacedTargets = false;

    // Of all records.
    PreparedData prepare(const data::Dataset& dataset, const text::Renderer& renderer) const;
};

// The row of a record that gave no sample, and why; what is worth knowing of those it gave.
data::Problem nothingToTrain(const data::Record& record, const text::Rendered& rendered);
data::Problem findingOf(const data::Record& record, const std::string& finding);

} // namespace engine::objectives
