// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/doctor.h"

#include "engine/device/failure.h"
#include "engine/text/chat_format.h"
#include "engine/text/renderer.h"
#include "engine/text/tokenizer_files.h"

#include <algorithm>

namespace engine::text {

namespace {

using contract::Value;

class Examination
{
public:
    Examination(const Tokenizer& tokenizer,
                const std::string& folder,
                int64_t rows,
                const std::string& templateName)
        : m_tokenizer(tokenizer), m_configs(TokenizerConfigs::read(folder)), m_rows(rows),
          m_template(templateName)
    {
    }

    std::vector<Diagnosis> run()
    {
        examineSize();
        examineNames();
        examineIds();
        if (m_template != "model" || !m_tokenizer.chatTemplate().empty()) {
            examineTemplate();
        }
        std::stable_sort(m_found.begin(), m_found.end(), [](const auto& a, const auto& b) {
            return a.severity < b.severity;
        });
        return std::move(m_found);
    }

private:
    void add(Severity severity,
             const char* code,
             const std::string& where,
             const std::string& message,
             const std::string& hint = {})
    {
        m_found.push_back({severity, code, where, message, hint});
    }

    void examineSize()
    {
        const auto size = m_tokenizer.vocabularySize();
        if (size > m_rows) {
            std::string first;
            try {
                first = m_tokenizer.piece(m_rows);
            } catch (const Failure&) {
                // ids with holes: the first token without a row has a later one
            }
            add(Severity::Error,
                diagnosis::kVocabularyTooLarge,
                first,
                "the tokenizer has " + std::to_string(size) + " tokens, the model's embedding "
                    + std::to_string(m_rows) + " rows"
                    + (first.empty() ? "" : "; the first without one is " + first),
                "Take the tokenizer of this model, or resize the embedding with the program that "
                "added the tokens.");
        } else if (size < m_rows) {
            add(Severity::Note,
                diagnosis::kSpareRows,
                {},
                std::to_string(m_rows - size)
                    + " rows of the embedding stand for no token, as is usual where the size is "
                      "rounded up");
        }
    }

    void examineNames()
    {
        const auto& names = m_tokenizer.specialTokens();
        for (const auto* name : kSpecialTokenNames) {
            const auto& text = names[name].toString();
            if (!text.empty() && !m_tokenizer.bridge().idOf(text)) {
                add(Severity::Warning,
                    diagnosis::kTokenMissing,
                    text,
                    std::string(name) + " is " + text + ", which the vocabulary does not have",
                    "Name a token of the vocabulary in tokenizer_config.json, or copy the "
                    "tokenizer "
                    "again.");
            }
        }
        const auto eos = m_tokenizer.eosId();
        const auto pad = m_tokenizer.padId();
        if (!m_tokenizer.bosId()) {
            add(Severity::Note, diagnosis::kNoBos, {}, "no token begins a text");
        }
        if (!eos) {
            add(Severity::Warning,
                diagnosis::kNoEos,
                {},
                "no token ends a text, so answers are trained without an end",
                "Name eos_token in tokenizer_config.json.");
        }
        if (!pad) {
            add(Severity::Note,
                diagnosis::kNoPad,
                {},
                "there is no pad token; none is needed, padding is left out by position");
        } else if (pad == eos) {
            add(Severity::Note,
                diagnosis::kPadIsEos,
                names["pad_token"].toString(),
                "pad and EOS are the same token; padding is left out by position, so ends of "
                "answers stay trained");
        }
    }

    void examineIds()
    {
        const auto check = [&](const Value& config, const char* file) {
            for (const auto* name : {"bos_token_id", "eos_token_id", "pad_token_id"}) {
                const auto& field = config[name];
                for (const auto& id : field.isList() ? field.toList() : Value::List{field}) {
                    if (id.isInteger() && (id.toInteger() < 0 || id.toInteger() >= m_rows)) {
                        add(Severity::Warning,
                            diagnosis::kIdBeyondVocabulary,
                            file,
                            std::string(file) + ": " + name + " is "
                                + std::to_string(id.toInteger()) + ", the vocabulary ends at "
                                + std::to_string(m_rows - 1),
                            "Correct the number, or take it out.");
                    }
                }
            }
        };
        check(m_configs.generation, "generation_config.json");
        check(m_configs.model, "config.json");
    }

    void examineTemplate()
    {
        contract::Conversation probe;
        probe.turns = {{"user", "question", {}, true, {}}, {"assistant", "answer", {}, true, {}}};
        std::vector<std::string> findings;
        std::string text;
        try {
            const auto format = ChatFormat::resolve(m_tokenizer, m_template);
            text = format.render(format.messages(probe), probe.turns.size(), {}).text;
            RenderSettings settings;
            settings.templateName = m_template;
            const auto rendered = Renderer(m_tokenizer, settings).conversation(probe);
            if (rendered.samples.empty()) {
                findings = {finding::kNoEndOfTurn};
            } else {
                findings = rendered.samples.front().findings;
            }
        } catch (const Failure& failure) {
            add(Severity::Warning,
                diagnosis::kBadTemplate,
                "chat_template",
                "the chat template refuses a question and an answer: " + failure.error().message,
                "Choose another template, or correct it.");
            return;
        }
        const bool untrained =
            std::find(findings.begin(), findings.end(), finding::kNoEndOfTurn) != findings.end();
        if (untrained) {
            add(Severity::Warning,
                diagnosis::kEosUntrained,
                m_tokenizer.specialTokens()["eos_token"].toString(),
                "the chat template ends an answer without a token that stops, or leaves it out of "
                "what is trained: a trained model would not stop",
                "Choose a template that writes the model's end of turn inside the answer.");
        }
        examineBos(text);
        if (!untrained && m_template == "model") {
            examineEndOfTurn();
        }
    }

    void examineBos(const std::string& text)
    {
        const auto& bos = m_tokenizer.specialTokens()["bos_token"].toString();
        const auto empty = m_tokenizer.encode("");
        const bool ruleBegins = !empty.empty() && m_tokenizer.bosId() == empty.front();
        if (!bos.empty() && ruleBegins && text.starts_with(bos)) {
            add(Severity::Note,
                diagnosis::kDoubleBos,
                bos,
                "the chat template writes " + bos
                    + " and the tokenizer puts one in front of every text; conversations get one "
                      "here, but two where a rendered text is tokenized like any other");
        }
    }

    // The token that ends turns must also be where other programs look for what stops.
    void examineEndOfTurn()
    {
        const auto endOfTurn = endOfTurnId(m_tokenizer);
        if (!endOfTurn || endOfTurn == m_tokenizer.eosId()) {
            return;
        }
        for (const auto* config : {&m_configs.generation, &m_configs.model}) {
            const auto& ids = (*config)["eos_token_id"];
            const auto list = ids.isList() ? ids.toList() : Value::List{ids};
            if (std::find(list.begin(), list.end(), Value(*endOfTurn)) != list.end()) {
                return;
            }
        }
        const auto text = m_tokenizer.piece(*endOfTurn);
        add(Severity::Warning,
            diagnosis::kEndOfTurnIsNotEos,
            text,
            "the chat template ends turns with " + text
                + ", which no file names as a token that stops; it stops here, other programs go "
                  "on",
            "Add " + std::to_string(*endOfTurn) + " to eos_token_id in generation_config.json.");
    }

    const Tokenizer& m_tokenizer;
    TokenizerConfigs m_configs;
    int64_t m_rows;
    std::string m_template;
    std::vector<Diagnosis> m_found;
};

} // namespace

std::string_view nameOf(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Note:
        break;
    }
    return "note";
}

std::vector<Diagnosis> examine(const Tokenizer& tokenizer,
                               const std::string& modelFolder,
                               int64_t embeddingRows,
                               const std::string& templateName)
{
    return Examination(tokenizer, modelFolder, embeddingRows, templateName).run();
}

} // namespace engine::text
