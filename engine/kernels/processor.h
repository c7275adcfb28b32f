// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which vector instructions the packed kernels use: chosen once, at first use, from what the
// processor and the system offer. Safe to call from any thread.
#pragma once

#include <string_view>

namespace engine::kernels {

// Each level includes the ones before it.
enum class InstructionSet {
    None,       // no packed kernels: the parts run composed from LibTorch's operators
    Avx2,       // 256-bit vectors with FMA; bfloat16 is widened
    Avx512,     // 512-bit vectors (F, BW, DQ, VL); bfloat16 is widened
    Avx512Bf16, // and dot products of bfloat16 pairs
    Amx,        // and tile registers for products of bfloat16
};

// The highest level this processor and system offer.
InstructionSet bestInstructionSet();

// The fastest of them, or what LORA_PROCESSOR = none | avx2 | avx512 | avx512_bf16 | amx asks for
// (a level the processor lacks is not taken).
InstructionSet instructionSet();

// "avx512_bf16", as LORA_PROCESSOR writes it.
std::string_view nameOf(InstructionSet set);

} // namespace engine::kernels
