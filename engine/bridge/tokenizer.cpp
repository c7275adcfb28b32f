// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/tokenizer.h"

#include "engine/bridge/rust_side.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace engine::bridge {

namespace {

constexpr uintmax_t kMaxFileBytes = uintmax_t(512) << 20;
constexpr const char* kFileHint = "Copy the tokenizer again from where the model comes from.";
constexpr const char* kVocabularyHint =
    "Copy the tokenizer files again, or save the tokenizer with transformers, which writes "
    "tokenizer.json.";
constexpr const char* kTextHint = "Save the text as UTF-8.";

std::string contentOf(const std::string& path)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        throw Failure(code::kNotFound, "There is no tokenizer at " + path, kFileHint, path);
    }
    if (size > kMaxFileBytes) {
        throw Failure(code::kBadTokenizer, path + " is too large for a tokenizer", kFileHint, path);
    }
    std::string content(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(content.data(), static_cast<std::streamsize>(size))) {
        throw Failure(code::kUnreadable, path + " cannot be read", "Check its permissions.", path);
    }
    return content;
}

} // namespace

struct Tokenizer::Rust
{
    rust::Box<rust_side::Tokenizer> tokenizer;
};

Tokenizer Tokenizer::fromFile(const std::string& path)
{
    const auto content = contentOf(path);
    return orFailure(code::kBadTokenizer, kFileHint, path, [&] {
        return Tokenizer(std::make_unique<Rust>(Rust{rust_side::read_tokenizer(bytesOf(content))}),
                         path);
    });
}

Tokenizer Tokenizer::fromVocabulary(const std::string& vocabularyPath,
                                    const std::string& mergesPath,
                                    const contract::Value& rules)
{
    const auto vocabulary = contentOf(vocabularyPath);
    const auto merges = contentOf(mergesPath);
    return orFailure(code::kBadTokenizer, kVocabularyHint, vocabularyPath, [&] {
        return Tokenizer(
            std::make_unique<Rust>(Rust{rust_side::convert_byte_level(
                bytesOf(vocabulary), bytesOf(merges), bytesOf(contract::toJson(rules)))}),
            vocabularyPath);
    });
}

Tokenizer Tokenizer::fromSentencePiece(const std::string& path, const contract::Value& rules)
{
    const auto content = contentOf(path);
    return orFailure(code::kBadTokenizer, kVocabularyHint, path, [&] {
        return Tokenizer(std::make_unique<Rust>(Rust{rust_side::convert_sentencepiece(
                             bytesOf(content), bytesOf(contract::toJson(rules)))}),
                         path);
    });
}

Tokenizer::Tokenizer(std::unique_ptr<Rust> rust, std::string path)
    : m_rust(std::move(rust)), m_path(std::move(path))
{
    for (const auto& token : m_rust->tokenizer->special_tokens()) {
        m_specialIds.insert(token.id);
        m_specialTexts.emplace_back(token.text);
    }
    if (m_rust->tokenizer->byte_fallback()) {
        for (int byte = 0; byte < 256; ++byte) {
            std::array<char, 8> token{};
            std::snprintf(token.data(), token.size(), "<0x%02X>", static_cast<unsigned>(byte));
            if (const auto id = idOf(token.data())) {
                m_fallbackBytes.insert(*id);
            }
        }
    }
}

Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<int64_t>
Tokenizer::encode(std::string_view text, bool addSpecialTokens, SpecialText specialText) const
{
    return orFailure(code::kBadData, kTextHint, {}, [&] {
        const auto ids = m_rust->tokenizer->encode(
            bytesOf(text), addSpecialTokens, specialText == SpecialText::Plain);
        return std::vector<int64_t>(ids.begin(), ids.end());
    });
}

Encoding Tokenizer::encodeWithOffsets(std::string_view text,
                                      bool addSpecialTokens,
                                      SpecialText specialText) const
{
    return orFailure(code::kBadData, kTextHint, {}, [&] {
        const auto encoding = m_rust->tokenizer->encode_with_offsets(
            bytesOf(text), addSpecialTokens, specialText == SpecialText::Plain);
        return Encoding{{encoding.ids.begin(), encoding.ids.end()},
                        {encoding.begins.begin(), encoding.begins.end()},
                        {encoding.ends.begin(), encoding.ends.end()}};
    });
}

std::string Tokenizer::decode(const std::vector<int64_t>& ids, bool skipSpecial) const
{
    return orFailure(code::kBadArgument, {}, m_path, [&] {
        return std::string(m_rust->tokenizer->decode({ids.data(), ids.size()}, skipSpecial));
    });
}

std::optional<int64_t> Tokenizer::idOf(std::string_view token) const
{
    return orFailure(code::kBadData, kTextHint, {}, [&]() -> std::optional<int64_t> {
        const auto id = m_rust->tokenizer->id_of(bytesOf(token));
        return id < 0 ? std::nullopt : std::optional(id);
    });
}

std::string Tokenizer::tokenOf(int64_t id) const
{
    return orFailure(code::kBadArgument, {}, m_path, [&] {
        return std::string(m_rust->tokenizer->token_of(id));
    });
}

int64_t Tokenizer::vocabularySize() const
{
    return m_rust->tokenizer->vocabulary_size();
}

std::vector<std::pair<std::string, std::string>> Tokenizer::namedTokens() const
{
    std::vector<std::pair<std::string, std::string>> named;
    for (const auto& token : m_rust->tokenizer->named_tokens()) {
        named.emplace_back(std::string(token.name), std::string(token.text));
    }
    return named;
}

std::string Tokenizer::json() const
{
    return orFailure(
        code::kBadTokenizer, {}, m_path, [&] { return std::string(m_rust->tokenizer->json()); });
}

std::string Tokenizer::kind() const
{
    return std::string(m_rust->tokenizer->kind());
}

} // namespace engine::bridge
