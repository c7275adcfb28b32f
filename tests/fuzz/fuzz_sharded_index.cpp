// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// model.safetensors.index.json over two shards: tensors are where it says, and nowhere else than in
// files beside it.
#include "engine/tensors/weights.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

namespace {

// A safetensors file with one tensor of two numbers.
std::string shard(const std::string& name)
{
    std::string header = R"({")" + name + R"(":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header
           + std::string(8, '\0');
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const bool isMade = [] {
        fuzz::fileOf(shard("a"), "sharded/1.safetensors");
        fuzz::fileOf(shard("b"), "sharded/2.safetensors");
        return true;
    }();
    fuzz::require(isMade, "the shards");
    const auto index =
        fuzz::fileOf(fuzz::textOf(data, size), "sharded/model.safetensors.index.json");
    fuzz::orRefused([&] {
        const tensors::Weights weights = tensors::Weights::open(index.parent_path());
        fuzz::require(weights.names().size() <= 2, "tensors that no shard holds");
        for (const std::string& name : weights.names()) {
            fuzz::require(weights.bytes(name).size() == 8, "another size than the tensor's");
            fuzz::require(weights.tensor(name).numel() == 2, "another shape");
        }
    });
    return 0;
}
