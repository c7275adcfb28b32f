// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/registry.h"

namespace engine::kernels {

DeviceKernels& deviceKernels()
{
    static DeviceKernels table;
    return table;
}

const DeviceKernels* kernelsFor(const Tensor& x)
{
    if (x.is_cpu()) {
        return nullptr;
    }
    const DeviceKernels& table = deviceKernels();
    TORCH_CHECK(
        table.devices != nullptr, "no plug-in was loaded for tensors on ", x.device().str());
    return &table;
}

} // namespace engine::kernels
