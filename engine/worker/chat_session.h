// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model kept ready to chat: answers the turns of the playground, pane after pane. The model stays
// loaded until another is asked for, adapters are read once and switched per pane, and of a
// conversation only what is new since the last turn. Compute thread only.
#pragma once

#include "engine/contract/command.h"
#include "engine/generate/generator.h"
#include "engine/text/template_choice.h"
#include "engine/worker/model_session.h"
#include "engine/worker/read_prompts.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::worker {

class ChatSession
{
public:
    struct Listener
    {
        std::function<void(std::string_view name)> onPhase; // loading_model, generating
        std::function<void(int64_t pane, const generate::GeneratedToken& token)> onToken;
        std::function<bool()> isCancelled; // asked between tokens
    };

    explicit ChatSession(CommonOptions common) : m_common(std::move(common)) {}

    // {panes: [{text, ids, logprobs, stop, …} or {error}]} (contract section 5). A cancelled turn
    // holds what was written; panes it did not reach have stop "cancelled" and no ids. An adapter
    // that does not fit, and a template that refuses the messages, fails its pane alone. Throws
    // Failure for the turn as a whole: bad_field, and what ModelSession throws.
    contract::Value answer(const contract::command::Prompt& prompt, const Listener& listener);

private:
    struct Adapter
    {
        methods::AdapterState state;
        std::string sha256;   // of its weights; empty when they are no safetensors file
        contract::Value note; // that it saw the base in another form (ModelSession::noteOn); null
        std::filesystem::file_time_type changed;
        int64_t number; // of all that were read
    };

    void loadModel(const contract::command::Prompt& prompt, const Listener& listener);
    const Adapter& adapter(const std::string& path);
    std::vector<int64_t> promptIds(const contract::Conversation& conversation,
                                   const text::TemplateChoice& format) const;
    contract::Value answerPane(const contract::command::Prompt& prompt,
                               const contract::Conversation& conversation,
                               const Listener& listener,
                               std::size_t index);

    CommonOptions m_common;
    std::string m_model; // path of what is loaded, as m_common says
    std::unique_ptr<ModelSession> m_session;
    std::map<std::string, Adapter> m_adapters; // by path, for this model
    int64_t m_readings = 0;                    // of adapters
    ReadPrompts m_prompts;                     // of this model
};

} // namespace engine::worker
