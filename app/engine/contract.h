// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Lets `engine::contract` mean the shared contract inside namespace app too, where `engine` alone
// would be app::engine.
#pragma once

#include "engine/contract/error_codes.h"
#include "engine/contract/message.h"
#include "engine/contract/result.h"
#include "engine/contract/value.h"

namespace app::engine {

namespace contract = ::engine::contract;

// An error as the engine writes it, {code, message, hint, where}; what is missing stays empty.
inline contract::Error errorOf(const contract::Value& object)
{
    return {object["code"].toString(),
            object["message"].toString(),
            object["hint"].toString(),
            object["where"].toString()};
}

} // namespace app::engine
