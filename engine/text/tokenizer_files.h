// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which files of a model folder are its tokenizer: tokenizer.json as it stands, else a
// SentencePiece tokenizer.model or vocab.json with merges.txt, converted as transformers'
// converters do.
#pragma once

#include "engine/bridge/tokenizer.h"
#include "engine/contract/value.h"

#include <array>
#include <string>

namespace engine::text {

inline constexpr std::array kSpecialTokenNames = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

// The JSON files that stand beside a tokenizer; null where there is none.
struct TokenizerConfigs
{
    contract::Value tokenizer;     // tokenizer_config.json
    contract::Value specialTokens; // special_tokens_map.json
    contract::Value generation;    // generation_config.json
    contract::Value model;         // config.json

    // Failure kBadFile names the file that is not JSON.
    static TokenizerConfigs read(const std::string& folder);
};

// Failure kNotFound when the folder has no tokenizer; kBadTokenizer names the file that cannot be
// understood.
bridge::Tokenizer openTokenizer(const std::string& folder, const TokenizerConfigs& configs);

// What the files say of the special token `name` ("bos_token"): its entry, null where a file says
// there is none; nothing where no file says.
const contract::Value* specialTokenEntry(const TokenizerConfigs& configs, const std::string& name);

// A token is written as its text or as an object with `content`.
std::string textOfToken(const contract::Value& token);

} // namespace engine::text
