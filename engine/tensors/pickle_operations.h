// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The operations of pickles by name, for messages. Source: CPython, Lib/pickletools.py.
#pragma once

#include <string>

namespace engine::tensors {

// "GLOBAL"; "0x0f" for a byte that is none.
std::string pickleOperationName(char operation);

} // namespace engine::tensors
