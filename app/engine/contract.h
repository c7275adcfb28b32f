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

} // namespace app::engine
