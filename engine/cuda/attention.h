// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Varlen attention: cuDNN's, else FlashAttention 2, where each may and where a trial agreed with
// the composed form; else composed. Forward on the compute thread, backward on autograd's. The
// first two save one float32 log-sum-exp per query and head; the composed one nothing.
#pragma once

#include "engine/cuda/torch_compat.h"
#include "engine/kernels/registry.h"

#include <string>

namespace engine::cuda {

kernels::AttentionForward attention(const Tensor& q,
                                    const Tensor& k,
                                    const Tensor& v,
                                    const kernels::Sequences& sequences,
                                    double scale);
kernels::AttentionGradients attentionBackward(const Tensor& gradient,
                                              const Tensor& q,
                                              const Tensor& k,
                                              const Tensor& v,
                                              const Tensor& out,
                                              const std::vector<Tensor>& saved,
                                              const kernels::Sequences& sequences,
                                              double scale);

// What the last call computed with, for the log: "cudnn", "flash", or "composed: " and why.
std::string attentionBackend();
// Whether that reads its sequences on the device, so that a recording can be played with others.
bool attentionIsRecordable();

// The most that attention takes for a while beside its results.
int64_t attentionBytes(at::Device device);

// Uploads these offsets, for whatever attends to such sequences until others are attended to. A
// recorded step keeps what is returned and writes new ones into it.
FlashOffsets placeOffsets(const kernels::Sequences& sequences, at::Device device);
// Whoever attends next uploads its own.
void forgetOffsets();
// Enqueues the copy. Throws c10::Error when the sequences do not fit the recorded ones: another
// total, more sequences or a longer one.
void writeOffsets(FlashOffsets& offsets, const kernels::Sequences& sequences, int64_t total);

} // namespace engine::cuda
