// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights of base + adapters, one tensor at a time: W + Σ weight · scale · B A in float32, cast
// once. Source: Hu et al. 2021, section 4.1.
#pragma once

#include "engine/exporters/base_weights.h"
#include "engine/kernels/merged_rows.h"
#include "engine/tensors/safetensors_writer.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace engine::exporters {

class MergedWeights
{
public:
    // The request must outlive this.
    explicit MergedWeights(const ExportRequest& request);

    const BaseWeights& base() const { return m_base; }
    // The parameter that a tensor to be written holds.
    std::string parameterOf(const tensors::TensorSpec& spec) const;

    // Every tensor to write, in the order of the stored files. A head that no longer equals a tied
    // embedding is added.
    const std::vector<tensors::TensorSpec>& specs() const { return m_specs; }
    // What will be read, in that order.
    std::vector<std::string_view> storedParts() const;
    // True when a tied head or embedding was changed, so that they must be stored apart.
    bool isUntied() const { return m_isUntied; }

    // Reads, merges, casts. Throws Failure(non_finite) naming the tensor and what brought the value
    // in.
    at::Tensor tensor(const tensors::TensorSpec& spec) const;

private:
    // The parameter that a tensor is made from.
    std::string sourceOf(const tensors::TensorSpec& spec) const;
    // Throws Failure(incompatible) where a bias of B has no bias to be merged into.
    void requireBiases() const;
    bool isStoredTransposed(const std::string& parameter) const;
    // The stored tensor itself, or in float32 with the replacements in it; contiguous.
    at::Tensor withReplacements(const std::string& parameter, const at::Tensor& stored) const;
    // `base`: what withReplacements() gave; where lengths of rows are learnt (DoRA) it is brought
    // to them, in float32.
    std::vector<kernels::RectangleUpdate> updatesOf(const std::string& parameter,
                                                    at::Tensor& base) const;
    // Throws for the first value that is not finite of what is merged.
    void requireFiniteInputs(const std::string& parameter,
                             const at::Tensor& stored,
                             const std::string& source) const;

    const ExportRequest& m_request;
    BaseWeights m_base;
    std::string m_head; // the output head's weight
    std::vector<tensors::TensorSpec> m_specs;
    std::map<std::string, std::string> m_parameters; // by the names to be written
    bool m_isUntied = false;
};

} // namespace engine::exporters
