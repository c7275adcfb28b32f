// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/tokenizer_files.h"

#include "engine/device/failure.h"
#include "engine/text/text_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <string_view>

namespace engine::text {

namespace {

namespace fs = std::filesystem;
using contract::Value;

struct ClassOfModel
{
    std::string_view modelType;
    const char* tokenizerClass;
};

// What transformers takes where a folder names no class.
constexpr std::array kClasses = {
    ClassOfModel{"llama", "LlamaTokenizer"},
    ClassOfModel{"mistral", "LlamaTokenizer"},
    ClassOfModel{"phi3", "LlamaTokenizer"},
    ClassOfModel{"gemma", "GemmaTokenizer"},
    ClassOfModel{"gemma2", "GemmaTokenizer"},
    ClassOfModel{"gemma3", "GemmaTokenizer"},
    ClassOfModel{"gemma3_text", "GemmaTokenizer"},
    ClassOfModel{"gpt2", "GPT2Tokenizer"},
    ClassOfModel{"gpt_neox", "GPTNeoXTokenizer"},
    ClassOfModel{"qwen2", "Qwen2Tokenizer"},
    ClassOfModel{"qwen3", "Qwen2Tokenizer"},
};

// Names of no family in particular.
constexpr std::array<std::string_view, 4> kGeneralClasses = {
    "PreTrainedTokenizer", "TokenizersBackend", "PythonBackend", "SentencePieceBackend"};

std::string tokenizerClass(const TokenizerConfigs& configs)
{
    for (const auto* config : {&configs.tokenizer, &configs.model}) {
        auto name = (*config)["tokenizer_class"].toString();
        if (name.ends_with("Fast")) {
            name.resize(name.size() - 4);
        }
        const bool isGeneral = std::find(kGeneralClasses.begin(), kGeneralClasses.end(), name)
                               != kGeneralClasses.end();
        if (!name.empty() && !isGeneral) {
            return name;
        }
    }
    const auto& modelType = configs.model["model_type"].toString();
    const auto* found = std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& each) {
        return each.modelType == modelType;
    });
    return found == kClasses.end() ? std::string() : found->tokenizerClass;
}

// {content, special, normalized, …} of a token that is written as a text or as an object.
Value tokenValue(const Value& token, bool special)
{
    Value value = Value::object({{"content", textOfToken(token)}, {"special", special}});
    for (const auto* flag : {"normalized", "lstrip", "rstrip", "single_word"}) {
        if (token[flag].isBool()) {
            value.set(flag, token[flag]);
        }
    }
    return value;
}

// The tokens that tokenizer_config.json or, before it, added_tokens.json gives an id.
Value addedTokens(const std::string& folder, const TokenizerConfigs& configs, const Value& special)
{
    std::map<int64_t, Value> byId;
    const auto add = [&](int64_t id, Value token) {
        token.set("id", id);
        byId[id] = std::move(token);
    };
    const auto& decoder = configs.tokenizer["added_tokens_decoder"];
    for (const auto& [text, token] : decoder.toObject()) {
        int64_t id = -1;
        std::from_chars(text.data(), text.data() + text.size(), id);
        add(id, tokenValue(token, token["special"].toBool()));
    }
    const auto legacy = decoder.isObject()
                            ? Value()
                            : readJsonFile((fs::path(folder) / "added_tokens.json").string());
    for (const auto& [text, id] : legacy.toObject()) {
        const auto& names = special.toObject();
        const auto isNamed = [&text = text](const auto& named) {
            return textOfToken(named.second) == text;
        };
        add(id.toInteger(), tokenValue(text, std::any_of(names.begin(), names.end(), isNamed)));
    }
    Value tokens = Value::List();
    for (auto& [id, token] : byId) {
        tokens.append(std::move(token));
    }
    return tokens;
}

Value conversionRules(const std::string& folder, const TokenizerConfigs& configs)
{
    Value special = Value::Object();
    for (const auto* name : kSpecialTokenNames) {
        if (const auto* entry = specialTokenEntry(configs, name)) {
            special.set(name, textOfToken(*entry).empty() ? Value() : tokenValue(*entry, true));
        }
    }
    Value extra = Value::List();
    for (const auto* name : {"extra_special_tokens", "additional_special_tokens"}) {
        for (const auto* config : {&configs.tokenizer, &configs.specialTokens}) {
            for (const auto& token : (*config)[name].toList()) {
                extra.append(tokenValue(token, true));
            }
        }
    }
    const auto& config = configs.tokenizer;
    const auto flag = [&](const char* name) {
        return config[name].isBool() ? config[name] : Value();
    };
    auto added = addedTokens(folder, configs, special);
    return Value::object({{"class", tokenizerClass(configs)},
                          {"add_prefix_space", flag("add_prefix_space")},
                          {"legacy", flag("legacy")},
                          {"add_bos_token", flag("add_bos_token")},
                          {"add_eos_token", flag("add_eos_token")},
                          {"special", std::move(special)},
                          {"added", std::move(added)},
                          {"extra", std::move(extra)}});
}

} // namespace

TokenizerConfigs TokenizerConfigs::read(const std::string& folder)
{
    const auto named = [&](const char* name) {
        return readJsonFile((fs::path(folder) / name).string());
    };
    return {named("tokenizer_config.json"),
            named("special_tokens_map.json"),
            named("generation_config.json"),
            named("config.json")};
}

bridge::Tokenizer openTokenizer(const std::string& folder, const TokenizerConfigs& configs)
{
    const auto path = [&](const char* name) { return (fs::path(folder) / name).string(); };
    if (fs::exists(path("tokenizer.json"))) {
        return bridge::Tokenizer::fromFile(path("tokenizer.json"));
    }
    const bool hasVocabulary = fs::exists(path("vocab.json")) && fs::exists(path("merges.txt"));
    const bool hasModel = fs::exists(path("tokenizer.model"));
    if (hasModel || hasVocabulary) {
        const auto rules = conversionRules(folder, configs);
        const auto& name = rules["class"].toString();
        const bool isByteLevel =
            name == "GPT2Tokenizer" || name == "GPTNeoXTokenizer" || name == "Qwen2Tokenizer";
        return hasVocabulary && (isByteLevel || !hasModel)
                   ? bridge::Tokenizer::fromVocabulary(
                       path("vocab.json"), path("merges.txt"), rules)
                   : bridge::Tokenizer::fromSentencePiece(path("tokenizer.model"), rules);
    }
    throw Failure(code::kNotFound,
                  "There is no tokenizer in " + folder,
                  "Copy tokenizer.json, tokenizer.model, or vocab.json with merges.txt into it.",
                  folder);
}

const Value* specialTokenEntry(const TokenizerConfigs& configs, const std::string& name)
{
    for (const auto* config : {&configs.tokenizer, &configs.specialTokens}) {
        if (config->contains(name)) {
            return &(*config)[name];
        }
    }
    return nullptr;
}

std::string textOfToken(const Value& token)
{
    return token.isObject() ? token["content"].toString() : token.toString();
}

} // namespace engine::text
