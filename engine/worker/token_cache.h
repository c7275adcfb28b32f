// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Tokens of data sets, kept between starts:
// ${XDG_CACHE_HOME:-~/.cache}/lora-studio/tokens/<key>.tokens (docs/formats.md). Compute thread
// only.
#pragma once

#include "engine/objectives/token_store.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace engine::worker {

// Everything that decides which tokens there are.
struct TokenKey
{
    std::string content;   // the hash of the data
    std::string rows;      // data::rowsKey
    std::string tokenizer; // tokenizerKey
    std::string rendering; // text::Renderer::key
    std::string objective; // its id
};

// The files of a model folder that a tokenizer and its templates are read from, by name and hash.
std::string tokenizerKey(const std::string& modelFolder);

// Where the tokens of this key lie or would lie: a hash of it, of the form's version and of this
// program's own bytes, since another program may cut the same text otherwise. Empty without a home.
std::filesystem::path tokenFile(const TokenKey& key);

struct KeptTokens
{
    std::shared_ptr<const objectives::TokenStore> store; // null: there are none
    std::string note; // what was wrong with those that are there, "" for nothing
};

// Nothing of the file is believed before it is checked. The entry counts as used now and stays as
// long as this process lives.
KeptTokens findTokens(const std::filesystem::path& file);

// Finishes what was written for `file`, with a text for later, and keeps it. What was not used for
// longest makes room. Throws Failure with `where` = the file or its folder.
std::shared_ptr<const objectives::TokenStore> keepTokens(objectives::TokenStoreWriter& writer,
                                                         std::string_view note);

} // namespace engine::worker
