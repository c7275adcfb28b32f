// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Causal attention over packed sequences from plain operators, with its backward by hand: for what
// the flash kernels refuse (float32, odd head sizes) and to check them against. Any device. Holds
// heads · queries · keys probabilities of one sequence at a time; saves nothing.
#pragma once

#include "engine/kernels/sequences.h"

#include <ATen/core/Tensor.h>

namespace engine::cuda {

using at::Tensor;

// As kernels::attention.
Tensor composedAttention(const Tensor& q,
                         const Tensor& k,
                         const Tensor& v,
                         const kernels::Sequences& sequences,
                         double scale);

struct ComposedGradients
{
    Tensor q;
    Tensor k;
    Tensor v;
};
ComposedGradients composedAttentionBackward(const Tensor& gradient,
                                            const Tensor& q,
                                            const Tensor& k,
                                            const Tensor& v,
                                            const kernels::Sequences& sequences,
                                            double scale);

} // namespace engine::cuda
