// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One data source as a training needs it: its rows read, rendered and tokenised on the way, so that
// neither rows nor tokens are held in memory, or found in the token cache. Compute thread only.
#pragma once

#include "engine/data/dataset.h"
#include "engine/objectives/objective.h"
#include "engine/objectives/token_store.h"
#include "engine/worker/data_report.h"

#include <cstdint>
#include <memory>
#include <string>

namespace engine::worker {

struct Preparation
{
    // Tokenising fewer bytes of data again takes a blink.
    static constexpr uint64_t kWorthKeeping = 1 << 20;

    const objectives::Objective& objective;
    const text::Renderer& renderer;
    const text::Tokenizer& tokenizer;
    std::string modelFolder;  // of the tokenizer
    std::string tokenizerKey; // of its files before it was loaded
    uint64_t worthKeeping = kWorthKeeping;
};

struct PreparedSource
{
    data::Dataset dataset;                                 // without records
    std::shared_ptr<const objectives::TokenStore> samples; // all of them, in order
    bool isOneDocument = false;
    SampleTally tally;       // what is said of them
    bool isCached = false;   // an earlier start made the tokens
    double seconds = 0;      // that this start took
    double savedSeconds = 0; // that making them took longer than finding them
    std::string note;        // why the cache was of no use or had to be made again, "" for nothing
};

// The same samples in the same order as Objective::prepare of the loaded data set gives, whatever
// the number of threads and wherever they come from. `settings`: how rows are read; `eachRecord`
// and the rows to keep are overwritten. A cache that cannot be used is no error. Throws Failure as
// data::loadDataset and Objective::render; kStopped.
PreparedSource
prepareSource(const std::string& path, const data::LoadSettings& settings, const Preparation& how);

} // namespace engine::worker
