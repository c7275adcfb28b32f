// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/held_dtype.h"

#include "engine/device/dtypes.h"
#include "engine/kernels/packed_product.h"

#include <algorithm>

namespace engine::models {

bool hasOneDtype(const ModelFolder& folder)
{
    const at::ScalarType stored = folder.storedDtype();
    const tensors::Weights& weights = folder.weights();
    return std::ranges::all_of(weights.names(), [&weights, stored](const std::string& name) {
        return device::safetensorsDtype(weights.entry(name).dtype) == stored;
    });
}

at::ScalarType heldDtype(const ModelFolder& folder, at::ScalarType compute)
{
    return hasOneDtype(folder) ? heldDtype(folder.storedDtype(), compute) : compute;
}

at::ScalarType heldDtype(at::ScalarType stored, at::ScalarType compute)
{
    const bool isWidened = compute == at::kFloat && stored == at::kBFloat16;
    return isWidened && kernels::packedKernels() != nullptr ? at::kBFloat16 : compute;
}

} // namespace engine::models
