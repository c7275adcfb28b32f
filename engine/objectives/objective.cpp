// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/objective.h"

namespace engine::objectives {

PreparedData Objective::prepare(const data::Dataset& dataset, const text::Renderer& renderer) const
{
    PreparedData prepared;
    prepared.isOneDocument = dataset.records.size() == 1 && isDocument(dataset.records.front());
    for (std::size_t row = 0; row < dataset.records.size(); ++row) {
        const data::Record& record = dataset.records[row];
        text::Rendered rendered = render(record, renderer);
        for (std::size_t policy = 0; policy < text::kPolicies; ++policy) {
            prepared.policies[policy].add(rendered.policies[policy]);
        }
        if (rendered.tokens > 0) {
            prepared.rowTokens.push_back(rendered.tokens);
        }
        if (rendered.samples.empty()) {
            prepared.dropped.push_back(nothingToTrain(record, rendered));
        }
        for (text::TokenSample& sample : rendered.samples) {
            for (const std::string& finding : sample.findings) {
                prepared.findings.push_back(findingOf(record, finding));
            }
            prepared.samples.push_back(std::move(sample));
            prepared.rows.push_back(static_cast<int64_t>(row));
        }
    }
    return prepared;
}

data::Problem nothingToTrain(const data::Record& record, const text::Rendered& rendered)
{
    return {record.file, record.line, "nothing_to_train", rendered.dropReason, {}, record.sha256};
}

data::Problem findingOf(const data::Record& record, const std::string& finding)
{
    return {record.file, record.line, "finding", finding, {}, record.sha256};
}

} // namespace engine::objectives
