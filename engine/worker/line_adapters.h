// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prompts that each name their adapters, answered in one batch wherever that can be: the base is
// read once, every adapter's update is made for its own prompts. Compute thread only.
#pragma once

#include "engine/generate/generator.h"
#include "engine/worker/chat_lines.h"
#include "engine/worker/model_session.h"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace engine::worker {

class LineAdapters
{
public:
    // A line's name is the last part of the path of an --adapter, the whole argument, or a path of
    // its own; a line without names has all of them. Throws as readAdapters. The session outlives
    // this and has no adapters of its own.
    LineAdapters(const ModelOptions& options,
                 const std::vector<ChatLine>& lines,
                 ModelSession& session);

    // The arguments of the line's adapters.
    const std::vector<std::string>& namesOf(std::size_t line) const { return m_names[line]; }

    // ModelSession::noteOn of each of them that has one, a list.
    contract::Value notesOf(std::size_t line) const;

    // Every answer, in the order of the lines. Throws Failure(stopped) when asked to stop.
    using OnAnswer = std::function<void(std::size_t line, const generate::Generation& answer)>;
    void generate(const std::vector<std::vector<int64_t>>& prompts,
                  const generate::GenerationSettings& settings,
                  const OnAnswer& onAnswer);

private:
    bool canShare(std::size_t line) const;
    generate::Generation alone(std::size_t line,
                               const std::vector<int64_t>& prompt,
                               const generate::GenerationSettings& settings);
    std::vector<generate::Generation> together(std::size_t first,
                                               std::span<const std::vector<int64_t>> prompts,
                                               const generate::GenerationSettings& settings);

    ModelSession& m_session;
    std::vector<std::vector<std::string>> m_names; // per line
    std::map<std::string, exporters::ScaledAdapter> m_adapters;
    std::map<std::string, contract::Value> m_notes; // of those that have one
};

} // namespace engine::worker
