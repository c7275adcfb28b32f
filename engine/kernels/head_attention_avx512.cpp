// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention_avx512.h"

namespace engine::kernels {

extern const AttentionKernels kAttentionAvx512;
const AttentionKernels kAttentionAvx512 = attentionKernelsOf<Avx512>();

} // namespace engine::kernels
