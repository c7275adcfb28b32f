// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// All trainable numbers of a run in one flat buffer, their gradients in another: one optimiser
// step, one norm, one checkpoint write. Compute thread only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace engine::nn {

// A tensor that a tuning method trains.
struct TrainableTensor
{
    std::string name; // unique and permanent: it names the tensor in checkpoints
    std::vector<int64_t> shape;
    double learningRateFactor = 1; // times the run's learning rate (LoRA+)
    bool decays = true;            // weight decay applies

    int64_t numel() const;
};

class ParameterBuffer
{
public:
    // All values and gradients zero, on the device that computes with them.
    explicit ParameterBuffer(std::vector<TrainableTensor> tensors,
                             at::Device device = at::Device(at::kCPU));

    const std::vector<TrainableTensor>& tensors() const { return m_tensors; }
    std::size_t size() const { return m_tensors.size(); }
    // Float32 leaf that requires grad; a view of values(). Its gradient accumulates in gradients().
    const at::Tensor& leaf(std::size_t index) const { return m_leaves[index]; }
    // First number of tensor `index` in the flat buffers.
    int64_t offset(std::size_t index) const { return m_offsets[index]; }

    // Goes on in memory that the caller holds, with its values: flat float32 [numbers] each, on the
    // same device. The leaves stay the same objects; views that were made of them do not follow.
    void moveTo(at::Tensor values, at::Tensor gradients);

    at::Tensor& values() { return m_values; }       // float32 [numbers]
    at::Tensor& gradients() { return m_gradients; } // float32 [numbers]
    int64_t numbers() const { return m_values.numel(); }

private:
    at::Tensor viewOf(const at::Tensor& flat, std::size_t index) const;

    std::vector<TrainableTensor> m_tensors;
    std::vector<int64_t> m_offsets;
    std::vector<at::Tensor> m_leaves;
    at::Tensor m_values;
    at::Tensor m_gradients;
};

} // namespace engine::nn
