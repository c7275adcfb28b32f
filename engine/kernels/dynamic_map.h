// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Numbers in 8 bits with a dynamic exponent, block by block: the scales of double quantisation and
// the states of the 8-bit optimiser. Source: Dettmers 2016 (8-Bit Approximations for Parallelism in
// Deep Learning); bitsandbytes functional.py, create_dynamic_map, and csrc/cpu_ops.cpp,
// quantize_cpu_impl, whose codes these are bit for bit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace engine::kernels {

using at::Tensor;

class DynamicMap
{
public:
    // For numbers of both signs, and for those that are never negative. Made at first use, from any
    // thread.
    static const DynamicMap& ofSigned();
    static const DynamicMap& ofUnsigned();

    // float32 [256], ascending, in [-1, 1] or [0, 1]: what each code stands for.
    const Tensor& numbers() const { return m_numbers; }
    const float* data() const { return m_numbers.const_data_ptr<float>(); }
    // The codes of 65,536 steps from -1 to 1: a number has that of its nearest step, which is how
    // bitsandbytes finds it on a processor (so 0 becomes the code of about 1.5e-5).
    const uint8_t* codesOfSteps() const { return m_steps.data(); }

private:
    explicit DynamicMap(bool isSigned);

    Tensor m_numbers;
    std::vector<uint8_t> m_steps;
};

// Each block divided by its largest magnitude, which becomes its scale; a block of zeros has code 0
// and scale 0.
//   numbers  float32 [count], contiguous, finite
//   codes    uint8 [count], contiguous
//   scales   float32 [count / block, rounded up], contiguous
void quantizeBlockwise(
    const Tensor& numbers, const DynamicMap& map, int64_t block, Tensor& codes, Tensor& scales);

// number = map[code] · scale, the shapes as above.
void dequantizeBlockwise(const Tensor& codes,
                         const Tensor& scales,
                         const DynamicMap& map,
                         int64_t block,
                         Tensor& numbers);

} // namespace engine::kernels
