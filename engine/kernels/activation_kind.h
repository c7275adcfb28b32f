// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The activations of MLPs and of bottleneck adapters, for headers that know no tensors.
#pragma once

namespace engine::kernels {

enum class Activation { Silu, GeluTanh, GeluErf, Relu, Tanh };

} // namespace engine::kernels
