// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/data_report.h"

#include "engine/data/lengths.h"

#include <algorithm>

namespace engine::worker {

using contract::Value;

namespace {

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

// Special tokens that are only read. Those that are trained count as trained.
int64_t untrainedSpecials(const text::TokenSample& sample, const text::Tokenizer& tokenizer)
{
    int64_t count = 0;
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        count += sample.mask[i] == 0 && tokenizer.bridge().isSpecial(sample.ids[i]) ? 1 : 0;
    }
    return count;
}

} // namespace

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

Value lengthsValue(const objectives::PreparedData& prepared,
                   const text::Tokenizer& tokenizer,
                   int64_t maxLength)
{
    std::vector<int64_t> lengths;
    int64_t trained = 0;
    int64_t special = 0;
    int64_t truncated = 0;
    int64_t lost = 0;
    int64_t cutAnswers = 0;
    for (const text::TokenSample& sample : prepared.samples) {
        lengths.push_back(static_cast<int64_t>(sample.ids.size()));
        trained += objectives::trainedTokens(sample);
        special += untrainedSpecials(sample, tokenizer);
        truncated += sample.truncatedTokens > 0 ? 1 : 0;
        lost += sample.truncatedTokens;
        cutAnswers += sample.truncatedAnswerTokens > 0 ? 1 : 0;
    }
    const data::LengthFacts facts = data::lengthFacts(lengths, maxLength);
    return Value::object(
        {{"samples", facts.count},
         {"dropped", problemList(prepared.dropped, "reason")},
         {"tokens", facts.total},
         {"trained_tokens", trained},
         {"special_tokens", special},
         {"context_tokens", facts.total - trained - special},
         {"minimum", facts.minimum},
         {"median", facts.median},
         {"p95", facts.p95},
         {"p99", facts.p99},
         {"maximum", facts.maximum},
         {"truncated", truncated},
         {"truncated_tokens", lost},
         {"truncated_answers", cutAnswers},
         {"rows", rowLengthsValue(prepared.rowTokens)},
         {"histogram", histogramValue(data::lengthHistogram(prepared.rowTokens, maxLength))}});
}

Value findingCounts(const objectives::PreparedData& prepared)
{
    Value counts = Value::Object();
    for (const data::Problem& finding : prepared.findings) {
        counts.set(finding.message, counts[finding.message].toInteger() + 1);
    }
    return counts;
}

} // namespace engine::worker
