// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/registry.h"

#include "engine/data/formats/alpaca/alpaca.h"
#include "engine/data/formats/classification/classification.h"
#include "engine/data/formats/messages/messages.h"
#include "engine/data/formats/plain_text/plain_text.h"
#include "engine/data/formats/preference/preference.h"
#include "engine/data/formats/prompt_completion/prompt_completion.h"
#include "engine/data/formats/regression/regression.h"
#include "engine/data/formats/text/text.h"
#include "engine/data/formats/unpaired/unpaired.h"

#include <algorithm>
#include <array>

namespace engine::data::formats {

namespace {

constexpr std::array<const Format*, 9> kFormats = {
    &messages::kFormat,
    &alpaca::kFormat,
    &prompt_completion::kFormat,
    &text::kFormat,
    &preference::kFormat,
    &unpaired::kFormat,
    &classification::kFormat,
    &regression::kFormat,
    &plain_text::kFormat,
};

} // namespace

std::span<const Format* const> all()
{
    return kFormats;
}

const Format* find(std::string_view id)
{
    const auto found = std::find_if(
        kFormats.begin(), kFormats.end(), [id](const Format* format) { return format->id == id; });
    return found == kFormats.end() ? nullptr : *found;
}

const Format* bestMatch(const Value& row)
{
    const Format* best = nullptr;
    int bestScore = 0;
    for (const Format* format : kFormats) {
        const int score = format->match(row);
        if (score > bestScore) {
            best = format;
            bestScore = score;
        }
    }
    return best;
}

} // namespace engine::data::formats
