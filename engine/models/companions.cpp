// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/companions.h"

namespace engine::models {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCompanions[] = {
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "generation_config.json",
    "chat_template.jinja",
    "chat_template.json",
    "additional_chat_templates",
};

} // namespace

void copyCompanions(const fs::path& from, const fs::path& to)
{
    for (const char* name : kCompanions) {
        if (fs::exists(from / name)) {
            fs::copy(from / name, to / name, fs::copy_options::recursive);
        }
    }
}

} // namespace engine::models
