// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The field `dropout` of methods in which nothing can be dropped.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/text.h"

namespace engine::methods {

// Dropout is a field of every method; these have no input of their own that could be dropped.
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
