// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// In which dtype a model's weights are best held on the processor.
#pragma once

#include "engine/models/model_folder.h"

namespace engine::models {

// True when every tensor is stored in folder.storedDtype().
bool hasOneDtype(const ModelFolder& folder);

// The dtype to hold weights in for computing in `compute` (loadDecoder): bfloat16 is left in its
// mapped file where float32 kernels pack it, which widens each number exactly, so that there is no
// second float32 copy; everything else is converted once.
at::ScalarType heldDtype(const ModelFolder& folder, at::ScalarType compute);
// The same of a model all of which is stored in one dtype.
at::ScalarType heldDtype(at::ScalarType stored, at::ScalarType compute);

} // namespace engine::models
