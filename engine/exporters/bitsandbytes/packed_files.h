// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tensors of a packed model in the order of the files, made one weight at a time from merged
// ones.
#pragma once

#include "engine/exporters/merged_weights.h"
#include "engine/models/stored_quantization.h"

#include <string>
#include <utility>
#include <vector>

namespace engine::exporters::bitsandbytes {

class PackedFiles
{
public:
    // `merged` must outlive this.
    PackedFiles(const models::ModelFolder& model,
                const MergedWeights& merged,
                models::StoredQuantization form);

    const std::vector<tensors::TensorSpec>& specs() const { return m_specs; }
    // Asked in the order of specs(): the parts of a weight come from one merge.
    at::Tensor tensor(const tensors::TensorSpec& spec);
    // A weight as it is written, made anew.
    kernels::QuantizedWeight packed(const nn::ModuleSpec& module) const;

private:
    kernels::QuantizedWeight packed(const nn::ModuleSpec& module,
                                    const tensors::TensorSpec& merged) const;

    const models::ModelFolder& m_model;
    const MergedWeights& m_merged;
    models::StoredQuantization m_form;
    std::vector<tensors::TensorSpec> m_specs;
    std::vector<std::pair<std::string, at::Tensor>> m_parts; // of the weight that came last
};

} // namespace engine::exporters::bitsandbytes
