// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A step as a CUDA graph: thousands of launches become one. Compute thread only.
#pragma once

#include "engine/kernels/registry.h"

#include <functional>
#include <memory>

namespace engine::cuda {

// As kernels::DeviceKernels::record.
std::unique_ptr<kernels::RecordedStep> record(const std::function<void()>& work);

} // namespace engine::cuda
