// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/decode_kernels_avx512.h"

namespace engine::kernels {

extern const DecodeKernels kDecodeAvx512;
const DecodeKernels kDecodeAvx512 = kernelsOf<DecodeAvx512>();

} // namespace engine::kernels
