// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The field `dropout`, which every method has.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/text.h"

namespace engine::methods {

template <typename Settings, typename Base>
contract::FieldBuilder addDropout(contract::Schema<Settings>& schema, double Base::*dropout)
{
    return schema.number("dropout", dropout)
        .range(0, 0.95)
        .label(LS_TEXT("Dropout"))
        .help(LS_TEXT("Share of an adapter's inputs that is dropped at random in training."));
}

// Of a method that has no input of its own that could be dropped.
template <typename Settings, typename Base>
contract::FieldBuilder addNoDropout(contract::Schema<Settings>& schema, double Base::*dropout)
{
    return schema.number("dropout", dropout)
        .range(0, 0)
        .advanced()
        .label(LS_TEXT("Dropout"))
        .help(LS_TEXT("Stays 0: this method adds nothing whose inputs could be dropped."));
}

} // namespace engine::methods
