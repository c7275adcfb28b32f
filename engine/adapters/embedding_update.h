// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The update of an embedding that an adapter holds, as it works on a decoder.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/nn/decoder.h"

#include <memory>

namespace engine::adapters {

// Times `scale`, as LoadedAdapter; not attached yet. The decoder outlives it.
std::unique_ptr<nn::EmbeddingAdapter>
embeddingUpdate(nn::Decoder& decoder, const methods::LowRankFactors& factors, double scale);

} // namespace engine::adapters
