// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/decode_kernels.h"

namespace engine::kernels {

// Each defined in a file compiled for its instruction set.
extern const DecodeKernels kDecodeAvx2;
extern const DecodeKernels kDecodeAvx512;
extern const DecodeKernels kDecodeAvx512Bf16;

const DecodeKernels* decodeKernels(InstructionSet set)
{
    switch (set) {
    case InstructionSet::None:
        return nullptr;
    case InstructionSet::Avx2:
        return &kDecodeAvx2;
    case InstructionSet::Avx512:
    case InstructionSet::Amx: // one row at a time waits for memory, not for products
        return &kDecodeAvx512;
    case InstructionSet::Avx512Bf16:
        return &kDecodeAvx512Bf16;
    }
    return nullptr;
}

const DecodeKernels* decodeKernels()
{
    return decodeKernels(instructionSet());
}

} // namespace engine::kernels
