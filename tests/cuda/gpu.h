// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The plug-in that was built, in this test's process, and why it cannot be used here.
#pragma once

#include "engine/device/plugin.h"
#include "engine/kernels/registry.h"

#include <QString>

namespace tests {

// Empty when there is a GPU to compute on; else the reason to skip with. Loads the plug-in once.
inline QString whyNoGpu()
{
    static const QString reason = [] {
        engine::device::PluginRequest request;
        request.candidates = {LORA_CUDA_LIBRARY};
        request.version = engine::kernels::kDeviceKernelsVersion;
        request.table = &engine::kernels::deviceKernels();
        const engine::device::PluginOutcome outcome = engine::device::loadPlugin(request);
        if (!outcome.isLoaded) {
            return QString::fromStdString(outcome.reason);
        }
        return engine::kernels::deviceKernels().devices().empty()
                   ? QStringLiteral("the driver sees no GPU of compute capability 8.0 or newer")
                   : QString();
    }();
    return reason;
}

} // namespace tests
