// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/tokenizer.h"

#include "engine/text/chat_format.h"
#include "engine/text/chat_template_files.h"
#include "engine/text/tokenizer_files.h"

#include <algorithm>

namespace engine::text {

namespace {

using contract::Value;

// An id, or a list of them.
void appendIds(const Value& ids, std::vector<int64_t>& out)
{
    if (ids.isInteger()) {
        out.push_back(ids.toInteger());
    }
    for (const auto& id : ids.toList()) {
        appendIds(id, out);
    }
}

} // namespace

Tokenizer Tokenizer::load(const std::string& modelFolder)
{
    const auto configs = TokenizerConfigs::read(modelFolder);
    Tokenizer tokenizer(openTokenizer(modelFolder, configs));
    tokenizer.m_templates = readChatTemplates(modelFolder, configs.tokenizer);
    tokenizer.readSpecialTokens(configs);
    tokenizer.readIds(configs.generation, configs.model);
    return tokenizer;
}

bool Tokenizer::isStop(int64_t id) const
{
    return std::binary_search(m_stopIds.begin(), m_stopIds.end(), id);
}

std::string Tokenizer::chatTemplate(bool withTools) const
{
    for (const auto* name : {kToolTemplate, kDefaultTemplate}) {
        const auto found = m_templates.find(name);
        if (found != m_templates.end() && (withTools || std::string_view(name) != kToolTemplate)) {
            return found->second;
        }
    }
    return {};
}

void Tokenizer::readSpecialTokens(const TokenizerConfigs& configs)
{
    for (const auto* name : kSpecialTokenNames) {
        for (const auto* config : {&configs.tokenizer, &configs.specialTokens}) {
            const auto text = textOfToken((*config)[name]);
            if (!text.empty() && !m_specialTokens.contains(name)) {
                m_specialTokens.set(name, text);
            }
        }
    }
    for (const auto& [name, text] : m_bridge.namedTokens()) {
        if (!m_specialTokens.contains(name)) {
            m_specialTokens.set(name, text);
        }
    }
}

void Tokenizer::readIds(const Value& generationConfig, const Value& modelConfig)
{
    // The tokenizer's own word first; without it the id that a config names.
    const auto resolve = [&](const std::string& name) -> std::optional<int64_t> {
        const auto& text = m_specialTokens[name].toString();
        if (!text.empty()) {
            return m_bridge.idOf(text);
        }
        std::vector<int64_t> ids;
        appendIds(generationConfig[name + "_id"], ids);
        appendIds(modelConfig[name + "_id"], ids);
        if (ids.empty() || ids.front() < 0 || ids.front() >= vocabularySize()) {
            return std::nullopt;
        }
        m_specialTokens.set(name, piece(ids.front()));
        return ids.front();
    };
    m_bosId = resolve("bos_token");
    m_eosId = resolve("eos_token");
    m_padId = resolve("pad_token");

    appendIds(generationConfig["eos_token_id"], m_stopIds);
    appendIds(modelConfig["eos_token_id"], m_stopIds);
    if (m_eosId) {
        m_stopIds.push_back(*m_eosId);
    }
    if (const auto endOfTurn = endOfTurnId(*this)) {
        m_stopIds.push_back(*endOfTurn);
    }
    std::sort(m_stopIds.begin(), m_stopIds.end());
    m_stopIds.erase(std::unique(m_stopIds.begin(), m_stopIds.end()), m_stopIds.end());
}

} // namespace engine::text
