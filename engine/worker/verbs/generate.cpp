// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/generator.h"
#include "engine/text/embedding_rows.h"
#include "engine/text/renderer.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/signals.h"
#include "engine/worker/chat_lines.h"
#include "engine/worker/line_adapters.h"
#include "engine/worker/model_session.h"
#include "engine/worker/profile_file.h"
#include "engine/worker/template_use.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    ModelOptions model;
    std::string prompt;
    std::string chat;
    std::string prompts;
    std::string system;
    std::string chatTemplate = "auto";
    bool noChatTemplate = false;
    std::string beamScoring = "transformers";
    engine::generate::GenerationSettings settings;
};

std::vector<ChatLine> linesOf(const Options& options, const CLI::App& app)
{
    if (app.count("--chat") > 0) {
        return {{"", readChat(options.chat)}};
    }
    if (app.count("--prompts") > 0) {
        return readPrompts(options.prompts);
    }
    return {{options.prompt, {}}};
}

// Prompts as ids, each in the template that its adapters were trained with unless another is asked
// for. A text is one user turn where there is a template, raw text otherwise.
class PromptWriter
{
public:
    struct Prompt
    {
        std::vector<int64_t> ids;
        std::optional<text::TemplateChoice> format; // nothing of raw text
    };

    PromptWriter(const Options& options, const text::Tokenizer& tokenizer)
        : m_options(options), m_tokenizer(tokenizer)
    {
    }

    // `adapters` as --adapter has them.
    Prompt write(ChatLine line, const std::vector<std::string>& adapters)
    {
        const bool isText = line.conversation.turns.empty();
        if (isText && m_options.noChatTemplate) {
            return {m_tokenizer.encode(line.text), std::nullopt};
        }
        const Format& format = formatOf(adapters);
        if (isText && format.choice.origin == text::TemplateOrigin::Fallback) {
            return {m_tokenizer.encode(line.text), std::nullopt};
        }
        contract::Conversation conversation = std::move(line.conversation);
        if (isText) {
            conversation.turns.push_back({"user", line.text});
        }
        if (!m_options.system.empty()) {
            conversation.turns.insert(conversation.turns.begin(), {"system", m_options.system});
        }
        return {format.renderer.prompt(conversation), format.choice};
    }

private:
    struct Format
    {
        text::TemplateChoice choice;
        text::Renderer renderer;
    };

    const Format& formatOf(const std::vector<std::string>& adapters)
    {
        auto known = m_formats.find(adapters);
        if (known == m_formats.end()) {
            text::TemplateChoice choice =
                templateFor(m_options.chatTemplate, adapters, m_tokenizer);
            text::RenderSettings settings;
            settings.templateName = choice.name;
            settings.maxLength = 0;
            text::Renderer renderer(m_tokenizer, settings);
            known =
                m_formats.emplace(adapters, Format{std::move(choice), std::move(renderer)}).first;
        }
        return known->second;
    }

    const Options& m_options;
    const text::Tokenizer& m_tokenizer;
    std::map<std::vector<std::string>, Format> m_formats; // by adapters
};

Value generationValue(const PromptWriter::Prompt& prompt,
                      const engine::generate::Generation& generation,
                      bool isSearched)
{
    const auto count = static_cast<double>(generation.ids.size());
    Value value = Value::object(
        {{"prompt_ids", Value::list(prompt.ids)},
         {"template", prompt.format ? templateValue(*prompt.format) : Value()},
         {"ids", Value::list(generation.ids)},
         {"text", generation.text},
         {"logprobs", Value::list(generation.logProbabilities)},
         {"stop", generation.stop},
         {"tokens_per_second", generation.seconds > 0 ? count / generation.seconds : 0.0}});
    if (isSearched) {
        value.set("score", generation.score);
    }
    return value;
}

} // namespace

Action generate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    engine::generate::GenerationSettings& settings = options->settings;
    addModelOptions(app, options->model);
    auto* source = app.add_option_group("prompt")->require_option(1);
    source->add_option("--prompt", options->prompt, "The text to answer or continue");
    source->add_option(
        "--chat", options->chat, "A conversation: one {\"role\", \"content\"} per line");
    source->add_option(
        "--prompts",
        options->prompts,
        "One prompt per line: a JSON string, {\"prompt\"} or {\"messages\"}; objects "
        "may name their \"adapter\"");
    app.add_option("--system", options->system, "A system turn put first");
    auto* chatTemplate =
        app.add_option(
               "--template",
               options->chatTemplate,
               "auto (the adapter's, else the model's), none, plain, alpaca, chatml, model, "
               "or a template file")
            ->capture_default_str();
    app.add_flag("--no-chat-template", options->noChatTemplate, "Continue the text as it stands")
        ->excludes(chatTemplate);
    app.add_option("--max-new-tokens", settings.maxNewTokens, "Longest answer, in tokens")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 30));
    app.add_option(
           "--temperature", settings.sampling.temperature, "0 = always the most probable token")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 100.0));
    app.add_option(
           "--top-p", settings.sampling.topP, "Keep the most probable tokens up to this sum")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--top-k", settings.sampling.topK, "Keep so many tokens; 0 = all")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 30));
    app.add_option(
           "--min-p", settings.sampling.minP, "Drop tokens below this share of the best one")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--repetition-penalty",
                   settings.sampling.repetitionPenalty,
                   "Above 1, tokens that already stand in the text become less probable")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 100.0));
    app.add_option("--no-repeat-ngram",
                   settings.sampling.noRepeatNgram,
                   "No sequence of so many tokens comes twice; 0 = off")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 30));
    app.add_option("--beams",
                   settings.beams,
                   "Search the most probable answer with so many beams; 1 = draw token by token")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{1}, int64_t{1000}));
    app.add_option("--length-penalty",
                   settings.lengthPenalty,
                   "Beams are compared by their sum over length to this power")
        ->capture_default_str()
        ->check(CLI::Range(-100.0, 100.0));
    app.add_option("--beam-scoring",
                   options->beamScoring,
                   "transformers, or lora-release: as the examples of the LoRA paper search")
        ->capture_default_str()
        ->check(CLI::IsMember({"transformers", "lora-release"}));
    app.add_option(
           "--stop-id", settings.stopIds, "End at this token too; may be given several times")
        ->take_all();
    app.add_option(
           "--stop", settings.stopStrings, "End before this text; may be given several times")
        ->take_all();
    return [options, &app](const CommonOptions& common, Output& output) {
        const std::vector<ChatLine> lines = linesOf(*options, app);
        const bool linesNameAdapters = std::any_of(
            lines.begin(), lines.end(), [](const ChatLine& line) { return bool(line.adapters); });
        // Where lines name adapters, those of the command line are not attached to the model.
        ModelOptions attached = options->model;
        if (linesNameAdapters) {
            attached.adapters.clear();
        }
        ModelSession session(attached, common);
        engine::generate::GenerationSettings settings = options->settings;
        settings.seed = common.seed;
        settings.beamScoring = options->beamScoring == "transformers"
                                   ? engine::generate::BeamScoring::Transformers
                                   : engine::generate::BeamScoring::LoraRelease;
        const engine::generate::TokenSink sink =
            [&output](const engine::generate::GeneratedToken& token) {
                output.text(token.text);
                return !device::stopRequested();
            };
        std::optional<LineAdapters> adapters;
        if (linesNameAdapters) {
            adapters.emplace(options->model, lines, session);
        }
        PromptWriter writer(*options, session.tokenizer());
        std::vector<PromptWriter::Prompt> prompts;
        for (std::size_t line = 0; line < lines.size(); ++line) {
            prompts.push_back(writer.write(
                lines[line], adapters ? adapters->namesOf(line) : options->model.adapters));
            text::requireRows(
                prompts.back().ids, session.folder().blueprint().vocabulary, session.tokenizer());
        }
        if (adapters) {
            std::vector<std::vector<int64_t>> ids;
            for (const PromptWriter::Prompt& prompt : prompts) {
                ids.push_back(prompt.ids);
            }
            adapters->generate(
                ids, settings, [&](std::size_t line, const engine::generate::Generation& made) {
                    Value value = generationValue(prompts[line], made, settings.beams > 1);
                    value.set("adapters", Value::list(adapters->namesOf(line)));
                    value.set("notes", adapters->notesOf(line));
                    output.value(value);
                    output.line(made.text);
                });
            return 0;
        }
        if (prompts.front().format && !output.isJson()) {
            noteTemplate(*prompts.front().format);
        }
        ProfileFile profile;
        engine::generate::ReadPrompt memory; // what prompts begin with in common is read once
        for (const PromptWriter::Prompt& prompt : prompts) {
            const auto generation = engine::generate::generate(
                session.decoder(), session.tokenizer(), prompt.ids, settings, sink, &memory);
            device::throwIfStopped();
            Value value = generationValue(prompt, generation, settings.beams > 1);
            value.set("notes", session.notes());
            output.value(value);
            output.line("");
            profile.unitDone();
        }
        profile.write();
        return 0;
    };
}

} // namespace engine::worker::verbs
