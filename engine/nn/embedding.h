// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A table of embeddings [rows, width]: dense, or quantised, of which only the rows that are looked
// up become dense. Compute thread only.
#pragma once

#include "engine/kernels/quantized_weight.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace engine::nn {

class Embedding
{
public:
    Embedding() = default;
    Embedding(at::Tensor weight) : m_weight(std::move(weight)) {}
    Embedding(std::shared_ptr<const kernels::QuantizedWeight> weight)
        : m_quantized(std::move(weight))
    {
    }

    // ids int64 [n] on any device → those rows [n, width]: of a dense table in its own type and
    // tracked with it, of a quantised one in float32. Throws c10::IndexError for a row it has not.
    at::Tensor rows(const at::Tensor& ids) const;

    int64_t size() const; // its rows
    int64_t width() const;
    at::Device device() const;

    bool isDefined() const { return isQuantized() || m_weight.defined(); }
    bool isQuantized() const { return m_quantized != nullptr; }
    // Null for a dense table.
    const std::shared_ptr<const kernels::QuantizedWeight>& quantized() const { return m_quantized; }
    // All rows: the table itself, or a new tensor in the type that it had before it was quantised.
    at::Tensor dense() const;
    // Undefined where it is quantised.
    at::Tensor& weight() { return m_weight; }
    const at::Tensor& weight() const { return m_weight; }

private:
    at::Tensor m_weight;
    std::shared_ptr<const kernels::QuantizedWeight> m_quantized;
};

} // namespace engine::nn
