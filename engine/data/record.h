// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One training sample as the data files hold it, before any tokenizer sees it.
#pragma once

#include "engine/contract/conversation.h"

#include <cstdint>
#include <string>

namespace engine::data {

struct Record
{
    contract::Conversation conversation; // empty when isText
    std::string text; // only when isText: trained from the first token to the last
    bool isText = false;
    std::string sha256; // of the row's bytes as they stand in the file, 64 hexadecimal digits
    std::string file;
    int64_t line = 0; // 1-based, where the row starts
};

} // namespace engine::data
