// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Everything the studio says, on stdin of the engine or appended to RUN/control.jsonl (contract
// section 3).
#pragma once

#include "engine/contract/job.h"
#include "engine/contract/message.h"
#include "engine/contract/sampling.h"
#include "engine/contract/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::contract::command {

// Commands that are their kind alone, obeyed between steps: Message{std::string(command::kPause)}.
inline constexpr std::string_view kPause = "pause"; // frees the device
inline constexpr std::string_view kResume = "resume";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kStop = "stop";     // saves first
inline constexpr std::string_view kDetach = "detach"; // the window closes, the run goes on

// Any verb that answers; a newer `estimate` supersedes the older.
struct Ask
{
    static constexpr std::string_view kKind = "ask";
    static const Schema<Ask>& schema();
    std::string id;
    std::string question; // the verb
    Value arguments = Value::Object();
};

struct Cancel
{
    static constexpr std::string_view kKind = "cancel";
    static const Schema<Cancel>& schema();
    std::string id; // of the question
};

// One side of a chat turn.
struct Pane
{
    std::vector<AdapterSource> adapters;
    Sampling sampling;
};

// A chat turn: the panes are written one after the other, told by `token` events and one `answer`.
// A cancelled one is answered too, with what was written until then.
struct Prompt
{
    static constexpr std::string_view kKind = "prompt";
    static const Schema<Prompt>& schema();
    std::string id;
    std::string model; // folder; stays loaded until another one is asked for, or another form of it
    std::string quantization = "none"; // as model.quantization of a job
    bool doubleQuant = true;
    bool quantizeEmbeddings = false;
    Value messages = Value::List();    // [{"role": …, "content": …}]
    std::string system;                // a system turn put first; empty = none
    std::string chatTemplate = "auto"; // key "template", values as in data.template
    std::vector<Pane> panes;
};

} // namespace engine::contract::command
