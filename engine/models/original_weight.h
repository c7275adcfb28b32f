// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights of a model that is held packed, as its files hold them. Compute thread only.
#pragma once

#include "engine/models/model_folder.h"

namespace engine::models {

// The weight [out, in] of a linear module, a float32 copy. The file's pages are let go, so that
// module after module takes the memory of one. The model is not stored packed.
at::Tensor originalWeight(const ModelFolder& folder, const nn::ModuleSpec& module);

} // namespace engine::models
