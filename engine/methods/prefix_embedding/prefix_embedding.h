// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prefix-embedding tuning: trained embeddings of tokens before every text and between its prompt
// and its answer, everything else frozen. Without an infix it is prompt tuning. Source: Hu et al.
// 2021, section 5.1.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::prefix_embedding {

extern const Method kPrefixEmbedding;

} // namespace engine::methods::prefix_embedding
