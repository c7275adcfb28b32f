// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/processor.h"

#include "engine/device/tile_registers.h"

#include <algorithm>
#include <cstdlib>

namespace engine::kernels {
namespace {

constexpr InstructionSet kAll[] = {InstructionSet::None,
                                   InstructionSet::Avx2,
                                   InstructionSet::Avx512,
                                   InstructionSet::Avx512Bf16,
                                   InstructionSet::Amx};

// Intel's dot products of bfloat16 pairs run at half the rate of its float32 (measured on Emerald
// Rapids: 90 and 166 GFLOP/s a core), AMD's at twice: there alone they are taken unasked.
InstructionSet preferred(InstructionSet best)
{
    const bool hasFastDots = __builtin_cpu_is("amd");
    return best == InstructionSet::Avx512Bf16 && !hasFastDots ? InstructionSet::Avx512 : best;
}

InstructionSet chosen()
{
    const InstructionSet best = bestInstructionSet();
    const char* asked = std::getenv("LORA_PROCESSOR");
    for (const InstructionSet set : kAll) {
        if (asked != nullptr && nameOf(set) == asked) {
            return std::min(set, best);
        }
    }
    return preferred(best);
}

} // namespace

// __builtin_cpu_supports asks the system, too: no level without its registers being saved.
InstructionSet bestInstructionSet()
{
    const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool hasAvx512 = hasAvx2 && __builtin_cpu_supports("avx512f")
                           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2")
                           && __builtin_cpu_supports("avx512dq")
                           && __builtin_cpu_supports("avx512vl");
    if (hasAvx512 && __builtin_cpu_supports("avx512bf16")) {
        const bool hasTiles = __builtin_cpu_supports("amx-tile")
                              && __builtin_cpu_supports("amx-bf16")
                              && device::requestTileRegisters();
        return hasTiles ? InstructionSet::Amx : InstructionSet::Avx512Bf16;
    }
    if (hasAvx512) {
        return InstructionSet::Avx512;
    }
    return hasAvx2 ? InstructionSet::Avx2 : InstructionSet::None;
}

InstructionSet instructionSet()
{
    static const InstructionSet kChosen = chosen();
    return kChosen;
}

std::string_view nameOf(InstructionSet set)
{
    switch (set) {
    case InstructionSet::None:
        return "none";
    case InstructionSet::Avx2:
        return "avx2";
    case InstructionSet::Avx512:
        return "avx512";
    case InstructionSet::Avx512Bf16:
        return "avx512_bf16";
    case InstructionSet::Amx:
        return "amx";
    }
    return "";
}

} // namespace engine::kernels
