// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tokenizer of a model folder, and what the files beside it say about special tokens, stopping
// and chat templates. Safe to read from several threads.
#pragma once

#include "engine/bridge/tokenizer.h"
#include "engine/contract/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

struct TokenizerConfigs;

class Tokenizer
{
public:
    // From the files of openTokenizer(). Failure kNotFound without any; kBadTokenizer or kBadFile
    // name the file that cannot be understood.
    static Tokenizer load(const std::string& modelFolder);

    // With the special tokens that the tokenizer's own rule adds. That of a tokenizer.json is its
    // post-processor, whatever tokenizer_config.json says; that of a converted one is in the
    // latter.
    std::vector<int64_t> encode(std::string_view text) const { return m_bridge.encode(text, true); }
    std::vector<int64_t> encodePlain(std::string_view text) const
    {
        return m_bridge.encode(text, false);
    }
    // Special tokens are skipped.
    std::string decode(const std::vector<int64_t>& ids) const { return m_bridge.decode(ids, true); }
    std::string piece(int64_t id) const { return m_bridge.tokenOf(id); }
    std::string kind() const { return m_bridge.kind(); }
    int64_t vocabularySize() const { return m_bridge.vocabularySize(); }
    const bridge::Tokenizer& bridge() const { return m_bridge; }

    std::optional<int64_t> bosId() const { return m_bosId; }
    std::optional<int64_t> eosId() const { return m_eosId; }
    std::optional<int64_t> padId() const { return m_padId; }
    // Ids that end a generation, ascending: every EOS the folder names and the chat template's end
    // of turn.
    const std::vector<int64_t>& stopIds() const { return m_stopIds; }
    bool isStop(int64_t id) const;

    // The folder's template: `tool_use` when tools are given and there is one, else `default`;
    // empty without any.
    std::string chatTemplate(bool withTools = false) const;
    // {"bos_token": "<s>", …}: what a template may read.
    const contract::Value& specialTokens() const { return m_specialTokens; }

private:
    explicit Tokenizer(bridge::Tokenizer tokenizer) : m_bridge(std::move(tokenizer)) {}
    void readSpecialTokens(const TokenizerConfigs& configs);
    void readIds(const contract::Value& generationConfig, const contract::Value& modelConfig);

    bridge::Tokenizer m_bridge;
    contract::Value m_specialTokens = contract::Value::Object();
    std::map<std::string, std::string> m_templates; // by name
    std::optional<int64_t> m_bosId;
    std::optional<int64_t> m_eosId;
    std::optional<int64_t> m_padId;
    std::vector<int64_t> m_stopIds;
};

} // namespace engine::text
