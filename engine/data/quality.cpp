// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/quality.h"

#include "engine/data/row.h"
#include "engine/data/split.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

namespace engine::data {

namespace {

constexpr std::size_t kShownText = 200;        // bytes of what rows share
constexpr std::size_t kLongestLabel = 64;      // bytes
constexpr std::size_t kMostLabels = 200;       // answers that are more are no labels
constexpr int64_t kRowsOfALabel = 5;           // on average, from which on answers are labels
constexpr std::string_view kFieldEnd{"\0", 1}; // keeps "ab"+"c" and "a"+"bc" apart

std::string_view withoutBlanks(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string_view()
               : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// At most so many bytes, whole characters only.
std::string beginning(std::string_view text)
{
    std::size_t end = std::min(text.size(), kShownText);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    return std::string(text.substr(0, end));
}

void hashTurn(device::Sha256& hash, const contract::Turn& turn)
{
    for (const std::string_view text : {std::string_view(turn.role),
                                        std::string_view(turn.content),
                                        std::string_view(turn.input)}) {
        hash.update(text);
        hash.update(kFieldEnd);
    }
    if (!turn.extra.isNull()) {
        hash.update(contract::toJson(turn.extra));
    }
}

std::uint64_t beginningOf(const device::Sha256::Digest& digest)
{
    std::uint64_t number = 0;
    std::memcpy(&number, digest.data(), sizeof number);
    return number;
}

} // namespace

struct QualityCheck::Facts
{
    device::Sha256::Digest turns = {};
    device::Sha256::Digest question = {}; // all but the last answer
    device::Sha256::Digest answer = {};   // the last, without blanks around it
    std::optional<std::string_view> answerText;
    bool hasAnswer = false; // an answer, or a label
    Signature signature = {};
};

QualityCheck::Facts QualityCheck::factsOf(const Record& record)
{
    Facts facts;
    const std::vector<contract::Turn>& turns = record.conversation.turns;
    std::size_t last = turns.size();
    for (std::size_t turn = turns.size(); turn > 0 && last == turns.size(); --turn) {
        last = turns[turn - 1].role == "assistant" ? turn - 1 : last;
    }
    device::Sha256 all;
    device::Sha256 question;
    for (std::size_t turn = 0; turn < turns.size(); ++turn) {
        hashTurn(all, turns[turn]);
        if (turn != last) {
            hashTurn(question, turns[turn]);
        }
        // What every row begins with would make them all similar.
        if (turns[turn].role != "system") {
            m_minHash.add(turns[turn].content);
            m_minHash.add("\n");
            m_minHash.add(turns[turn].input);
            m_minHash.add("\n");
        }
    }
    all.update(record.text);
    m_minHash.add(record.text);
    all.update(kFieldEnd);
    all.update(record.textPair);
    question.update(record.text);
    question.update(kFieldEnd);
    question.update(record.textPair);
    m_minHash.add("\n");
    m_minHash.add(record.textPair);
    for (const contract::Turn& turn : record.rejected) {
        hashTurn(all, turn);
    }
    if (!record.label.isNull()) {
        const std::string label = contract::toJson(record.label);
        all.update(label);
        facts.answer = device::sha256(label);
        facts.hasAnswer = true;
    }
    facts.turns = all.digest();
    facts.question = question.digest();
    facts.signature = m_minHash.take();
    if (last < turns.size()) {
        facts.answerText = withoutBlanks(turns[last].content);
        facts.answer = device::sha256(*facts.answerText);
        facts.hasAnswer = true;
    }
    return facts;
}

void QualityCheck::add(const Record& record)
{
    const auto place = static_cast<int64_t>(m_indices.size());
    const Facts facts = factsOf(record);
    m_indices.push_back(record.index);
    m_answers.push_back(beginningOf(facts.answer));
    const auto join = [&](Groups& groups, int64_t first, double similarity) {
        Group& group = groups[first];
        group.later.push_back(place);
        ++group.count;
        group.similarity = std::min(group.similarity, similarity);
    };
    if (const auto first = m_turns.firstOrAdd(facts.turns, place)) {
        join(m_exact, *first, 1);
    } else if (const auto similar = m_similar.find(facts.signature)) {
        join(m_near, similar->row, similar->similarity);
    } else if (!m_similar.add(facts.signature, place)) {
        ++m_uncompared;
    }
    if (facts.answerText) {
        addAnswer(facts, place);
    }
    if (facts.hasAnswer) {
        addQuestion(facts, place);
    }
    countLabels(record, facts);
}

void QualityCheck::addAnswer(const Facts& facts, int64_t place)
{
    if (const auto first = m_firstAnswers.firstOrAdd(facts.answer, place)) {
        Group& group = m_repeatedAnswers[*first];
        if (group.count++ == 0) {
            group.text = beginning(*facts.answerText);
        }
        if (group.later.size() < kListedRows) {
            group.later.push_back(place);
        }
    }
}

void QualityCheck::addQuestion(const Facts& facts, int64_t place)
{
    const auto asked = m_questions.firstOrAdd(facts.question, place);
    if (asked
        && m_answers[static_cast<std::size_t>(*asked)]
               != m_answers[static_cast<std::size_t>(place)]) {
        Group& group = m_conflicts[*asked];
        ++group.count;
        group.later.push_back(place);
    }
}

// A column of labels, or answers that may turn out to be some.
void QualityCheck::countLabels(const Record& record, const Facts& facts)
{
    const Value::List single = {record.label};
    for (const Value& label : record.label.isList() ? record.label.toList() : single) {
        if (!label.isNull()) {
            countLabel(label.isString() ? label.toString() : contract::toJson(label));
        } else if (facts.answerText) {
            countLabel(std::string(*facts.answerText));
        }
    }
}

void QualityCheck::countLabel(const std::string& label)
{
    m_isWithoutLabels = m_isWithoutLabels || label.size() > kLongestLabel;
    if (m_isWithoutLabels) {
        return;
    }
    ++m_labels[label];
    ++m_labelled;
    m_isWithoutLabels = m_labels.size() > kMostLabels;
}

void QualityCheck::addValidation(const Record& record)
{
    const Facts facts = factsOf(record);
    ++m_leakage.validationRows;
    std::optional<LeakedRow> leaked;
    if (const auto first = m_turns.find(facts.turns)) {
        leaked = LeakedRow{indexAt(*first), record.index, 1};
        ++m_leakage.exact;
    } else if (const auto similar = m_similar.find(facts.signature)) {
        leaked = LeakedRow{indexAt(similar->row), record.index, similar->similarity};
        ++m_leakage.near;
    }
    if (leaked && m_leakage.rows.size() < kListedGroups) {
        m_leakage.rows.push_back(*leaked);
    }
}

Leakage QualityCheck::splitLeakage(double fraction, std::uint64_t seed) const
{
    const auto rows = static_cast<int64_t>(m_indices.size());
    const Split split = splitIndices(rows, fraction, seed);
    std::vector<bool> validates(m_indices.size());
    for (const int64_t place : split.validation) {
        validates[static_cast<std::size_t>(place)] = true;
    }
    const auto trains = [&](int64_t place) { return !validates[static_cast<std::size_t>(place)]; };
    Leakage leakage;
    leakage.validationRows = static_cast<int64_t>(split.validation.size());
    const auto leak = [&](int64_t trained, int64_t place, double similarity) {
        if (leakage.rows.size() < kListedGroups) {
            leakage.rows.push_back({indexAt(trained), indexAt(place), similarity});
        }
    };
    // Similar rows with their copies, by the first of all.
    std::map<int64_t, int64_t> similarTo;
    std::map<int64_t, std::set<int64_t>> clusters;
    for (const auto& [first, group] : m_near) {
        clusters[first].insert(first);
        for (const int64_t place : group.later) {
            clusters[first].insert(place);
            similarTo[place] = first;
        }
    }
    std::set<int64_t> leaked;
    for (const auto& [first, group] : m_exact) {
        std::vector<int64_t> copies = {first};
        copies.insert(copies.end(), group.later.begin(), group.later.end());
        const auto trained = std::find_if(copies.begin(), copies.end(), trains);
        for (const int64_t place : copies) {
            if (trained != copies.end() && !trains(place)) {
                ++leakage.exact;
                leak(*trained, place, 1);
                leaked.insert(place);
            }
        }
        const auto root = similarTo.find(first);
        const auto cluster = clusters.find(root == similarTo.end() ? first : root->second);
        if (cluster != clusters.end()) {
            cluster->second.insert(copies.begin(), copies.end());
        }
    }
    for (const auto& [first, members] : clusters) {
        const auto trained = std::find_if(members.begin(), members.end(), trains);
        for (const int64_t place : members) {
            if (trained != members.end() && !trains(place) && !leaked.contains(place)) {
                ++leakage.near;
                leak(*trained, place, m_near.at(first).similarity);
            }
        }
    }
    return leakage;
}

RowGroups QualityCheck::listed(const Groups& groups) const
{
    RowGroups result;
    result.groupCount = static_cast<int64_t>(groups.size());
    std::vector<Groups::const_iterator> order;
    for (auto group = groups.begin(); group != groups.end(); ++group) {
        order.push_back(group);
        result.rows += group->second.count;
    }
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a->second.count > b->second.count;
    });
    order.resize(std::min(order.size(), kListedGroups));
    for (const auto& entry : order) {
        const auto& [first, group] = *entry;
        RowGroup shown{{indexAt(first)}, group.count + 1, group.similarity, group.text};
        for (const int64_t place : group.later) {
            if (shown.rows.size() < kListedRows) {
                shown.rows.push_back(indexAt(place));
            }
        }
        result.groups.push_back(std::move(shown));
    }
    return result;
}

std::vector<LabelCount> QualityCheck::labels() const
{
    std::vector<LabelCount> labels;
    const auto distinct = static_cast<int64_t>(m_labels.size());
    if (m_isWithoutLabels || distinct < 2 || m_labelled < kRowsOfALabel * distinct) {
        return labels;
    }
    for (const auto& [label, rows] : m_labels) {
        labels.push_back({label, rows});
    }
    std::stable_sort(labels.begin(), labels.end(), [](const LabelCount& a, const LabelCount& b) {
        return a.rows > b.rows;
    });
    return labels;
}

Quality QualityCheck::quality() const
{
    Quality quality;
    quality.rows = static_cast<int64_t>(m_indices.size());
    quality.exactDuplicates = listed(m_exact);
    quality.nearDuplicates = listed(m_near);
    quality.repeatedAnswers = listed(m_repeatedAnswers);
    quality.conflictingAnswers = listed(m_conflicts);
    quality.labels = labels();
    quality.uncompared = m_uncompared;
    return quality;
}

} // namespace engine::data
