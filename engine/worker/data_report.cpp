// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/data_report.h"

#include "engine/data/lengths.h"
#include "engine/device/failure.h"

#include <algorithm>

namespace engine::worker {

using contract::Value;

namespace {

Value problemList(const std::vector<data::Problem>& problems, const char* reasonKey)
{
    Value list = Value::List();
    for (const data::Problem& problem : problems) {
        list.append(Value::object({{"file", problem.file},
                                   {"line", problem.line},
                                   {"code", problem.code},
                                   {reasonKey, problem.message}}));
    }
    return list;
}

// Rows are listed to be read at a glance; the file holds the rest.
constexpr std::size_t kLongestListedText = 4096;

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

data::Dataset loadData(const contract::DataSection& section, int64_t firstKept, int64_t mostKept)
{
    data::LoadSettings settings;
    settings.format = section.format;
    settings.columns = section.columns;
    settings.firstKept = firstKept;
    settings.mostKept = mostKept;
    return data::loadDataset(section.path, settings);
}

text::RenderSettings renderSettings(const contract::DataSection& section)
{
    text::RenderSettings settings;
    settings.templateName = section.chatTemplate;
    settings.mask = text::maskRuleOf(section.mask);
    settings.truncate = text::truncationOf(section.truncate);
    settings.maxLength = section.maxLength;
    return settings;
}

std::map<std::string, std::string> columnRoles(const std::vector<std::string>& arguments)
{
    std::map<std::string, std::string> roles;
    for (const std::string& argument : arguments) {
        const std::size_t equals = argument.find('=');
        if (equals == std::string::npos) {
            throw Failure(code::kBadArgument,
                          "--map: expected column=role, got " + argument,
                          "For example --map question=prompt --map reply=completion",
                          "--map");
        }
        roles[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
    return roles;
}

Value datasetValue(const data::Dataset& dataset)
{
    return Value::object({{"format", dataset.format},
                          {"encoding", dataset.encoding},
                          {"rows", dataset.rows},
                          {"good", dataset.good},
                          {"dropped", problemList(dataset.dropped, "reason")},
                          {"notices", problemList(dataset.notices, "message")},
                          {"columns", Value::list(dataset.columns)},
                          {"sha256", dataset.sha256}});
}

Value recordsValue(const data::Dataset& dataset, int64_t first, int64_t rows)
{
    Value records = Value::List();
    const int64_t end = dataset.firstKept + static_cast<int64_t>(dataset.records.size());
    for (int64_t index = first; index < std::min(end, first + rows); ++index) {
        const data::Record& record =
            dataset.records[static_cast<std::size_t>(index - dataset.firstKept)];
        Value turns = Value::List();
        for (const contract::Turn& turn : record.conversation.turns) {
            Value entry = textValue("content", turn.content);
            entry.set("role", turn.role);
            if (!turn.input.empty()) {
                entry.set("input", shortened(turn.input));
            }
            turns.append(entry);
        }
        if (record.isText) {
            Value entry = textValue("content", record.text);
            entry.set("role", "text");
            turns.append(entry);
        }
        records.append(Value::object({{"index", index},
                                      {"file", record.file},
                                      {"line", record.line},
                                      {"sha256", record.sha256},
                                      {"turns", turns}}));
    }
    return records;
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
    return Value::object({{"samples", facts.count},
                          {"dropped", problemList(prepared.dropped, "reason")},
                          {"tokens", facts.total},
                          {"trained_tokens", trained},
                          {"special_tokens", special},
                          {"context_tokens", facts.total - trained - special},
                          {"minimum", facts.minimum},
                          {"median", facts.median},
                          {"p95", facts.p95},
                          {"maximum", facts.maximum},
                          {"truncated", truncated},
                          {"truncated_tokens", lost},
                          {"truncated_answers", cutAnswers}});
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
