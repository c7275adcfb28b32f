// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/learned_answers.h"
#include "engine/models/model_folder.h"
#include "engine/text/template_check.h"
#include "engine/text/token_text.h"
#include "engine/worker/section_data.h"
#include "engine/worker/template_use.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

constexpr std::size_t kMostCases = 20; // rows that are listed
constexpr std::size_t kTokensAround = 4;

struct Options
{
    std::string model;
    std::vector<std::string> adapters;
    DataOptions data;
    int64_t first = 0;
    int64_t rows = 100;
};

// The tokens around a place, so that a person sees what differs there.
Value tokensAround(const std::vector<int64_t>& ids,
                   std::size_t position,
                   const text::Tokenizer& tokenizer)
{
    const std::size_t begin = std::min(ids.size(), position - std::min(position, kTokensAround));
    const std::size_t end = std::min(ids.size(), position + kTokensAround + 1);
    Value shown = Value::List();
    Value pieces = Value::List();
    Value texts = Value::List();
    for (std::size_t at = begin; at < end; ++at) {
        shown.append(ids[at]);
        pieces.append(tokenizer.piece(ids[at]));
        texts.append(text::tokenText(tokenizer, ids[at]));
    }
    return Value::object({{"begin", static_cast<int64_t>(begin)},
                          {"ids", shown},
                          {"pieces", pieces},
                          {"texts", texts}});
}

Value differenceValue(const text::TemplateDifference& difference,
                      const contract::Conversation& conversation,
                      const text::Tokenizer& tokenizer)
{
    const bool isWhole = difference.turn == conversation.turns.size();
    const auto around = [&](const std::vector<int64_t>& ids) {
        return tokensAround(ids, difference.position, tokenizer);
    };
    return Value::object(
        {{"turn", isWhole ? Value() : Value(static_cast<int64_t>(difference.turn))},
         {"position", static_cast<int64_t>(difference.position)},
         {"training", around(difference.training)},
         {"playground", isWhole ? Value() : around(difference.playground)},
         {"export", around(difference.exported)},
         {"refused", difference.refusal.empty() ? Value() : Value(difference.refusal)}});
}

// Compares one conversation after the other and adds up what was found.
class Tally
{
public:
    Tally(const text::TemplateCheck& check, const text::Tokenizer& tokenizer)
        : m_check(check), m_tokenizer(tokenizer)
    {
    }

    // `name`: what the conversation is called in the answer; all are listed that have no row.
    void add(Value name, const contract::Conversation& conversation, bool isListed)
    {
        const text::TemplateComparison found = m_check.compare(conversation);
        ++m_checked;
        m_tokens += found.tokens;
        m_differences += found.difference ? 1 : 0;
        m_refusals += found.refusal.empty() ? 0 : 1;
        for (const std::string& finding : found.findings) {
            ++m_findings[finding];
        }
        const bool isOdd = found.difference || !found.refusal.empty();
        if (!isListed && (!isOdd || m_cases.toList().size() >= kMostCases)) {
            return;
        }
        name.set("tokens", found.tokens);
        name.set("same", found.refusal.empty() && !found.difference);
        name.set("refused", found.refusal.empty() ? Value() : Value(found.refusal));
        name.set("findings", Value::list(found.findings));
        name.set("difference",
                 found.difference ? differenceValue(*found.difference, conversation, m_tokenizer)
                                  : Value());
        m_cases.append(name);
    }

    void addText() { ++m_texts; }

    // Where the template refuses all of them, nothing can be trained.
    bool isSame() const { return m_differences == 0 && (m_checked == 0 || m_refusals < m_checked); }
    const std::map<std::string, int64_t>& findings() const { return m_findings; }
    void tell(Value& answer) const
    {
        answer.set("same", isSame());
        answer.set("checked", m_checked);
        answer.set("tokens", m_tokens);
        answer.set("differences", m_differences);
        answer.set("refused", m_refusals);
        answer.set("texts", m_texts);
        answer.set("cases", m_cases);
    }

private:
    const text::TemplateCheck& m_check;
    const text::Tokenizer& m_tokenizer;
    int64_t m_checked = 0;
    int64_t m_tokens = 0;
    int64_t m_differences = 0;
    int64_t m_refusals = 0;
    int64_t m_texts = 0;
    std::map<std::string, int64_t> m_findings; // how many conversations have each
    Value m_cases = Value::List();
};

void compareRows(const Options& options, Tally& tally)
{
    const contract::DataSection section = dataSection(options.data);
    data::LoadSettings settings = loadSettings(section);
    settings.firstKept = options.first;
    settings.mostKept = options.rows;
    for (const data::Record& record : loadPage(section.path, settings).records) {
        if (isDocument(record)) {
            tally.addText();
        } else if (const auto conversation = data::learnedAnswers(record)) {
            tally.add(Value::object({{"case", "row"},
                                     {"index", record.index},
                                     {"file", record.file},
                                     {"line", record.line},
                                     {"sha256", record.sha256}}),
                      *conversation,
                      false);
        }
    }
}

// What the doctor says of the model with this template, then what the conversations showed.
Value findingsValue(const text::Tokenizer& tokenizer,
                    const Options& options,
                    const std::string& templateName,
                    const std::map<std::string, int64_t>& found)
{
    Value findings = Value::List();
    const auto add = [&](const text::Diagnosis& diagnosis, Value rows) {
        findings.append(Value::object({{"level", text::nameOf(diagnosis.severity)},
                                       {"code", diagnosis.code},
                                       {"where", diagnosis.where},
                                       {"message", diagnosis.message},
                                       {"hint", diagnosis.hint},
                                       {"conversations", std::move(rows)}}));
    };
    const int64_t rows = models::ModelFolder::open(options.model).blueprint().vocabulary;
    for (const auto& diagnosis : text::examine(tokenizer, options.model, rows, templateName)) {
        add(diagnosis, Value());
    }
    for (const auto& [name, conversations] : found) {
        add(text::adviceOn(name), conversations);
    }
    return findings;
}

std::string placeOf(const Value& found)
{
    std::string place = found["case"].toString();
    std::replace(place.begin(), place.end(), '_', ' ');
    if (found["index"].isInteger()) {
        place += " " + std::to_string(found["index"].toInteger() + 1) + " (line "
                 + toJson(found["line"]) + ")";
    }
    return place;
}

std::string quotedTexts(const Value& tokens)
{
    std::string line = tokens["begin"].toInteger() > 0 ? "… " : "";
    for (const Value& text : tokens["texts"].toList()) {
        line += toJson(text) + " ";
    }
    return line.empty() ? "nothing" : line;
}

void print(const Value& answer, const text::TemplateChoice& choice, Output& output)
{
    output.facts({{"template", templateText(choice)},
                  {"conversations", grouped(answer["checked"].toInteger())},
                  {"tokens", grouped(answer["tokens"].toInteger())},
                  {"refused", grouped(answer["refused"].toInteger())},
                  {"different", grouped(answer["differences"].toInteger())}});
    for (const Value& found : answer["cases"].toList()) {
        const Value& difference = found["difference"];
        if (found["refused"].isString()) {
            output.line("refused: " + placeOf(found) + ": " + found["refused"].toString());
        }
        if (difference.isNull()) {
            continue;
        }
        output.line("different: " + placeOf(found)
                    + (difference["turn"].isNull() ? std::string(", as a whole")
                                                   : ", before turn " + toJson(difference["turn"]))
                    + ", token " + toJson(difference["position"]));
        for (const char* each : {"training", "playground", "export"}) {
            if (!difference[each].isNull()) {
                output.line("  " + std::string(each) + "  " + quotedTexts(difference[each]));
            }
        }
        if (difference["refused"].isString()) {
            output.line("  refused: " + difference["refused"].toString());
        }
    }
    for (const Value& finding : answer["findings"].toList()) {
        output.line(finding["level"].toString() + ": " + finding["message"].toString());
        if (!finding["hint"].toString().empty()) {
            output.line("  " + finding["hint"].toString());
        }
    }
    output.line(answer["same"].toBool()
                    ? "Training, playground and export write the same tokens."
                    : "Training, playground and export do not write the same tokens.");
}

} // namespace

Action inspectTemplate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    contract::DataSection& section = options->data.section;
    app.add_option("model,--model", options->model, "Model folder")->required();
    app.add_option("--adapter",
                   options->adapters,
                   "Adapter whose template is used, as `generate` takes it; may be given several "
                   "times")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    app.add_option("--template",
                   section.chatTemplate,
                   "auto, none, plain, alpaca, chatml, model, or a template file")
        ->capture_default_str();
    auto* data = app.add_option("--data",
                                section.path,
                                "Data file whose rows are compared; without it four short "
                                "conversations");
    app.add_option("--format", section.format, "Id of a data format or preset of --data")
        ->capture_default_str()
        ->needs(data);
    app.add_option("--map", options->data.map, "column=role of --data, may be given several times")
        ->take_all()
        ->needs(data);
    app.add_option("--edits", section.edits, "Edits of the rows of --data (data.edits)")
        ->needs(data);
    app.add_option("--first", options->first, "Rows of --data to pass over")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 40))
        ->needs(data);
    app.add_option("--rows", options->rows, "Rows of --data to compare")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000))
        ->needs(data);
    return [options](const CommonOptions&, Output& output) {
        const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
        const std::string& asked = options->data.section.chatTemplate;
        const text::TemplateChoice choice = templateFor(asked, options->adapters, tokenizer);
        // An adapter says what it was trained with, whatever the playground is asked to use.
        const text::TemplateChoice trained =
            templateFor(options->adapters.empty() ? asked : "auto", options->adapters, tokenizer);
        const text::TemplateCheck check(tokenizer, trained.name, choice.name);
        Tally tally(check, tokenizer);
        if (!options->data.section.path.empty()) {
            compareRows(*options, tally);
        } else {
            for (const text::TemplateProbe& probe : text::templateProbes()) {
                tally.add(Value::object({{"case", probe.name}}), probe.conversation, true);
            }
        }
        Value answer = Value::object(
            {{"template", templateValue(choice)}, {"trained", templateValue(trained)}});
        tally.tell(answer);
        answer.set("findings", findingsValue(tokenizer, *options, trained.name, tally.findings()));
        output.value(answer);
        print(answer, choice, output);
        return tally.isSame() ? 0 : static_cast<int>(contract::ExitCode::Incompatible);
    };
}

} // namespace engine::worker::verbs
