// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A tokenizer.json as it stands, or made from older files: text → ids and back. What a model folder
// adds to it is in engine/text. Safe to read from several threads.
#pragma once

#include "engine/contract/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace engine::bridge {

// Ids with the bytes [begin, end) of the text each one covers; tokens that were added cover none
// (0, 0).
struct Encoding
{
    std::vector<int64_t> ids;
    std::vector<size_t> begins;
    std::vector<size_t> ends;
};

// What the text of a special token ("</s>") means inside a text.
enum class SpecialText {
    Token, // the token's id
    Plain, // letters like any others
};

class Tokenizer
{
public:
    // Failure kNotFound without the file, kBadTokenizer when it is not a tokenizer.
    static Tokenizer fromFile(const std::string& path);
    // The byte pair encoding of GPT-2, Qwen and GPT-NeoX, and a SentencePiece model, as
    // transformers converts them. `rules` is what the files beside them say: {class,
    // add_prefix_space, legacy, add_bos_token, add_eos_token, special{name: token or null},
    // added[], extra[]}, where a token is {content, id, special, normalized, lstrip, rstrip,
    // single_word}. Failure as above; of files that contradict each other kBadTokenizer says where.
    static Tokenizer fromVocabulary(const std::string& vocabularyPath,
                                    const std::string& mergesPath,
                                    const contract::Value& rules);
    static Tokenizer fromSentencePiece(const std::string& path, const contract::Value& rules);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    // `addSpecialTokens`: as the file's own post-processor says. Failure kBadData when `text` is
    // not UTF-8.
    std::vector<int64_t> encode(std::string_view text,
                                bool addSpecialTokens,
                                SpecialText specialText = SpecialText::Token) const;
    Encoding encodeWithOffsets(std::string_view text,
                               bool addSpecialTokens,
                               SpecialText specialText = SpecialText::Token) const;
    // Ids outside the vocabulary decode to nothing.
    std::string decode(const std::vector<int64_t>& ids, bool skipSpecial) const;

    std::optional<int64_t> idOf(std::string_view token) const;
    // The token as the vocabulary spells it ("▁the", "Ġthe"). Failure kBadArgument for an unknown
    // id.
    std::string tokenOf(int64_t id) const;
    int64_t vocabularySize() const; // with added tokens
    std::string kind() const;       // "BPE", "Unigram", "WordPiece" or "WordLevel"
    bool isSpecial(int64_t id) const { return m_specialIds.contains(id); }
    const std::vector<std::string>& specialTexts() const { return m_specialTexts; } // by id
    // What a conversion calls its special tokens, as {"bos_token", "<s>"}; nothing of a
    // tokenizer.json.
    std::vector<std::pair<std::string, std::string>> namedTokens() const;
    std::string json() const; // as a tokenizer.json
    // Whether `id` is one byte of a character ("<0xE2>") that only its neighbours complete.
    bool isFallbackByte(int64_t id) const { return m_fallbackBytes.contains(id); }

private:
    struct Rust;
    Tokenizer(std::unique_ptr<Rust> rust, std::string path);

    std::unique_ptr<Rust> m_rust;
    std::string m_path;
    std::unordered_set<int64_t> m_specialIds;
    std::vector<std::string> m_specialTexts;
    std::unordered_set<int64_t> m_fallbackBytes;
};

} // namespace engine::bridge
