// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/chat_session.h"

#include "engine/contract/event.h"
#include "engine/device/failure.h"
#include "engine/device/memory.h"
#include "engine/device/sha256.h"
#include "engine/text/embedding_rows.h"
#include "engine/text/renderer.h"
#include "engine/worker/chat_lines.h"
#include "engine/worker/template_use.h"

namespace engine::worker {

namespace fs = std::filesystem;
namespace command = contract::command;
using contract::Value;

namespace {

// More adapters than one compares in a while; the rest is read again when it comes back.
constexpr std::size_t kMostCachedAdapters = 8;
constexpr int64_t kAlternatives = 3;
// Of the free memory, what the prompts of all panes may keep.
constexpr std::size_t kShareOfMemory = 4;

[[noreturn]] void refuse(const std::string& field, const std::string& expected)
{
    throw Failure(code::kBadField, field + ": expected " + expected, "", field);
}

contract::Conversation conversationOf(const command::Prompt& prompt)
{
    contract::Conversation conversation;
    if (!prompt.system.empty()) {
        conversation.turns.push_back({"system", prompt.system});
    }
    const Value::List& messages = prompt.messages.toList();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string field = "prompt.messages[" + std::to_string(i) + "]";
        const Value& role = messages[i]["role"];
        if (!isRole(role.toString())) {
            refuse(field + ".role", "system, user, assistant or tool");
        }
        if (!messages[i]["content"].isString()) {
            refuse(field + ".content", "a text");
        }
        conversation.turns.push_back({role.toString(), messages[i]["content"].toString()});
    }
    if (messages.empty()) {
        refuse("prompt.messages", "at least one message");
    }
    return conversation;
}

generate::GenerationSettings settingsOf(const contract::Sampling& sampling)
{
    generate::GenerationSettings settings;
    settings.sampling.temperature = sampling.temperature;
    settings.sampling.topP = sampling.topP;
    settings.sampling.topK = sampling.topK;
    settings.sampling.minP = sampling.minP;
    settings.sampling.repetitionPenalty = sampling.repetitionPenalty;
    settings.sampling.alternatives = kAlternatives;
    settings.maxNewTokens = sampling.maxNewTokens;
    settings.stopStrings = sampling.stop;
    settings.seed = static_cast<uint64_t>(sampling.seed);
    return settings;
}

// The adapters of a pane at work; the last goes first, so that each puts back what it found.
class AttachedAdapters
{
public:
    AttachedAdapters() = default;
    AttachedAdapters(const AttachedAdapters&) = delete;
    AttachedAdapters& operator=(const AttachedAdapters&) = delete;
    ~AttachedAdapters()
    {
        while (!m_adapters.empty()) {
            m_adapters.pop_back();
        }
    }
    void add(nn::Decoder& decoder, const methods::AdapterState& state, double scale)
    {
        m_adapters.push_back(std::make_unique<adapters::LoadedAdapter>(decoder, state, scale));
    }

private:
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> m_adapters;
};

Value paneValue(const generate::Generation& generation, std::size_t promptTokens)
{
    const auto count = static_cast<double>(generation.ids.size());
    return Value::object(
        {{"text", generation.text},
         {"ids", Value::list(generation.ids)},
         {"logprobs", Value::list(generation.logProbabilities)},
         {"stop", generation.stop},
         {"prompt_tokens", static_cast<int64_t>(promptTokens)},
         {"reused_tokens", generation.reusedTokens},
         {"seconds", generation.seconds},
         {"tokens_per_second", generation.seconds > 0 ? count / generation.seconds : 0.0}});
}

} // namespace

Value ChatSession::answer(const command::Prompt& prompt, const Listener& listener)
{
    if (prompt.model.empty()) {
        refuse("prompt.model", "the folder of a model");
    }
    if (prompt.panes.empty()) {
        refuse("prompt.panes", "at least one pane");
    }
    const contract::Conversation conversation = conversationOf(prompt);
    if (!listener.isCancelled()) {
        loadModel(prompt, listener);
    }
    Value panes = Value::List();
    for (std::size_t i = 0; i < prompt.panes.size(); ++i) {
        panes.append(answerPane(prompt, conversation, listener, i));
    }
    return Value::object({{"panes", panes}});
}

// In the template that the pane's adapters were trained with, unless another is asked for.
std::vector<int64_t> ChatSession::promptIds(const contract::Conversation& conversation,
                                            const text::TemplateChoice& format) const
{
    text::RenderSettings settings;
    settings.templateName = format.name;
    settings.maxLength = 0;
    std::vector<int64_t> ids =
        text::Renderer(m_session->tokenizer(), settings).prompt(conversation);
    text::requireRows(ids, m_session->folder().blueprint().vocabulary, m_session->tokenizer());
    return ids;
}

Value ChatSession::answerPane(const command::Prompt& prompt,
                              const contract::Conversation& conversation,
                              const Listener& listener,
                              std::size_t index)
{
    const command::Pane& pane = prompt.panes[index];
    generate::Generation generation;
    generation.stop = "cancelled";
    Value used = Value::List();
    Value format;
    std::vector<int64_t> ids;
    try {
        if (!listener.isCancelled()) {
            std::vector<fs::path> paths;
            for (const contract::AdapterSource& source : pane.adapters) {
                paths.emplace_back(source.path);
            }
            const text::TemplateChoice choice =
                text::chooseTemplate(prompt.chatTemplate, paths, m_session->tokenizer());
            format = templateValue(choice);
            ids = promptIds(conversation, choice);
        }
        AttachedAdapters attached;
        AdapterSet set;
        for (const contract::AdapterSource& source : pane.adapters) {
            if (listener.isCancelled()) {
                break;
            }
            const Adapter& read = adapter(source.path);
            used.append(Value::object({{"path", source.path},
                                       {"sha256", read.sha256},
                                       {"scale", source.scale},
                                       {"note", read.note["note"].toString()},
                                       {"trained_on", read.note["trained_on"]},
                                       {"held_in", read.note["held_in"]}}));
            attached.add(m_session->decoder(), read.state, source.scale);
            set.emplace_back(read.number, source.scale);
        }
        if (!listener.isCancelled()) {
            listener.onPhase("generating");
            const generate::TokenSink sink = [&](const generate::GeneratedToken& token) {
                listener.onToken(static_cast<int64_t>(index), token);
                return !listener.isCancelled();
            };
            generate::ReadPrompt memory = m_prompts.take(set);
            generation = generate::generate(m_session->decoder(),
                                            m_session->tokenizer(),
                                            ids,
                                            settingsOf(pane.sampling),
                                            sink,
                                            &memory);
            m_prompts.keep(set, std::move(memory), device::availableBytes() / kShareOfMemory);
        }
    } catch (const Failure& failure) {
        return Value::object(
            {{"error", contract::errorSchema().toValue(failure.error())}, {"adapters", used}});
    }
    Value value = paneValue(generation, ids.size());
    value.set("adapters", used);
    value.set("template", format);
    return value;
}

void ChatSession::loadModel(const command::Prompt& prompt, const Listener& listener)
{
    const bool isSameForm = m_common.quantization == prompt.quantization
                            && m_common.doubleQuant == prompt.doubleQuant
                            && m_common.quantizeEmbeddings == prompt.quantizeEmbeddings;
    if (m_session && m_model == prompt.model && isSameForm) {
        return;
    }
    listener.onPhase("loading_model");
    m_adapters.clear();
    m_prompts.clear();
    m_session.reset(); // before the next one, so that both never fill the memory together
    m_common.quantization = prompt.quantization;
    m_common.doubleQuant = prompt.doubleQuant;
    m_common.quantizeEmbeddings = prompt.quantizeEmbeddings;
    ModelOptions options;
    options.model = prompt.model;
    m_session = std::make_unique<ModelSession>(options, m_common);
    m_model = prompt.model;
}

const ChatSession::Adapter& ChatSession::adapter(const std::string& path)
{
    const fs::path weights = fs::path(path) / "adapter_model.safetensors";
    std::error_code error;
    const fs::file_time_type changed = fs::last_write_time(weights, error);
    const auto known = m_adapters.find(path);
    if (known != m_adapters.end() && known->second.changed == changed) {
        return known->second;
    }
    if (m_adapters.size() >= kMostCachedAdapters) {
        m_adapters.clear();
    }
    const adapters::StoredAdapter stored = adapters::readAdapter(path);
    Adapter read{adapters::fitted(stored, m_session->folder().blueprint()),
                 fs::exists(weights, error) ? device::sha256File(weights) : std::string(),
                 m_session->noteOn(stored),
                 changed,
                 ++m_readings};
    return m_adapters.insert_or_assign(path, std::move(read)).first->second;
}

} // namespace engine::worker
