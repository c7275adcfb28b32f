// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// pack_tensors IN.safetensors OUT.safetensors BLOCK: every tensor packed in each form, its parts,
// the numbers that come back, and the rows that an embedding looks up (the last, the first, the
// last again, the middle one), for test_quantized.py to compare with bitsandbytes.
#include "engine/device/failure.h"
#include "engine/kernels/quantized_rows.h"
#include "engine/tensors/safetensors_writer.h"
#include "engine/tensors/weights.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <iostream>

namespace {

using namespace engine;
using namespace engine::kernels;
using Named = std::vector<std::pair<std::string, at::Tensor>>;

at::Tensor lookedUp(const QuantizedWeight& weight)
{
    const int64_t last = weight.rows() - 1;
    return gatherRows(weight, at::tensor({last, int64_t{0}, last, last / 2}, at::kLong));
}

void addNf4(const std::string& name, const at::Tensor& weight, int64_t block, Named& parts)
{
    for (const bool isDouble : {false, true}) {
        const std::string prefix = name + (isDouble ? ".double." : ".nf4.");
        const Nf4Weight packed = quantizeNf4(weight, isDouble, block);
        parts.emplace_back(prefix + "codes", packed.codes);
        parts.emplace_back(prefix + "scales", packed.scales);
        if (isDouble) {
            parts.emplace_back(prefix + "scale_scales", packed.scaleScales);
            parts.emplace_back(prefix + "offset", at::full({1}, packed.offset, at::kFloat));
        }
        const QuantizedWeight whole{packed, weight.scalar_type()};
        parts.emplace_back(prefix + "numbers", dequantize(whole, at::kFloat));
        parts.emplace_back(prefix + "rows", lookedUp(whole));
    }
}

void addInt8(const std::string& name, const at::Tensor& weight, Named& parts)
{
    const Int8Weight packed = quantizeInt8(weight);
    parts.emplace_back(name + ".int8.codes", packed.codes);
    parts.emplace_back(name + ".int8.scales", packed.scales);
    parts.emplace_back(name + ".int8.numbers", dequantize({packed, at::kFloat}, at::kFloat));
    parts.emplace_back(name + ".int8.rows", lookedUp({packed, at::kFloat}));
    const QuantizedWeight stored = quantize(weight, Quantization::Int8);
    parts.emplace_back(name + ".stored.codes", std::get<Int8Weight>(stored.packed).codes);
    parts.emplace_back(name + ".stored.scales", std::get<Int8Weight>(stored.packed).scales);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::cerr << "pack_tensors IN.safetensors OUT.safetensors BLOCK\n";
        return 2;
    }
    try {
        const auto weights = tensors::Weights::open(argv[1]);
        Named parts;
        for (const std::string& name : weights.names()) {
            const at::Tensor weight = weights.tensor(name);
            addNf4(name, weight, std::stoll(argv[3]), parts);
            addInt8(name, weight, parts);
        }
        tensors::saveTensors(argv[2], parts);
    } catch (const Failure& failure) {
        std::cerr << failure.error().code << ": " << failure.what() << '\n';
        return 1;
    }
    return 0;
}
