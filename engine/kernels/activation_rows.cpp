// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/activation_rows.h"

#include "engine/kernels/processor.h"

#include <type_traits>

namespace engine::kernels {

// Defined in a file compiled for its instruction set.
extern const ActivationRow<float> kSiluFloatsAvx512, kGeluTanhFloatsAvx512;
extern const ActivationRow<c10::BFloat16> kSiluHalvesAvx512, kGeluTanhHalvesAvx512;

template <typename T>
const ActivationRow<T>* activationRow(Activation activation)
{
    const bool isSilu = activation == Activation::Silu;
    const bool isKnown = isSilu || activation == Activation::GeluTanh;
    if (!isKnown || instructionSet() < InstructionSet::Avx512) {
        return nullptr;
    }
    if constexpr (std::is_same_v<T, float>) {
        return isSilu ? &kSiluFloatsAvx512 : &kGeluTanhFloatsAvx512;
    } else {
        return isSilu ? &kSiluHalvesAvx512 : &kGeluTanhHalvesAvx512;
    }
}

template const ActivationRow<float>* activationRow(Activation);
template const ActivationRow<c10::BFloat16>* activationRow(Activation);

} // namespace engine::kernels
