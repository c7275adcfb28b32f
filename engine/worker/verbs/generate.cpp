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
#include "engine/worker/verbs/verbs.h"

#include <algorithm>
#include <memory>

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

// Every prompt as ids. A text is one user turn when the model has a chat template, raw text
// otherwise.
std::vector<std::vector<int64_t>>
promptsOf(const Options& options, std::vector<ChatLine> lines, const text::Tokenizer& tokenizer)
{
    const bool useTemplate = !options.noChatTemplate && !tokenizer.chatTemplate().empty();
    std::vector<std::vector<int64_t>> prompts;
    for (ChatLine& line : lines) {
        if (line.conversation.turns.empty() && !useTemplate) {
            prompts.push_back(tokenizer.encode(line.text));
            continue;
        }
        contract::Conversation conversation = std::move(line.conversation);
        if (conversation.turns.empty()) {
            conversation.turns.push_back({"user", line.text});
        }
        if (!options.system.empty()) {
            conversation.turns.insert(conversation.turns.begin(), {"system", options.system});
        }
        text::RenderSettings settings;
        settings.maxLength = 0;
        prompts.push_back(text::Renderer(tokenizer, settings).prompt(conversation));
    }
    return prompts;
}

Value generationValue(const std::vector<int64_t>& prompt,
                      const engine::generate::Generation& generation,
                      bool isSearched)
{
    const auto count = static_cast<double>(generation.ids.size());
    Value value = Value::object(
        {{"prompt_ids", Value::list(prompt)},
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
    app.add_flag("--no-chat-template", options->noChatTemplate, "Continue the text as it stands");
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
        const engine::generate::TextSink sink = [&output](const std::string& piece) {
            output.text(piece);
            return !device::stopRequested();
        };
        const std::vector<std::vector<int64_t>> prompts =
            promptsOf(*options, lines, session.tokenizer());
        for (const std::vector<int64_t>& prompt : prompts) {
            text::requireRows(prompt, session.folder().blueprint().vocabulary, session.tokenizer());
        }
        if (linesNameAdapters) {
            LineAdapters adapters(options->model, lines, session);
            adapters.generate(
                prompts, settings, [&](std::size_t line, const engine::generate::Generation& made) {
                    Value value = generationValue(prompts[line], made, settings.beams > 1);
                    value.set("adapters", Value::list(adapters.namesOf(line)));
                    output.value(value);
                    output.line(made.text);
                });
            return 0;
        }
        ProfileFile profile;
        for (const std::vector<int64_t>& prompt : prompts) {
            const auto generation = engine::generate::generate(
                session.decoder(), session.tokenizer(), prompt, settings, sink);
            device::throwIfStopped();
            output.value(generationValue(prompt, generation, settings.beams > 1));
            output.line("");
            profile.unitDone();
        }
        profile.write();
        return 0;
    };
}

} // namespace engine::worker::verbs
