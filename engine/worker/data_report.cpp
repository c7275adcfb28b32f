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

} // namespace

data::Dataset loadData(const contract::DataSection& section)
{
    data::LoadSettings settings;
    settings.format = section.format;
    settings.columns = section.columns;
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
                          {"good", static_cast<int64_t>(dataset.records.size())},
                          {"dropped", problemList(dataset.dropped, "reason")},
                          {"notices", problemList(dataset.notices, "message")},
                          {"columns", Value::list(dataset.columns)},
                          {"sha256", dataset.sha256}});
}

Value lengthsValue(const objectives::PreparedData& prepared, int64_t maxLength)
{
    std::vector<int64_t> lengths;
    int64_t trained = 0;
    int64_t truncated = 0;
    int64_t lost = 0;
    for (const text::TokenSample& sample : prepared.samples) {
        lengths.push_back(static_cast<int64_t>(sample.ids.size()));
        trained += objectives::trainedTokens(sample);
        truncated += sample.truncatedTokens > 0 ? 1 : 0;
        lost += sample.truncatedTokens;
    }
    const data::LengthFacts facts = data::lengthFacts(lengths, maxLength);
    return Value::object({{"samples", facts.count},
                          {"dropped", problemList(prepared.dropped, "reason")},
                          {"tokens", facts.total},
                          {"trained_tokens", trained},
                          {"minimum", facts.minimum},
                          {"median", facts.median},
                          {"p95", facts.p95},
                          {"maximum", facts.maximum},
                          {"truncated", truncated},
                          {"truncated_tokens", lost}});
}

} // namespace engine::worker
