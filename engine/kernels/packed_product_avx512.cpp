// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product_avx512.h"

namespace engine::kernels {

extern const PackedKernels kPackedAvx512;
const PackedKernels kPackedAvx512 = {product<Avx512>, rankSum<Avx512>};

} // namespace engine::kernels
