// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/original_weight.h"

#include "engine/tensors/mapped_pages.h"

namespace engine::models {

at::Tensor originalWeight(const ModelFolder& folder, const nn::ModuleSpec& module)
{
    const at::Tensor stored = folder.dense(module.weightName());
    const at::Tensor weight = stored.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    tensors::letGoOfPages(stored.const_data_ptr(), stored.nbytes());
    return module.kind == nn::ModuleKind::Conv1d ? weight.t() : weight;
}

} // namespace engine::models
