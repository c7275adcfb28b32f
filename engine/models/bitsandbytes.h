// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A packed weight as the tensors that bitsandbytes stores it in. Of NF4, beside X.weight uint8
// [numbers / 2, 1]: X.weight.absmax (float32, or uint8 when the scales are quantised too),
// .quant_map float32 [16], .nested_absmax float32, .nested_quant_map float32 [256] and
// .quant_state.bitsandbytes__nf4, JSON as uint8. Of int8, beside X.weight int8 [out, in]: X.SCB
// float32 [out] and X.weight_format uint8 (0 = row by row). Sources: bitsandbytes functional.py
// (QuantState), nn/modules.py (Linear8bitLt).
#pragma once

#include "engine/kernels/quantized_weight.h"
#include "engine/models/problem.h"
#include "engine/tensors/safetensors_writer.h"
#include "engine/tensors/weights.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::models::bitsandbytes {

// A weight by its name in the file ("model.layers.0.mlp.up_proj.weight") and the shape it stands
// for: [out, in], also of a Conv1d module.
struct WeightPlace
{
    std::string name;
    int64_t out = 0;
    int64_t in = 0;
};

// Whether the file stores it packed in that form, by its dtype alone.
bool isPacked(const tensors::Weights& weights,
              const std::string& name,
              kernels::Quantization quantization);

// What keeps a packed weight from being read: a part that is missing, has another dtype or size, or
// says something else than the shape. Nothing where it is sound.
std::optional<Problem> findProblem(const tensors::Weights& weights,
                                   const WeightPlace& place,
                                   kernels::Quantization quantization);

// The names of its parts that are in the file, the weight's own first.
std::vector<std::string> partNames(const tensors::Weights& weights,
                                   const std::string& name,
                                   kernels::Quantization quantization);

// A sound one, its tensors mapped. int8 is unpacked to float32, as bitsandbytes does.
kernels::QuantizedWeight
read(const tensors::Weights& weights, const WeightPlace& place, kernels::Quantization quantization);

// What parts() will give, before anything is quantised: same names, dtypes and shapes in the same
// order.
std::vector<tensors::TensorSpec>
specs(const WeightPlace& place, kernels::Quantization quantization, bool doubleQuant);

// The parts as tensors. The JSON is padded with spaces, so that its size does not depend on the
// numbers.
std::vector<std::pair<std::string, at::Tensor>> parts(const std::string& name,
                                                      const kernels::QuantizedWeight& weight);

} // namespace engine::models::bitsandbytes
