// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is said of data and of the samples made from it.
#pragma once

#include "engine/contract/value.h"
#include "engine/data/dataset.h"
#include "engine/objectives/registry.h"
#include "engine/text/renderer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine::worker {

// A problem as a list of its members, and back.
contract::Value problemNote(const data::Problem& problem);
data::Problem problemOf(const contract::Value& note);

// The answer of `inspect data`.
contract::Value datasetValue(const data::Dataset& dataset);
// The kept rows with an index in [first, first + rows) and their turns, with those that only an
// edit made good; long texts are shortened, and say so, members of large rows are left out.
contract::Value recordsValue(const data::Dataset& dataset, int64_t first, int64_t rows);

// What a report adds up of a sample.
struct SampleFacts
{
    int64_t tokens = 0;
    int64_t trained = 0;
    int64_t special = 0;         // only read
    int64_t truncated = 0;       // tokens
    int64_t truncatedAnswer = 0; // targets among them
    int64_t largestId = 0;
};
SampleFacts factsOf(const text::TokenSample& sample, const text::Tokenizer& tokenizer);

// What is said of samples whose rows are not kept.
class SampleTally
{
public:
    void add(const SampleFacts& facts);
    void addRow(int64_t tokens);          // before it was cut; rows without tokens do not count
    void addDropped(data::Problem row);   // the first data::kMostListed are listed
    void append(const SampleTally& more); // of another source
    void addFinding(const std::string& name) { ++m_findings[name]; }

    contract::Value lengths(int64_t maxLength) const; // as lengthsValue
    contract::Value findings() const;                 // as findingCounts
    int64_t largestId() const { return m_largestId; }

    // All but the lengths of the samples, which are known from elsewhere, and back.
    contract::Value note() const;
    // Nothing when it counts what cannot have been: a note may be damaged.
    static std::optional<SampleTally> ofNote(const contract::Value& note,
                                             std::vector<int64_t> lengths);
    // `place`: where a file lies now.
    void moveFiles(const std::function<std::string(const std::string& file)>& place);

private:
    std::vector<int64_t> m_lengths;
    std::vector<int64_t> m_rowTokens;
    int64_t m_trained = 0;
    int64_t m_special = 0;
    int64_t m_truncated = 0;
    int64_t m_lost = 0;
    int64_t m_cutAnswers = 0;
    int64_t m_largestId = 0;
    std::vector<data::Problem> m_dropped;
    std::map<std::string, int64_t> m_findings;
};

// Tokens per sample: minimum, median, maximum, total, trained, special, how many were cut.
contract::Value lengthsValue(const objectives::PreparedData& prepared,
                             const text::Tokenizer& tokenizer,
                             int64_t maxLength);
// What each policy for long rows would do, by its name.
contract::Value policiesValue(const text::PolicyTable& policies);
// How many samples have each finding.
contract::Value findingCounts(const objectives::PreparedData& prepared);

} // namespace engine::worker
