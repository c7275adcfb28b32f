// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A step as a CUDA graph: thousands of launches become one. Compute thread only.
#pragma once

#include "engine/kernels/registry.h"

#include <functional>
#include <memory>

namespace engine::cuda {

// As in kernels::DeviceKernels. Recordings share one pool of memory: they are played one after the
// other on one stream, and what they give lies outside of it.
void onRecordingStream(at::Device device, const std::function<void()>& work);
// Whether what this thread enqueues now becomes part of a recording.
bool isRecording();

std::unique_ptr<kernels::RecordedStep> record(const kernels::Sequences& sequences,
                                              const std::function<void()>& work);

} // namespace engine::cuda
