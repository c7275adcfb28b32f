// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/token_embeddings.h"

#include "engine/device/seeds.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <vector>

namespace engine::methods {

at::Tensor startTokens(int64_t count, const nn::Decoder& decoder, uint64_t seed)
{
    device::RandomStream random(device::derivedSeed(seed, "init vocabulary"));
    const auto vocabulary = static_cast<uint64_t>(decoder.parts().tokenEmbedding.size());
    std::vector<int64_t> tokens;
    for (int64_t i = 0; i < count; ++i) {
        tokens.push_back(static_cast<int64_t>(random.uniformInt(vocabulary)));
    }
    return at::tensor(tokens, at::kLong);
}

at::Tensor startEmbeddings(const at::Tensor& tokens, const nn::Decoder& decoder)
{
    return decoder.parts().tokenEmbedding.rows(tokens).detach() * decoder.parts().embeddingScale;
}

} // namespace engine::methods
