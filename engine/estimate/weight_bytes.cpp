// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/weight_bytes.h"

#include <algorithm>

namespace engine::estimate {

using kernels::Quantization;

namespace {

int64_t partsOf(int64_t numbers, int64_t size)
{
    return (numbers + size - 1) / size;
}

} // namespace

int64_t packedBytes(int64_t out, int64_t in, Quantization quantization, bool doubleQuant)
{
    const int64_t numbers = out * in;
    if (quantization == Quantization::Int8) {
        return numbers + 4 * out;
    }
    const kernels::Nf4Weight usual;
    const int64_t blocks = partsOf(numbers, usual.block);
    return (numbers + 1) / 2
           + (doubleQuant ? blocks + 4 * partsOf(blocks, usual.scaleBlock) : 4 * blocks);
}

int64_t weightBytes(const nn::Blueprint& blueprint, const HeldWeights& held)
{
    int64_t bytes = blueprint.parameters() * held.numberBytes;
    if (held.quantization != Quantization::None) {
        for (const nn::ModuleSpec& module : blueprint.modules) {
            const bool isTied = module.outputHead && blueprint.tiedHead;
            const bool isOfVocabulary = held.hasEmbeddings && module.holdsVocabulary() && !isTied;
            if (module.isQuantizable() || isOfVocabulary) {
                bytes += packedBytes(module.out, module.in, held.quantization, held.doubleQuant)
                         - module.out * module.in * held.numberBytes;
            }
        }
    }
    return bytes;
}

int64_t unpackedBytes(const nn::Blueprint& blueprint, const HeldWeights& held, int64_t computeBytes)
{
    if (held.quantization == Quantization::None) {
        return 0;
    }
    // q, k, v and gate, up are neighbours with as many inputs; so may o be: an upper bound.
    int64_t most = held.hasEmbeddings ? blueprint.vocabulary * blueprint.hiddenSize : 0;
    int64_t group = 0;
    const nn::ModuleSpec* previous = nullptr;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (!module.isQuantizable()) {
            previous = nullptr;
            continue;
        }
        const bool joins =
            previous != nullptr && previous->layer == module.layer && previous->in == module.in;
        group = (joins ? group : 0) + module.out * module.in;
        most = std::max(most, group);
        previous = &module;
    }
    return most * computeBytes;
}

} // namespace engine::estimate
