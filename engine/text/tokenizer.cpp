// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/tokenizer.h"

#include "engine/device/failure.h"
#include "engine/text/chat_format.h"
#include "engine/text/text_file.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace engine::text {

namespace {

namespace fs = std::filesystem;
using contract::Value;

constexpr std::array kSingleTokens = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

// The JSON object in `folder`/`name`; null without the file.
Value objectIn(const std::string& folder, const char* name)
{
    const auto path = (fs::path(folder) / name).string();
    if (!fs::exists(path)) {
        return {};
    }
    auto parsed = contract::parseJson(readTextFile(path));
    if (!parsed) {
        throw Failure(
            code::kBadFile, path + ": " + parsed.error().message, "Copy the file again.", path);
    }
    return std::move(parsed).value();
}

// A token is written as its text or as an object with `content`.
std::string tokenText(const Value& token)
{
    return token.isObject() ? token["content"].toString() : token.toString();
}

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
    Tokenizer tokenizer(
        bridge::Tokenizer::fromFile((fs::path(modelFolder) / "tokenizer.json").string()));
    const auto config = objectIn(modelFolder, "tokenizer_config.json");
    tokenizer.readTemplates(modelFolder, config);
    tokenizer.readSpecialTokens(config, objectIn(modelFolder, "special_tokens_map.json"));
    tokenizer.readIds(objectIn(modelFolder, "generation_config.json"),
                      objectIn(modelFolder, "config.json"));
    return tokenizer;
}

bool Tokenizer::isStop(int64_t id) const
{
    return std::binary_search(m_stopIds.begin(), m_stopIds.end(), id);
}

std::string Tokenizer::chatTemplate(bool withTools) const
{
    for (const auto* name : {"tool_use", "default"}) {
        const auto found = m_templates.find(name);
        if (found != m_templates.end() && (withTools || name != std::string_view("tool_use"))) {
            return found->second;
        }
    }
    return {};
}

void Tokenizer::readTemplates(const std::string& folder, const Value& config)
{
    const auto& templates = config["chat_template"];
    if (templates.isString()) {
        m_templates["default"] = templates.toString();
    }
    for (const auto& named : templates.toList()) {
        m_templates[named["name"].toString()] = named["template"].toString();
    }
    const auto file = fs::path(folder) / "chat_template.jinja";
    if (fs::exists(file)) {
        m_templates["default"] = readTextFile(file.string());
    }
    std::error_code none;
    for (const auto& entry :
         fs::directory_iterator(fs::path(folder) / "additional_chat_templates", none)) {
        if (entry.path().extension() == ".jinja") {
            m_templates[entry.path().stem().string()] = readTextFile(entry.path().string());
        }
    }
}

void Tokenizer::readSpecialTokens(const Value& config, const Value& legacyMap)
{
    for (const auto* name : kSingleTokens) {
        auto text = tokenText(config[name]);
        if (text.empty()) {
            text = tokenText(legacyMap[name]);
        }
        if (!text.empty()) {
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
