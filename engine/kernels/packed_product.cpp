// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product.h"

#include <c10/util/BFloat16.h>

#include <array>
#include <cmath>

namespace engine::kernels {

// Each defined in a file compiled for its instruction set.
extern const PackedKernels kPackedAvx2;
extern const PackedKernels kPackedAvx512;
extern const PackedKernels kPackedAvx512Bf16;
extern const PackedKernels kPackedAmx;

namespace {

// Tile registers are set up by the system, by request and per thread: one small product says
// whether they compute before anything depends on them.
bool computesLike(const PackedKernels& kernels, const PackedKernels& reference)
{
    constexpr int64_t kRows = 37, kDepth = 70, kFeatures = 48, kStride = 80;
    std::array<c10::BFloat16, kFeatures * kDepth> weights;
    std::array<c10::BFloat16, kRows * kStride> rows;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = static_cast<float>(i % 13) - 6;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = static_cast<float>(i % 7) - 3;
    }
    const WeightView view{weights.data(), WeightView::Type::BFloat16, kFeatures, kDepth, kDepth, 1};
    const PackedMatrix packed = packForOutput({&view, 1}, PackedType::BFloat16);
    std::array<float, kRows * kFeatures> results[2];
    for (const PackedKernels* set : {&kernels, &reference}) {
        PackedProduct product;
        product.main = {rows.data(), kStride, &packed};
        product.m = kRows;
        product.panels = packed.panels();
        product.c = results[set == &kernels ? 0 : 1].data();
        product.cStride = kFeatures;
        product.isFloatOutput = true;
        set->product(product);
    }
    return results[0] == results[1]; // sums of small integers are exact
}

} // namespace

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
    case InstructionSet::Amx: {
        static const bool kIsSound = computesLike(kPackedAmx, kPackedAvx512);
        return kIsSound ? &kPackedAmx : &kPackedAvx512;
    }
    }
    return nullptr;
}

const PackedKernels* packedKernels()
{
    return packedKernels(instructionSet());
}

} // namespace engine::kernels
