// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/line_adapters.h"

#include "engine/adapters/adapter_batch.h"
#include "engine/device/signals.h"
#include "engine/generate/generate_together.h"

#include <algorithm>

namespace engine::worker {

namespace {

constexpr std::size_t kMostTogether = 16; // prompts in one batch

std::string lastPart(const std::filesystem::path& path)
{
    return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

// The --adapter that a line means, or the name as a path of its own.
std::string argumentOf(const std::string& name, const std::vector<std::string>& arguments)
{
    const auto found =
        std::find_if(arguments.begin(), arguments.end(), [&name](const std::string& argument) {
            return argument == name
                   || lastPart(adapters::parseAdapterArgument(argument).path) == name;
        });
    return found == arguments.end() ? name : *found;
}

} // namespace

LineAdapters::LineAdapters(const ModelOptions& options,
                           const std::vector<ChatLine>& lines,
                           ModelSession& session)
    : m_session(session)
{
    for (const ChatLine& line : lines) {
        std::vector<std::string> names;
        for (const std::string& name : line.adapters.value_or(options.adapters)) {
            names.push_back(argumentOf(name, options.adapters));
            if (!m_adapters.contains(names.back())) {
                exporters::ScaledAdapter adapter =
                    readAdapters({names.back()}, session.folder().blueprint(), options.rank)
                        .front();
                if (contract::Value note = session.noteOn(adapter.stored); !note.isNull()) {
                    m_notes.emplace(names.back(), std::move(note));
                }
                m_adapters.emplace(names.back(), std::move(adapter));
            }
        }
        m_names.push_back(std::move(names));
    }
}

contract::Value LineAdapters::notesOf(std::size_t line) const
{
    contract::Value notes = contract::Value::List();
    for (const std::string& name : m_names[line]) {
        if (const auto found = m_notes.find(name); found != m_notes.end()) {
            notes.append(found->second);
        }
    }
    return notes;
}

void LineAdapters::generate(const std::vector<std::vector<int64_t>>& prompts,
                            const generate::GenerationSettings& settings,
                            const OnAnswer& onAnswer)
{
    for (std::size_t first = 0; first < prompts.size();) {
        std::size_t count = 0;
        while (count < kMostTogether && first + count < prompts.size() && canShare(first + count)) {
            ++count;
        }
        const std::span<const std::vector<int64_t>> shared(prompts.data() + first, count);
        if (count > 1 && generate::canGenerateTogether(m_session.decoder(), shared, settings)) {
            const auto answers = together(first, shared, settings);
            device::throwIfStopped();
            for (std::size_t i = 0; i < count; ++i) {
                onAnswer(first + i, answers[i]);
            }
            first += count;
            continue;
        }
        const generate::Generation answer = alone(first, prompts[first], settings);
        device::throwIfStopped();
        onAnswer(first, answer);
        ++first;
    }
}

bool LineAdapters::canShare(std::size_t line) const
{
    return std::all_of(m_names[line].begin(), m_names[line].end(), [this](const auto& name) {
        return adapters::AdapterBatch::canShare(m_adapters.at(name).state);
    });
}

generate::Generation LineAdapters::alone(std::size_t line,
                                         const std::vector<int64_t>& prompt,
                                         const generate::GenerationSettings& settings)
{
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> loaded;
    for (const std::string& name : m_names[line]) {
        const exporters::ScaledAdapter& adapter = m_adapters.at(name);
        loaded.push_back(std::make_unique<adapters::LoadedAdapter>(
            m_session.decoder(), adapter.state, adapter.scale));
    }
    const generate::TextSink goesOn = [](const std::string&) { return !device::stopRequested(); };
    generate::Generation answer =
        generate::generate(m_session.decoder(), m_session.tokenizer(), prompt, settings, goesOn);
    while (!loaded.empty()) {
        loaded.pop_back(); // each puts back what it found
    }
    return answer;
}

std::vector<generate::Generation>
LineAdapters::together(std::size_t first,
                       std::span<const std::vector<int64_t>> prompts,
                       const generate::GenerationSettings& settings)
{
    // Lines that name the same adapters share a set.
    std::map<std::vector<std::string>, std::size_t> known;
    std::vector<adapters::AdapterBatch::Set> sets;
    std::vector<std::size_t> setOf;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        const std::vector<std::string>& names = m_names[first + i];
        const auto [at, isNew] = known.emplace(names, sets.size());
        if (isNew) {
            adapters::AdapterBatch::Set set;
            for (const std::string& name : names) {
                const exporters::ScaledAdapter& adapter = m_adapters.at(name);
                set.push_back({&adapter.state, adapter.scale});
            }
            sets.push_back(std::move(set));
        }
        setOf.push_back(at->second);
    }
    adapters::AdapterBatch batch(m_session.decoder(), sets);
    const auto assign = [&](std::span<const std::size_t> running) {
        std::vector<std::size_t> choices;
        for (const std::size_t prompt : running) {
            choices.push_back(setOf[prompt]);
        }
        batch.assign(std::move(choices));
        return !device::stopRequested();
    };
    return generate::generateTogether(
        m_session.decoder(), m_session.tokenizer(), prompts, settings, assign);
}

} // namespace engine::worker
