// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Methods of virtual tokens at two places of a text, before it and where its prompt ends: the
// settings that prefix-embedding and prefix-layer tuning share.
#pragma once

#include "engine/methods/virtual_tokens.h"

namespace engine::methods {

struct PlacedTokensSettings
{
    int64_t prefixTokens = 8;
    int64_t infixTokens = 0;
    double dropout = 0;

    int64_t count() const { return prefixTokens + infixTokens; }
};

contract::Schema<PlacedTokensSettings> placedTokensSchema();

} // namespace engine::methods
