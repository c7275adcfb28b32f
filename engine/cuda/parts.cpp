// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/parts.h"

#include "engine/cuda/launch.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace engine::cuda {
namespace {

NumberType numberType(at::ScalarType type)
{
    TORCH_CHECK(type == at::kFloat || type == at::kBFloat16 || type == at::kHalf,
                "the CUDA plug-in computes in float32, bfloat16 and float16, not in ",
                type);
    return type == at::kFloat      ? NumberType::Float32
           : type == at::kBFloat16 ? NumberType::BFloat16
                                   : NumberType::Float16;
}

cudaStream_t streamOf(const Tensor& x)
{
    return c10::cuda::getCurrentCUDAStream(x.device().index()).stream();
}

const void* pointer(const Tensor& x)
{
    return x.defined() ? x.const_data_ptr() : nullptr;
}

Rows rowsOf(const Tensor& x)
{
    TORCH_CHECK(x.dim() == 2 && x.stride(1) == 1, "a row of ", x.sizes(), " has gaps");
    return {x.const_data_ptr(), x.stride(0)};
}

WritableRows writableRowsOf(const Tensor& x)
{
    return {x.mutable_data_ptr(), x.stride(0)};
}

Tensor withDenseRows(const Tensor& x)
{
    return x.stride(-1) == 1 ? x : x.contiguous();
}

GateKind gateKind(kernels::Activation activation)
{
    switch (activation) {
    case kernels::Activation::Silu:
        return GateKind::Silu;
    case kernels::Activation::GeluTanh:
        return GateKind::GeluTanh;
    case kernels::Activation::Relu:
        return GateKind::Relu;
    case kernels::Activation::Tanh:
        return GateKind::Tanh;
    case kernels::Activation::GeluErf:
        break;
    }
    return GateKind::GeluErf;
}

GateArguments gateArguments(const Tensor& gate, const Tensor& up, kernels::Activation activation)
{
    TORCH_CHECK(gate.sizes() == up.sizes(), "gate ", gate.sizes(), " and up ", up.sizes());
    return {numberType(gate.scalar_type()),
            gateKind(activation),
            rowsOf(gate),
            rowsOf(up),
            gate.size(0),
            gate.size(1)};
}

AdamwArguments adamwArguments(Tensor& parameters,
                              const Tensor& gradients,
                              Tensor& m,
                              Tensor& v,
                              const kernels::AdamwSettings& settings)
{
    for (const Tensor& x : {parameters, gradients, m, v}) {
        TORCH_CHECK(x.scalar_type() == at::kFloat && x.is_contiguous()
                        && x.numel() == parameters.numel(),
                    "adamw: buffers must be float32, contiguous and of one size");
    }
    return {parameters.mutable_data_ptr<float>(),
            gradients.const_data_ptr<float>(),
            m.mutable_data_ptr<float>(),
            v.mutable_data_ptr<float>(),
            parameters.numel(),
            nullptr,
            settings.learningRate,
            1,
            1,
            settings.beta1,
            settings.beta2,
            settings.epsilon,
            settings.weightDecay};
}

// `placedSeed`: in device memory, or null.
Tensor masked(const Tensor& input, double probability, uint64_t seed, const uint64_t* placedSeed)
{
    const c10::cuda::CUDAGuard guard(input.device());
    const Tensor x = input.contiguous();
    Tensor y = at::empty_like(x);
    launchDropout({numberType(x.scalar_type()),
                   pointer(x),
                   y.mutable_data_ptr(),
                   x.numel(),
                   probability,
                   seed,
                   placedSeed},
                  streamOf(x));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return y;
}

} // namespace

kernels::NormForward
rmsNorm(const Tensor& x, const Tensor& residual, const Tensor& weight, double epsilon)
{
    const c10::cuda::CUDAGuard guard(x.device());
    const int64_t width = weight.numel();
    const int64_t rows = x.numel() / width;
    kernels::NormForward result{at::empty_like(x),
                                at::empty({rows}, x.options().dtype(at::kFloat)),
                                residual.defined() ? at::empty_like(x) : Tensor()};
    launchRmsNorm({numberType(x.scalar_type()),
                   pointer(x),
                   pointer(residual),
                   pointer(weight),
                   residual.defined() ? result.sum.mutable_data_ptr() : nullptr,
                   result.y.mutable_data_ptr(),
                   result.inverseRoots.mutable_data_ptr<float>(),
                   rows,
                   width,
                   static_cast<float>(epsilon)},
                  streamOf(x));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return result;
}

Tensor rmsNormBackward(const Tensor& gradient,
                       const Tensor& x,
                       const Tensor& weight,
                       const Tensor& inverseRoots,
                       const Tensor& sumGradient)
{
    const c10::cuda::CUDAGuard guard(x.device());
    Tensor dx = at::empty_like(x);
    launchRmsNormBackward({numberType(x.scalar_type()),
                           pointer(gradient),
                           pointer(x),
                           pointer(weight),
                           inverseRoots.const_data_ptr<float>(),
                           pointer(sumGradient),
                           dx.mutable_data_ptr(),
                           inverseRoots.numel(),
                           weight.numel()},
                          streamOf(x));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return dx;
}

Tensor rotary(const Tensor& input,
              const Tensor& positions,
              const kernels::RotaryTable& table,
              float direction)
{
    const c10::cuda::CUDAGuard guard(input.device());
    const Tensor x = withDenseRows(input);
    Tensor y = at::empty(x.sizes(), x.options());
    launchRotary({numberType(x.scalar_type()),
                  pointer(x),
                  x.stride(0),
                  x.stride(1),
                  y.mutable_data_ptr(),
                  positions.const_data_ptr<int64_t>(),
                  table.cos.const_data_ptr<float>(),
                  table.sin.const_data_ptr<float>(),
                  table.cos.size(0),
                  x.size(0),
                  x.size(1),
                  x.size(2),
                  table.cos.size(1),
                  direction},
                 streamOf(x));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return y;
}

Tensor gate(const Tensor& gate, const Tensor& up, kernels::Activation activation)
{
    const c10::cuda::CUDAGuard guard(gate.device());
    Tensor y = at::empty(gate.sizes(), gate.options());
    launchGate(gateArguments(gate, up, activation), writableRowsOf(y), streamOf(gate));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return y;
}

std::pair<Tensor, Tensor> gateBackward(const Tensor& gradient,
                                       const Tensor& gate,
                                       const Tensor& up,
                                       kernels::Activation activation)
{
    const c10::cuda::CUDAGuard guard(gate.device());
    const int64_t width = gate.size(1);
    const Tensor both = at::empty({gate.size(0), 2 * width}, gate.options());
    std::pair<Tensor, Tensor> result{both.narrow(1, 0, width), both.narrow(1, width, width)};
    launchGateBackward(gateArguments(gate, up, activation),
                       rowsOf(gradient),
                       writableRowsOf(result.first),
                       writableRowsOf(result.second),
                       streamOf(gate));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return result;
}

void crossEntropy(
    Tensor& logits, const Tensor& targets, bool withGradient, Tensor& losses, Tensor& correct)
{
    const c10::cuda::CUDAGuard guard(logits.device());
    TORCH_CHECK(logits.is_contiguous() && targets.numel() == logits.size(0)
                    && losses.numel() == logits.size(0) && correct.numel() == logits.size(0),
                "crossEntropy: logits ",
                logits.sizes(),
                " and targets ",
                targets.sizes());
    launchCrossEntropy({numberType(logits.scalar_type()),
                        logits.mutable_data_ptr(),
                        targets.const_data_ptr<int64_t>(),
                        losses.mutable_data_ptr<float>(),
                        correct.mutable_data_ptr<uint8_t>(),
                        logits.size(0),
                        logits.size(1),
                        withGradient},
                       streamOf(logits));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
}

Tensor dropout(const Tensor& x, double probability, uint64_t seed)
{
    return masked(x, probability, seed, nullptr);
}

Tensor dropoutByPlacedSeed(const Tensor& x, double probability, const Tensor& seed)
{
    TORCH_CHECK(seed.scalar_type() == at::kLong && seed.device() == x.device(),
                "dropout: its seed is no int64 beside x");
    return masked(
        x, probability, 0, reinterpret_cast<const uint64_t*>(seed.const_data_ptr<int64_t>()));
}

Tensor dequantizeNf4(const kernels::Nf4Weight& weight, at::ScalarType type)
{
    const c10::cuda::CUDAGuard guard(weight.codes.device());
    const bool isDouble = weight.scales.scalar_type() == at::kByte;
    Tensor y = at::empty(weight.shape, weight.codes.options().dtype(type));
    launchNf4({numberType(type),
               weight.codes.const_data_ptr<uint8_t>(),
               isDouble ? weight.scales.const_data_ptr<uint8_t>() : nullptr,
               isDouble ? weight.scaleTable.const_data_ptr<float>() : nullptr,
               isDouble ? weight.scaleScales.const_data_ptr<float>() : nullptr,
               isDouble ? nullptr : weight.scales.const_data_ptr<float>(),
               static_cast<float>(weight.offset),
               weight.block,
               weight.scaleBlock,
               y.mutable_data_ptr(),
               y.numel()},
              streamOf(y));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return y;
}

void adamw(Tensor& parameters,
           const Tensor& gradients,
           Tensor& m,
           Tensor& v,
           int64_t step,
           const kernels::AdamwSettings& settings)
{
    const c10::cuda::CUDAGuard guard(parameters.device());
    AdamwArguments arguments = adamwArguments(parameters, gradients, m, v, settings);
    arguments.step = static_cast<double>(step);
    launchAdamw(arguments, streamOf(parameters));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
}

void adamwByControl(Tensor& parameters,
                    const Tensor& gradients,
                    Tensor& m,
                    Tensor& v,
                    const Tensor& control,
                    const kernels::AdamwSettings& settings)
{
    const c10::cuda::CUDAGuard guard(parameters.device());
    AdamwArguments arguments = adamwArguments(parameters, gradients, m, v, settings);
    arguments.control = control.const_data_ptr<float>();
    launchAdamw(arguments, streamOf(parameters));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
}

Tensor clipFactor(const Tensor& gradients, double maxNorm, Tensor& control)
{
    const c10::cuda::CUDAGuard guard(gradients.device());
    const Tensor norm = at::linalg_vector_norm(gradients);
    launchClipFactor(norm.const_data_ptr<float>(),
                     static_cast<float>(maxNorm),
                     control.mutable_data_ptr<float>() + 2,
                     streamOf(gradients));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return norm;
}

} // namespace engine::cuda
