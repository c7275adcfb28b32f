// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// FT-Top2 and its kind: the last blocks alone are trained, without final norm, embeddings and head.
// Source: Hu et al. 2021, section 5.1.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::top_layers {

extern const Method kTopLayers;

} // namespace engine::methods::top_layers
