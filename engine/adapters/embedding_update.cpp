// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/embedding_update.h"

#include "engine/methods/dora_embedding.h"
#include "engine/methods/low_rank_embedding.h"

namespace engine::adapters {

std::unique_ptr<nn::EmbeddingAdapter>
embeddingUpdate(nn::Decoder& decoder, const methods::LowRankFactors& factors, double scale)
{
    kernels::LowRank update = factors.update(decoder.device(), scale);
    if (factors.magnitude.defined()) {
        return std::make_unique<methods::DoraEmbedding>(decoder.embedding(factors.module),
                                                        std::move(update),
                                                        factors.magnitude.to(decoder.device()));
    }
    return std::make_unique<methods::LowRankEmbedding>(update.a, update.b, update.scale);
}

} // namespace engine::adapters
