// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What models answer to the same pseudo-random tokens: how far one stands from another.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters {

// Float32 [tokens, vocabulary] of the model with adapters, computed in float32; its weights stay
// mapped where their dtype allows, and their pages are let go.
//   seen  the form to hold a dense base in
at::Tensor probeLogits(const models::ModelFolder& model,
                       const std::vector<ScaledAdapter>& adapters,
                       const models::BaseFormat& seen = {});
// Of a decoder that computes in float32.
at::Tensor probeLogits(const nn::Decoder& decoder);

LogitDifference differenceOf(const at::Tensor& expected, const at::Tensor& actual);

} // namespace engine::exporters
