// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/placed_tokens.h"

namespace engine::methods {

contract::Schema<PlacedTokensSettings> placedTokensSchema()
{
    contract::Schema<PlacedTokensSettings> s;
    s.integer("prefix_tokens", &PlacedTokensSettings::prefixTokens)
        .range(0, 65536)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Prefix tokens"))
        .help(LS_TEXT("Trained tokens before every text. They take that much of the context."));
    s.integer("infix_tokens", &PlacedTokensSettings::infixTokens)
        .range(0, 65536)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Infix tokens"))
        .help(LS_TEXT("Trained tokens between the prompt and the answer. They take that much of "
                      "the context."));
    addNoDropout(s, &PlacedTokensSettings::dropout);
    s.check([](const PlacedTokensSettings& settings,
               const std::string& path) -> contract::Result<void> {
        if (settings.count() > 0) {
            return {};
        }
        return contract::badField(contract::joinPath(path, "prefix_tokens"),
                                  "1…65536 where there are no infix tokens",
                                  settings.prefixTokens);
    });
    return s;
}

} // namespace engine::methods
