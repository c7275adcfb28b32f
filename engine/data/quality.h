// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is wrong with a whole data set, row after row and without keeping the rows: rows that repeat
// each other exactly or nearly, the same answer or question again and again, training rows that
// stand in the validation data. About 450 bytes a row.
#pragma once

#include "engine/data/record.h"
#include "engine/data/row_hashes.h"
#include "engine/data/similar_rows.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace engine::data {

// How many groups are listed, and rows of each; counts are of all.
inline constexpr std::size_t kListedGroups = 1000;
inline constexpr std::size_t kListedRows = 100;

// Rows (Record::index) that have something in common; the first is the one others are compared to.
struct RowGroup
{
    std::vector<int64_t> rows; // at most kListedRows
    int64_t count = 0;         // all of them
    double similarity = 1;     // the least of a row to the first
    std::string text = {};     // what they share, where that is short
};

struct RowGroups
{
    std::vector<RowGroup> groups; // at most kListedGroups, the largest first
    int64_t groupCount = 0;
    int64_t rows = 0; // in groups, without the first of each
};

struct LeakedRow
{
    int64_t row = 0; // of the training data
    int64_t validationRow = 0;
    double similarity = 1; // 1: the same turns
};

struct Leakage
{
    int64_t validationRows = 0;
    int64_t exact = 0;           // validation rows with the turns of a training row
    int64_t near = 0;            // further ones that are similar to one
    std::vector<LeakedRow> rows; // at most kListedGroups
};

struct LabelCount
{
    std::string label;
    int64_t rows = 0;
};

struct Quality
{
    int64_t rows = 0;
    RowGroups exactDuplicates;      // the same turns, whatever other columns say
    RowGroups nearDuplicates;       // similar text, not the same
    RowGroups repeatedAnswers;      // the same last answer
    RowGroups conflictingAnswers;   // the same turns but for other last answers
    std::vector<LabelCount> labels; // of label columns, or of answers that are few: most rows first
    int64_t uncompared = 0;         // rows beyond those that similar ones are searched among
};

class QualityCheck
{
public:
    // The next training row.
    void add(const Record& record);
    // The next row of the validation data, after all training rows.
    void addValidation(const Record& record);

    Quality quality() const;
    // Of the validation rows that were added.
    const Leakage& leakage() const { return m_leakage; }
    // Of a validation part that is split off as training does it when every row makes one sample.
    Leakage splitLeakage(double fraction, std::uint64_t seed) const;

private:
    struct Facts; // of one row
    // Rows with something in common with an earlier one, by the place of the first among all rows.
    struct Group
    {
        std::vector<int64_t> later; // places
        int64_t count = 0;          // all later ones
        double similarity = 1;
        std::string text = {};
    };
    using Groups = std::map<int64_t, Group>;

    Facts factsOf(const Record& record);
    void addAnswer(const Facts& facts, int64_t place);
    void addQuestion(const Facts& facts, int64_t place);
    void countLabels(const Record& record, const Facts& facts);
    void countLabel(const std::string& label);
    RowGroups listed(const Groups& groups) const;
    std::vector<LabelCount> labels() const;
    int64_t indexAt(int64_t place) const { return m_indices[static_cast<std::size_t>(place)]; }

    MinHash m_minHash;
    std::deque<int64_t> m_indices;       // [rows], by place
    std::deque<std::uint64_t> m_answers; // [rows] of the hash of the last answer or the label
    RowHashes m_turns;
    RowHashes m_questions;
    RowHashes m_firstAnswers;
    SimilarRows m_similar;
    Groups m_exact;
    Groups m_near;
    Groups m_repeatedAnswers;
    Groups m_conflicts;
    std::map<std::string, int64_t> m_labels;
    bool m_isWithoutLabels = false; // answers are too many or too long to be labels
    int64_t m_labelled = 0;
    int64_t m_uncompared = 0;
    Leakage m_leakage;
};

} // namespace engine::data
