// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where a model's tensors lie: mapped from their files on the processor, uploaded to a GPU.
#pragma once

#include "engine/kernels/quantized_weight.h"
#include "engine/nn/decoder.h"

namespace engine::models {

// A stored tensor as it is held: on the processor the mapped one itself where the type is the same,
// on a GPU a copy that was converted there.
at::Tensor placed(const at::Tensor& stored, at::ScalarType held, at::Device device);

// A quantised weight where it is computed with.
kernels::QuantizedWeight placed(kernels::QuantizedWeight weight, at::Device device);

// Moves the tables of rotary positions, and lays the weights that read one input (q, k, v; gate,
// up) behind each other, so that one product does for all of them. Needs room for one such group
// more.
void arrangeOnDevice(nn::Decoder::Parts& parts, at::Device device);

} // namespace engine::models
