// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/data_report.h"

#include "engine/data/lengths.h"

#include <algorithm>

namespace engine::worker {

using contract::Value;

namespace {

// More tokens or samples than any data set has; sums of such numbers fit 64 bits.
constexpr int64_t kMostCounted = int64_t{1} << 40;

Value problemList(const std::vector<data::Problem>& problems, const char* reasonKey)
{
    Value list = Value::List();
    for (const data::Problem& problem : problems) {
        Value entry = Value::object({{"file", problem.file},
                                     {"line", problem.line},
                                     {"code", problem.code},
                                     {reasonKey, problem.message}});
        if (!problem.sha256.empty()) {
            entry.set("sha256", problem.sha256);
        }
        if (!problem.text.empty()) {
            entry.set("text", problem.text);
        }
        list.append(std::move(entry));
    }
    return list;
}

// Rows are listed to be read at a glance; the file holds the rest.
constexpr std::size_t kLongestListedText = 4096;
constexpr std::size_t kLargestListedRow = std::size_t{64} << 10; // bytes of JSON

// At most so many bytes, whole characters only.
std::string shortened(const std::string& text)
{
    std::size_t end = std::min(text.size(), kLongestListedText);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    return text.substr(0, end);
}

Value textValue(const char* key, const std::string& text)
{
    Value entry = Value::object({{key, shortened(text)}});
    if (text.size() > kLongestListedText) {
        entry.set("bytes", static_cast<int64_t>(text.size())); // of the whole text
    }
    return entry;
}

template <typename Map>
Value objectOf(const Map& members)
{
    Value object = Value::Object();
    for (const auto& [key, value] : members) {
        object.set(key, value);
    }
    return object;
}

Value turnList(const std::vector<contract::Turn>& turns)
{
    Value list = Value::List();
    for (const contract::Turn& turn : turns) {
        Value entry = textValue("content", turn.content);
        entry.set("role", turn.role);
        if (!turn.input.empty()) {
            entry.set("input", shortened(turn.input));
        }
        list.append(entry);
    }
    return list;
}

// The formats of the rows with the part of all rows that have them, most first.
Value candidateList(const data::Dataset& dataset)
{
    std::vector<std::pair<int64_t, std::string>> formats;
    for (const auto& [format, rows] : dataset.rowsByFormat) {
        formats.emplace_back(-rows, format);
    }
    std::sort(formats.begin(), formats.end());
    Value list = Value::List();
    for (const auto& [rows, format] : formats) {
        const double part = static_cast<double>(-rows) / static_cast<double>(dataset.rows);
        list.append(Value::object({{"format", format}, {"confidence", part}}));
    }
    return list;
}

// What a row has beside the text or the conversation.
void addTask(const data::Record& record, Value& entry)
{
    if (record.task == data::task::kAnswers) {
        return;
    }
    entry.set("task", record.task);
    if (!record.rejected.empty()) {
        entry.set("rejected", turnList(record.rejected));
    }
    if (!record.textPair.empty()) {
        entry.set("text_pair", shortened(record.textPair));
    }
    if (!record.label.isNull()) {
        entry.set("label", record.label);
    }
}

} // namespace

Value problemNote(const data::Problem& problem)
{
    return Value::List{
        problem.file, problem.line, problem.code, problem.message, problem.text, problem.sha256};
}

data::Problem problemOf(const Value& note)
{
    const Value::List& list = note.toList();
    const auto member = [&list](std::size_t i) { return i < list.size() ? list[i] : Value(); };
    return {member(0).toString(),
            member(1).toInteger(),
            member(2).toString(),
            member(3).toString(),
            member(4).toString(),
            member(5).toString()};
}

Value datasetValue(const data::Dataset& dataset)
{
    const Value candidates = candidateList(dataset);
    return Value::object(
        {{"format", dataset.format},
         {"confidence",
          candidates.toList().empty() ? Value(0.0) : candidates.toList().front()["confidence"]},
         {"candidates", candidates},
         {"examples", objectOf(dataset.examples)},
         {"preset", dataset.preset},
         {"roles", objectOf(dataset.roles)},
         {"encoding", dataset.encoding},
         {"rows", dataset.rows},
         {"good", dataset.good},
         {"dropped_by_code", objectOf(dataset.droppedByCode)},
         {"dropped", problemList(dataset.dropped, "reason")},
         {"notices", problemList(dataset.notices, "message")},
         {"columns", Value::list(dataset.columns)},
         {"sha256", dataset.sha256}});
}

Value recordsValue(const data::Dataset& dataset, int64_t first, int64_t rows)
{
    Value records = Value::List();
    for (const data::Record& record : dataset.records) {
        if (record.index >= 0 && (record.index < first || record.index >= first + rows)) {
            continue;
        }
        Value turns = turnList(record.conversation.turns);
        if (record.isText) {
            Value entry = textValue("content", record.text);
            entry.set("role", "text");
            turns.append(entry);
        }
        Value entry = Value::object({{"index", record.index},
                                     {"file", record.file},
                                     {"line", record.line},
                                     {"sha256", record.sha256},
                                     {"turns", turns}});
        if (!record.row.isNull() && toJson(record.row).size() <= kLargestListedRow) {
            entry.set("row", record.row);
        }
        addTask(record, entry);
        records.append(std::move(entry));
    }
    return records;
}

namespace {

Value rowLengthsValue(const std::vector<int64_t>& lengths)
{
    const data::LengthFacts facts = data::lengthFacts(lengths, 0);
    return Value::object({{"count", facts.count},
                          {"tokens", facts.total},
                          {"minimum", facts.minimum},
                          {"median", facts.median},
                          {"p95", facts.p95},
                          {"p99", facts.p99},
                          {"maximum", facts.maximum}});
}

Value histogramValue(const data::LengthHistogram& histogram)
{
    return Value::object({{"width", histogram.width},
                          {"counts", Value::list(histogram.counts)},
                          {"beyond", histogram.beyond}});
}

} // namespace

Value policiesValue(const text::PolicyTable& policies)
{
    Value value = Value::Object();
    for (std::size_t policy = 0; policy < policies.size(); ++policy) {
        const text::PolicyFacts& facts = policies[policy];
        value.set(text::nameOf(static_cast<text::Truncation>(policy)),
                  Value::object({{"samples", facts.samples},
                                 {"truncated", facts.truncated},
                                 {"truncated_answers", facts.truncatedAnswers},
                                 {"dropped", facts.dropped},
                                 {"trained_tokens", facts.trainedTokens}}));
    }
    return value;
}

SampleFacts factsOf(const text::TokenSample& sample, const text::Tokenizer& tokenizer)
{
    SampleFacts facts;
    facts.tokens = static_cast<int64_t>(sample.ids.size());
    facts.trained = objectives::trainedTokens(sample);
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        // Those that are trained count as trained.
        facts.special += sample.mask[i] == 0 && tokenizer.bridge().isSpecial(sample.ids[i]) ? 1 : 0;
        facts.largestId = std::max(facts.largestId, sample.ids[i]);
    }
    facts.truncated = sample.truncatedTokens;
    facts.truncatedAnswer = sample.truncatedAnswerTokens;
    return facts;
}

void SampleTally::add(const SampleFacts& facts)
{
    m_lengths.push_back(facts.tokens);
    m_trained += facts.trained;
    m_special += facts.special;
    m_truncated += facts.truncated > 0 ? 1 : 0;
    m_lost += facts.truncated;
    m_cutAnswers += facts.truncatedAnswer > 0 ? 1 : 0;
    m_largestId = std::max(m_largestId, facts.largestId);
}

void SampleTally::addRow(int64_t tokens)
{
    if (tokens > 0) {
        m_rowTokens.push_back(tokens);
    }
}

void SampleTally::addDropped(data::Problem row)
{
    if (m_dropped.size() < data::kMostListed) {
        m_dropped.push_back(std::move(row));
    }
}

void SampleTally::append(const SampleTally& more)
{
    m_lengths.insert(m_lengths.end(), more.m_lengths.begin(), more.m_lengths.end());
    m_rowTokens.insert(m_rowTokens.end(), more.m_rowTokens.begin(), more.m_rowTokens.end());
    m_trained += more.m_trained;
    m_special += more.m_special;
    m_truncated += more.m_truncated;
    m_lost += more.m_lost;
    m_cutAnswers += more.m_cutAnswers;
    m_largestId = std::max(m_largestId, more.m_largestId);
    for (const data::Problem& row : more.m_dropped) {
        addDropped(row);
    }
    for (const auto& [name, samples] : more.m_findings) {
        m_findings[name] += samples;
    }
}

Value SampleTally::lengths(int64_t maxLength) const
{
    const data::LengthFacts facts = data::lengthFacts(m_lengths, maxLength);
    return Value::object(
        {{"samples", facts.count},
         {"dropped", problemList(m_dropped, "reason")},
         {"tokens", facts.total},
         {"trained_tokens", m_trained},
         {"special_tokens", m_special},
         {"context_tokens", facts.total - m_trained - m_special},
         {"minimum", facts.minimum},
         {"median", facts.median},
         {"p95", facts.p95},
         {"p99", facts.p99},
         {"maximum", facts.maximum},
         {"truncated", m_truncated},
         {"truncated_tokens", m_lost},
         {"truncated_answers", m_cutAnswers},
         {"rows", rowLengthsValue(m_rowTokens)},
         {"histogram", histogramValue(data::lengthHistogram(m_rowTokens, maxLength))}});
}

Value SampleTally::findings() const
{
    return objectOf(m_findings);
}

Value SampleTally::note() const
{
    std::map<int64_t, int64_t> rows; // tokens → rows
    for (const int64_t tokens : m_rowTokens) {
        ++rows[tokens];
    }
    Value rowTokens = Value::List();
    for (const auto& [tokens, count] : rows) {
        rowTokens.append(Value::List{tokens, count});
    }
    Value dropped = Value::List();
    for (const data::Problem& problem : m_dropped) {
        dropped.append(problemNote(problem));
    }
    return Value::object({{"rows", rowTokens},
                          {"trained", m_trained},
                          {"special", m_special},
                          {"truncated", m_truncated},
                          {"lost", m_lost},
                          {"cut_answers", m_cutAnswers},
                          {"largest_id", m_largestId},
                          {"dropped", dropped},
                          {"findings", objectOf(m_findings)}});
}

std::optional<SampleTally> SampleTally::ofNote(const Value& note, std::vector<int64_t> lengths)
{
    SampleTally tally;
    tally.m_lengths = std::move(lengths);
    for (const Value& problem : note["dropped"].toList()) {
        tally.addDropped(problemOf(problem));
    }
    bool isPlausible = true;
    const auto count = [&isPlausible](const Value& value) {
        const int64_t number = value.toInteger();
        isPlausible = isPlausible && number >= 0 && number <= kMostCounted;
        return isPlausible ? number : 0;
    };
    // Every row gave a sample or was dropped; of these the first are listed.
    const std::size_t most = tally.m_dropped.size() < data::kMostListed
                                 ? tally.m_lengths.size() + tally.m_dropped.size()
                                 : static_cast<std::size_t>(kMostCounted);
    for (const Value& rows : note["rows"].toList()) {
        const Value::List& pair = rows.toList();
        const auto repeats = static_cast<std::size_t>(pair.size() == 2 ? count(pair[1]) : 0);
        isPlausible = isPlausible && repeats <= most - tally.m_rowTokens.size();
        if (isPlausible && repeats > 0) {
            tally.m_rowTokens.insert(tally.m_rowTokens.end(), repeats, count(pair[0]));
        }
    }
    tally.m_trained = count(note["trained"]);
    tally.m_special = count(note["special"]);
    tally.m_truncated = count(note["truncated"]);
    tally.m_lost = count(note["lost"]);
    tally.m_cutAnswers = count(note["cut_answers"]);
    tally.m_largestId = count(note["largest_id"]);
    for (const auto& [name, samples] : note["findings"].toObject()) {
        tally.m_findings[name] = count(samples);
    }
    return isPlausible ? std::optional(std::move(tally)) : std::nullopt;
}

void SampleTally::moveFiles(const std::function<std::string(const std::string&)>& place)
{
    for (data::Problem& problem : m_dropped) {
        problem.file = place(problem.file);
    }
}

Value lengthsValue(const objectives::PreparedData& prepared,
                   const text::Tokenizer& tokenizer,
                   int64_t maxLength)
{
    SampleTally tally;
    for (const text::TokenSample& sample : prepared.samples) {
        tally.add(factsOf(sample, tokenizer));
    }
    for (const int64_t tokens : prepared.rowTokens) {
        tally.addRow(tokens);
    }
    for (const data::Problem& row : prepared.dropped) {
        tally.addDropped(row);
    }
    return tally.lengths(maxLength);
}

Value findingCounts(const objectives::PreparedData& prepared)
{
    SampleTally tally;
    for (const data::Problem& finding : prepared.findings) {
        tally.addFinding(finding.message);
    }
    return tally.findings();
}

} // namespace engine::worker
