// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tile registers of Intel's AMX: the system hands them out only on request.
#pragma once

namespace engine::device {

// Asks for them, for every thread of this process; false where the system does not give them.
bool requestTileRegisters();

} // namespace engine::device
