// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/tile_registers.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace engine::device {

// Source: Linux, Documentation/arch/x86/xstate.rst.
bool requestTileRegisters()
{
    constexpr long kRequestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
    constexpr long kTileData = 18;              // XFEATURE_XTILEDATA
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

} // namespace engine::device
