// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/data_sources.h"

#include "engine/device/sha256.h"
#include "engine/objectives/token_batch.h"
#include "engine/text/renderer.h"
#include "engine/worker/data_report.h"
#include "engine/worker/section_data.h"

#include <algorithm>
#include <iterator>

namespace engine::worker {

using contract::Value;

namespace {

template <typename T>
void append(std::vector<T>& all, std::vector<T>&& more)
{
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

DataSources::DataSources(const contract::DataSection& section,
                         const LoadedTokenizer& tokenizer,
                         const objectives::Objective& objective,
                         WorkProgress& work)
    : m_section(section), m_tokenizer(tokenizer), m_objective(objective), m_work(work)
{
}

std::vector<LoadedSource> DataSources::load()
{
    const std::vector<double> weights = contract::sourceWeights(m_section);
    std::vector<LoadedSource> sources;
    for (const contract::DataSection& source : contract::dataSources(m_section)) {
        // One file for all of them is read with the first.
        const bool isFirst = sources.empty();
        LoadedSource loaded =
            loadSource(source, isFirst ? m_section.validation.path : std::string());
        loaded.weight = weights[sources.size()];
        sources.push_back(std::move(loaded));
    }
    return sources;
}

LoadedSource DataSources::loadSource(const contract::DataSection& source,
                                     const std::string& validationPath)
{
    LoadedSource loaded;
    loaded.section = source;
    const data::LoadSettings settings = settingsOf(source);
    loaded.edits = settings.edits;
    loaded.prepared = prepare(source.path, settings, source);
    loaded.dataset = std::move(loaded.prepared.dataset);
    loaded.sha256 = loaded.dataset.sha256;
    const bool isGiven = !m_section.validation.path.empty();
    const std::string path = isGiven ? validationPath : loaded.dataset.validationPath;
    if (!path.empty()) {
        // A file that is named for all is read as `data` says.
        const contract::DataSection& section = isGiven ? m_section : source;
        const data::LoadSettings own = settingsOf(section);
        loaded.preparedValidation = prepare(path, own, section);
        loaded.validation = std::move(loaded.preparedValidation.dataset);
        loaded.validationEdits = own.edits;
        loaded.sha256 = device::sha256Hex(loaded.sha256 + loaded.validation->sha256);
    }
    if (loaded.edits) {
        loaded.sha256 = device::sha256Hex(loaded.sha256 + loaded.edits->sha256());
    }
    if (loaded.validationEdits && loaded.validationEdits != loaded.edits) {
        loaded.sha256 = device::sha256Hex(loaded.sha256 + loaded.validationEdits->sha256());
    }
    return loaded;
}

// Reading tells how far it is and can be stopped; rows become tokens on the way.
PreparedSource DataSources::prepare(const std::string& path,
                                    const data::LoadSettings& settings,
                                    const contract::DataSection& section) const
{
    const text::Renderer renderer(m_tokenizer.tokenizer, renderSettings(section));
    return prepareSource(
        path,
        settings,
        {m_objective, renderer, m_tokenizer.tokenizer, m_tokenizer.modelFolder, m_tokenizer.key});
}

data::LoadSettings DataSources::settingsOf(const contract::DataSection& source)
{
    contract::DataSection section = source;
    section.edits.clear();
    data::LoadSettings settings = loadSettings(section);
    settings.progress = m_work.reading();
    if (!source.edits.empty()) {
        std::shared_ptr<const data::Edits>& edits = m_edits[source.edits];
        if (!edits) {
            edits = std::make_shared<data::Edits>(data::Edits::load(source.edits));
        }
        settings.edits = edits;
    }
    return settings;
}

objectives::PreparedData joined(std::vector<objectives::PreparedData> parts)
{
    if (parts.size() == 1) {
        return std::move(parts.front());
    }
    objectives::PreparedData all;
    for (objectives::PreparedData& part : parts) {
        append(all.samples, std::move(part.samples));
        append(all.rowTokens, std::move(part.rowTokens));
        append(all.dropped, std::move(part.dropped));
        append(all.findings, std::move(part.findings));
        for (std::size_t policy = 0; policy < text::kPolicies; ++policy) {
            all.policies[policy].add(part.policies[policy]);
        }
    }
    return all;
}

Value sourcesValue(const std::vector<LoadedSource>& sources, const std::vector<SourceShare>& shares)
{
    std::vector<data::MixPart> parts;
    for (const SourceShare& share : shares) {
        parts.push_back(share.part);
    }
    const data::Mixture mixture(parts, 0);
    double all = 0; // trained tokens of an epoch
    std::vector<double> tokens;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto samples = static_cast<double>(std::max<int64_t>(parts[i].samples, 1));
        tokens.push_back(static_cast<double>(shares[i].trainedTokens)
                         * static_cast<double>(mixture.seen(i)) / samples);
        all += tokens.back();
    }
    Value list = Value::List();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        Value entry =
            Value::object({{"path", sources[i].section.path}, {"weight", sources[i].weight}});
        const Value said = datasetValue(sources[i].dataset);
        for (const auto& [key, value] : said.toObject()) {
            entry.set(key, value);
        }
        entry.set("samples", parts[i].samples);
        entry.set("validation_samples", shares[i].validation);
        entry.set("samples_per_epoch", mixture.seen(i));
        entry.set("trained_tokens", shares[i].trainedTokens);
        entry.set("share", all > 0 ? Value(tokens[i] / all) : Value());
        list.append(std::move(entry));
    }
    return list;
}

Value sourceEditsValue(const std::vector<LoadedSource>& sources)
{
    std::map<const data::Edits*, std::vector<const data::Dataset*>> datasets;
    std::vector<std::shared_ptr<const data::Edits>> files; // in order
    const auto add = [&](const std::shared_ptr<const data::Edits>& edits,
                         const data::Dataset& dataset) {
        if (edits) {
            std::vector<const data::Dataset*>& own = datasets[edits.get()];
            if (own.empty()) {
                files.push_back(edits);
            }
            own.push_back(&dataset);
        }
    };
    for (const LoadedSource& source : sources) {
        add(source.edits, source.dataset);
        if (source.validation) {
            add(source.validationEdits, *source.validation);
        }
    }
    if (files.size() < 2) {
        return files.empty() ? Value() : editsValue(files.front(), datasets[files.front().get()]);
    }
    std::string hashes;
    int64_t changed = 0;
    int64_t deleted = 0;
    Value unmatched = Value::List();
    for (const std::shared_ptr<const data::Edits>& edits : files) {
        const Value one = editsValue(edits, datasets[edits.get()]);
        hashes += edits->sha256();
        changed += one["changed"].toInteger();
        deleted += one["deleted"].toInteger();
        for (const Value& edit : one["unmatched"].toList()) {
            unmatched.append(edit);
        }
    }
    return Value::object({{"sha256", device::sha256Hex(hashes)},
                          {"changed", changed},
                          {"deleted", deleted},
                          {"unmatched", unmatched}});
}

std::string sourcesSha256(const std::vector<LoadedSource>& sources)
{
    if (sources.size() == 1) {
        return sources.front().sha256;
    }
    std::string hashes;
    for (const LoadedSource& source : sources) {
        hashes += source.sha256;
    }
    return device::sha256Hex(hashes);
}

} // namespace engine::worker
