// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product.h"

namespace engine::kernels {

// Each defined in a file compiled for its instruction set.
extern const PackedKernels kPackedAvx2;
extern const PackedKernels kPackedAvx512;
extern const PackedKernels kPackedAvx512Bf16;

const PackedKernels* packedKernels(InstructionSet set)
{
    switch (set) {
    case InstructionSet::None:
        return nullptr;
    case InstructionSet::Avx2:
        return &kPackedAvx2;
    case InstructionSet::Avx512:
        return &kPackedAvx512;
    case InstructionSet::Avx512Bf16:
        return &kPackedAvx512Bf16;
    }
    return nullptr;
}

const PackedKernels* packedKernels()
{
    return packedKernels(instructionSet());
}

} // namespace engine::kernels
