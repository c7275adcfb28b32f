// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/attention.h"

#include "engine/kernels/reference.h"

namespace engine::kernels
{

Tensor attention(
    const Tensor& q, const Tensor& k, const Tensor& v, const Sequences& sequences, double scale)
{
    return attentionReference(q, k, v, sequences, scale);
}

} // namespace engine::kernels
