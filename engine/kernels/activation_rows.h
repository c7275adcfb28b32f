// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Activations of single rows where a processor's own instructions do more than the loops that the
// compiler makes of block_rows.cpp: what activateRows() and its backward call for each row. T is
// float or c10::BFloat16, computed in float32 and rounded where those loops round.
#pragma once

#include "engine/kernels/activation_kind.h"

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace engine::kernels {

// up, and with it dUp, may be null.
template <typename T>
struct ActivationRow
{
    // h = activation(gate) ⊙ up.
    void (*forward)(const T* gate, const T* up, T* h, int64_t width);
    // h holds its gradient and becomes h.
    void (*backward)(const T* gate, const T* up, T* h, T* dGate, T* dUp, int64_t width);
};

// Null where the loops of block_rows.cpp serve.
template <typename T>
const ActivationRow<T>* activationRow(Activation activation);

} // namespace engine::kernels
