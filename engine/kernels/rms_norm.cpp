// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/rms_norm.h"

#include "engine/kernels/profile.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/tracking.h"
#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kRowsPerTask = 16;

template <typename T>
LORA_CLONES void normaliseRow(
    const T* x, const T* weight, T* y, Computed<T>* inverseRoot, int64_t width, double epsilon)
{
    using C = Computed<T>;
    const C squares = laneSum<C>(
        width, [x](int64_t i) __attribute__((always_inline)) {
            return widened(x[i]) * widened(x[i]);
        });
    const C inverse = 1 / std::sqrt(squares / static_cast<C>(width) + static_cast<C>(epsilon));
    for (int64_t i = 0; i < width; ++i) {
        const T normalised = narrowed<T>(widened(x[i]) * inverse);
        y[i] = narrowed<T>(widened(normalised) * widened(weight[i]));
    }
    *inverseRoot = inverse;
}

// dx = inverse · (w g - n · mean(w g n)) with n the normalised row.
template <typename T>
LORA_CLONES void normaliseRowBackward(
    const T* gradient, const T* x, const T* weight, Computed<T> inverse, T* dx, int64_t width)
{
    using C = Computed<T>;
    const C dot = laneSum<C>(
        width, [=](int64_t i) __attribute__((always_inline)) {
            return widened(gradient[i]) * widened(weight[i]) * widened(x[i]);
        });
    const C mean = dot * inverse / static_cast<C>(width);
    for (int64_t i = 0; i < width; ++i) {
        const C scaled = widened(gradient[i]) * widened(weight[i]);
        dx[i] = narrowed<T>(inverse * (scaled - widened(x[i]) * inverse * mean));
    }
}

struct Normalised
{
    Tensor y;
    Tensor inverseRoots; // [rows]
};

at::ScalarType computedType(const Tensor& x)
{
    return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

Normalised normalise(const Tensor& x, const Tensor& weight, double epsilon)
{
    if (const DeviceKernels* device = kernelsFor(x)) {
        const NormForward result = device->rmsNorm(x, /*residual=*/{}, weight, epsilon);
        return {result.y, result.inverseRoots};
    }
    const int64_t width = weight.numel();
    const int64_t rows = x.numel() / width;
    Normalised result{at::empty_like(x), at::empty({rows}, x.options().dtype(computedType(x)))};
    AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, x.scalar_type(), "rmsNorm", [&] {
        const auto* from = x.const_data_ptr<scalar_t>();
        const auto* w = weight.const_data_ptr<scalar_t>();
        auto* to = result.y.data_ptr<scalar_t>();
        auto* roots = result.inverseRoots.data_ptr<Computed<scalar_t>>();
        at::parallel_for(0, rows, kRowsPerTask, [&](int64_t begin, int64_t end) {
            for (int64_t row = begin; row < end; ++row) {
                normaliseRow(from + row * width, w, to + row * width, roots + row, width, epsilon);
            }
        });
    });
    return result;
}

Tensor inputGradient(const Tensor& gradient,
                     const Tensor& x,
                     const Tensor& weight,
                     const Tensor& inverseRoots)
{
    if (const DeviceKernels* device = kernelsFor(x)) {
        return device->rmsNormBackward(gradient, x, weight, inverseRoots, /*sumGradient=*/{});
    }
    const int64_t width = weight.numel();
    Tensor result = at::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES_AND2(
        at::kBFloat16, at::kHalf, x.scalar_type(), "rmsNormBackward", [&] {
            const auto* g = gradient.const_data_ptr<scalar_t>();
            const auto* from = x.const_data_ptr<scalar_t>();
            const auto* w = weight.const_data_ptr<scalar_t>();
            const auto* roots = inverseRoots.const_data_ptr<Computed<scalar_t>>();
            auto* to = result.data_ptr<scalar_t>();
            at::parallel_for(
                0, inverseRoots.numel(), kRowsPerTask, [&](int64_t begin, int64_t end) {
                    for (int64_t row = begin; row < end; ++row) {
                        const int64_t first = row * width;
                        normaliseRowBackward(
                            g + first, from + first, w, roots[row], to + first, width);
                    }
                });
        });
    return result;
}

class RmsNorm : public torch::autograd::Function<RmsNorm>
{
public:
    static Tensor
    forward(AutogradContext* context, const Tensor& x, const Tensor& weight, double epsilon)
    {
        Normalised result = normalise(x, weight, epsilon);
        context->save_for_backward({x, weight, result.inverseRoots});
        return result.y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const ProfileScope scope(Part::Norm);
        const variable_list saved = context->get_saved_variables();
        const Tensor& x = saved[0];
        const Tensor& weight = saved[1];
        const Tensor& inverseRoots = saved[2];
        const Tensor gradient = outputGradients[0].contiguous();
        variable_list result(3);
        if (context->needs_input_grad(0)) {
            result[0] = inputGradient(gradient, x, weight, inverseRoots);
        }
        if (context->needs_input_grad(1)) {
            const Tensor normalised = x.view({-1, weight.numel()})
                                          .to(inverseRoots.scalar_type())
                                          .mul(inverseRoots.unsqueeze(1));
            result[1] =
                normalised.mul(gradient.view({-1, weight.numel()})).sum(0).to(weight.scalar_type());
        }
        return result;
    }
};

class RmsNormOfSum : public torch::autograd::Function<RmsNormOfSum>
{
public:
    static variable_list forward(AutogradContext* context,
                                 const Tensor& x,
                                 const Tensor& residual,
                                 const Tensor& weight,
                                 double epsilon)
    {
        const NormForward result = kernelsFor(x)->rmsNorm(x, residual, weight, epsilon);
        context->save_for_backward({result.sum, weight, result.inverseRoots});
        context->set_materialize_grads(false);
        return {result.y, result.sum};
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        Tensor both = outputGradients[1];
        if (outputGradients[0].defined()) {
            both = kernelsFor(saved[0])->rmsNormBackward(outputGradients[0].contiguous(),
                                                         saved[0],
                                                         saved[1],
                                                         saved[2],
                                                         both.defined() ? both.contiguous()
                                                                        : Tensor());
        }
        return {both, both, {}, {}};
    }
};

} // namespace

NormedSum
rmsNormOfSum(const Tensor& x, const Tensor& residual, const Tensor& weight, double epsilon)
{
    if (x.is_cpu() || weight.requires_grad()) {
        const Tensor sum = x.add(residual);
        return {rmsNorm(sum, weight, epsilon), sum};
    }
    const Tensor rows = x.contiguous();
    const Tensor added = residual.contiguous();
    const Tensor scale = weight.to(x.scalar_type()).contiguous();
    if (!isTracked({rows, added})) {
        const NormForward result = kernelsFor(rows)->rmsNorm(rows, added, scale, epsilon);
        return {result.y, result.sum};
    }
    const variable_list both = RmsNormOfSum::apply(rows, added, scale, epsilon);
    return {both[0], both[1]};
}

Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon)
{
    const ProfileScope scope(Part::Norm);
    TORCH_CHECK(weight.dim() == 1 && weight.numel() > 0 && x.dim() >= 1
                    && x.size(-1) == weight.numel(),
                "rmsNorm: weight ",
                weight.sizes(),
                " does not fit x ",
                x.sizes());
    const Tensor rows = x.contiguous();
    const Tensor scale = weight.to(x.scalar_type()).contiguous();
    return isTracked({rows, scale}) ? RmsNorm::apply(rows, scale, epsilon)
                                    : normalise(rows, scale, epsilon).y;
}

} // namespace engine::kernels
