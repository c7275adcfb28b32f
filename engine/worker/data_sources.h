// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The sources of a job's data, each read and tokenised, and what is said of them together. Compute
// thread only.
#pragma once

#include "engine/contract/job.h"
#include "engine/data/dataset.h"
#include "engine/data/mixture.h"
#include "engine/objectives/objective.h"
#include "engine/text/tokenizer.h"
#include "engine/worker/prepared_source.h"
#include "engine/worker/work_progress.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::worker {

struct LoadedSource
{
    contract::DataSection section; // as the source reads it
    double weight = 1;
    data::Dataset dataset;   // without records
    PreparedSource prepared; // its samples; its data set is the one above
    // Data of its own to validate with, likewise without records; else a part of `prepared` does.
    std::optional<data::Dataset> validation = {};
    PreparedSource preparedValidation = {};
    std::shared_ptr<const data::Edits> edits = {};
    std::shared_ptr<const data::Edits> validationEdits = {};
    std::string sha256 = {}; // of the data, of what validates and of the edits
};

// A model's tokenizer, where it lies, and tokenizerKey() before it was loaded.
struct LoadedTokenizer
{
    const text::Tokenizer& tokenizer;
    std::string modelFolder;
    std::string key;
};

class DataSources
{
public:
    // All outlive the object. `section` with a maximum length that the model has.
    DataSources(const contract::DataSection& section,
                const LoadedTokenizer& tokenizer,
                const objectives::Objective& objective,
                WorkProgress& work);

    // Reads them all. Throws Failure as data::loadDataset and text::Renderer, and (unsupported)
    // for rows of another objective.
    std::vector<LoadedSource> load();

private:
    LoadedSource loadSource(const contract::DataSection& source, const std::string& validationPath);
    PreparedSource prepare(const std::string& path,
                           const data::LoadSettings& settings,
                           const contract::DataSection& section) const;
    data::LoadSettings settingsOf(const contract::DataSection& source);

    const contract::DataSection& m_section;
    const LoadedTokenizer& m_tokenizer;
    const objectives::Objective& m_objective;
    WorkProgress& m_work;
    std::map<std::string, std::shared_ptr<const data::Edits>> m_edits; // by path
};

// The samples of all sources one behind the other; of several without `rows`.
objectives::PreparedData joined(std::vector<objectives::PreparedData> parts);

// What one source is in a mixture.
struct SourceShare
{
    data::MixPart part;        // its samples that train, and its weight
    int64_t validation = 0;    // samples
    int64_t trainedTokens = 0; // of its samples, each once
};

// [{path, weight, …what `inspect data` says of it…, samples, validation_samples, samples_per_epoch,
// trained_tokens, share}]; `share`: of the trained tokens of an epoch, weights counted; null while
// nobody knows them.
contract::Value sourcesValue(const std::vector<LoadedSource>& sources,
                             const std::vector<SourceShare>& shares);

// As editsValue() over all of them; where they have several files of edits, sums and lists of all.
// Null without edits.
contract::Value sourceEditsValue(const std::vector<LoadedSource>& sources);

// Of all sources: one's own, or over those of all.
std::string sourcesSha256(const std::vector<LoadedSource>& sources);

} // namespace engine::worker
