// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The plug-in's one entry: it hands its functions over and says what GPUs there are.
#include "engine/cuda/attention.h"
#include "engine/cuda/device_memory.h"
#include "engine/cuda/lora_linear.h"
#include "engine/cuda/parts.h"
#include "engine/cuda/recorded_step.h"
#include "engine/cuda/upload.h"
#include "engine/kernels/registry.h"

#include <cuda_runtime_api.h>

namespace engine::cuda {
namespace {

// Ampere: the oldest the kernels are compiled for.
constexpr int kOldestMajor = 8;

std::vector<device::DeviceFacts> devices()
{
    std::vector<device::DeviceFacts> all;
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess) {
        cudaGetLastError(); // not the next call's error
        return all;
    }
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties;
        if (cudaGetDeviceProperties(&properties, i) == cudaSuccess
            && properties.major >= kOldestMajor) {
            all.push_back({"cuda:" + std::to_string(i),
                           properties.name,
                           properties.totalGlobalMem,
                           {"float32", "bfloat16", "float16"}});
        }
    }
    return all;
}

Tensor updateDropout(const Tensor& x, const kernels::LowRank& update)
{
    return update.placedSeed.defined() ? dropoutByPlacedSeed(x, update.dropout, update.placedSeed)
                                       : dropout(x, update.dropout, update.seed);
}

kernels::GroupForward group(const Tensor& x, const std::vector<kernels::FrozenMatrix>& matrices)
{
    return groupForward(x, matrices, updateDropout);
}

kernels::GroupGradients groupGradients(const Tensor& x,
                                       const std::vector<kernels::FrozenMatrix>& matrices,
                                       const std::vector<Tensor>& lowRanks,
                                       const std::vector<Tensor>& outputGradients,
                                       bool needsX,
                                       const std::vector<bool>& needsParameters)
{
    return groupBackward(
        x, matrices, lowRanks, outputGradients, needsX, needsParameters, updateDropout);
}

} // namespace
} // namespace engine::cuda

extern "C" [[gnu::visibility("default")]] uint32_t lora_cuda_register(uint32_t version, void* table)
{
    namespace cuda = engine::cuda;
    if (version != engine::kernels::kDeviceKernelsVersion) {
        return engine::kernels::kDeviceKernelsVersion;
    }
    engine::kernels::DeviceKernels kernels;
    kernels.devices = cuda::devices;
    kernels.attentionBackend = cuda::attentionBackend;
    kernels.attentionBytes = cuda::attentionBytes;
    kernels.freeBytes = cuda::freeBytes;
    kernels.peakBytes = cuda::peakBytes;
    kernels.rmsNorm = cuda::rmsNorm;
    kernels.rmsNormBackward = cuda::rmsNormBackward;
    kernels.rotary = cuda::rotary;
    kernels.gate = cuda::gate;
    kernels.gateBackward = cuda::gateBackward;
    kernels.crossEntropy = cuda::crossEntropy;
    kernels.attention = cuda::attention;
    kernels.attentionBackward = cuda::attentionBackward;
    kernels.groupForward = cuda::group;
    kernels.groupBackward = cuda::groupGradients;
    kernels.dropout = cuda::dropout;
    kernels.dropoutByPlacedSeed = cuda::dropoutByPlacedSeed;
    kernels.dequantizeNf4 = cuda::dequantizeNf4;
    kernels.adamw = cuda::adamw;
    kernels.adamwByControl = cuda::adamwByControl;
    kernels.clipFactor = cuda::clipFactor;
    kernels.onRecordingStream = cuda::onRecordingStream;
    kernels.record = cuda::record;
    kernels.upload = cuda::upload;
    *static_cast<engine::kernels::DeviceKernels*>(table) = kernels;
    return version;
}
