// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/rotary.h"

#include "engine/kernels/registry.h"
#include "engine/kernels/tracking.h"
#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/sin.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kTokensPerTask = 16;

// One token: direction 1 rotates, -1 is the transpose.
template <typename T>
LORA_CLONES void rotateHeads(const T* x,
                             int64_t headStride,
                             T* y,
                             int64_t heads,
                             int64_t headDim,
                             const float* cos,
                             const float* sin,
                             int64_t half,
                             float direction)
{
    for (int64_t head = 0; head < heads; ++head) {
        const T* from = x + head * headStride;
        T* to = y + head * headDim;
        for (int64_t i = 0; i < half; ++i) {
            const Computed<T> first = widened(from[i]);
            const Computed<T> second = widened(from[half + i]);
            const Computed<T> sine = direction * sin[i];
            to[i] = narrowed<T>(first * cos[i] - second * sine);
            to[half + i] = narrowed<T>(second * cos[i] + first * sine);
        }
        std::copy(from + 2 * half, from + headDim, to + 2 * half);
    }
}

Tensor
rotate(const Tensor& input, const Tensor& positions, const RotaryTable& table, float direction)
{
    if (const DeviceKernels* device = kernelsFor(input)) {
        return device->rotary(input, positions, table, direction);
    }
    const Tensor x = input.stride(2) == 1 ? input : input.contiguous();
    const int64_t heads = x.size(1);
    const int64_t headDim = x.size(2);
    const int64_t half = table.cos.size(1);
    Tensor result = at::empty(x.sizes(), x.options());
    const auto* places = positions.const_data_ptr<int64_t>();
    const auto* cos = table.cos.const_data_ptr<float>();
    const auto* sin = table.sin.const_data_ptr<float>();
    AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, x.scalar_type(), "rotary", [&] {
        const auto* from = x.const_data_ptr<scalar_t>();
        auto* to = result.data_ptr<scalar_t>();
        at::parallel_for(0, x.size(0), kTokensPerTask, [&](int64_t begin, int64_t end) {
            for (int64_t token = begin; token < end; ++token) {
                rotateHeads(from + token * x.stride(0),
                            x.stride(1),
                            to + token * heads * headDim,
                            heads,
                            headDim,
                            cos + places[token] * half,
                            sin + places[token] * half,
                            half,
                            direction);
            }
        });
    });
    return result;
}

class Rotary : public torch::autograd::Function<Rotary>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& x,
                          const Tensor& positions,
                          const Tensor& cos,
                          const Tensor& sin)
    {
        context->save_for_backward({positions, cos, sin});
        return rotate(x, positions, {cos, sin}, 1);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        return {rotate(outputGradients[0], saved[0], {saved[1], saved[2]}, -1), {}, {}, {}};
    }
};

} // namespace

RotaryTable rotaryTable(const Tensor& inverseFrequencies, int64_t positions, double attentionFactor)
{
    const Tensor places = at::arange(positions, inverseFrequencies.options().dtype(at::kFloat));
    const Tensor angles = at::outer(places, inverseFrequencies.to(at::kFloat));
    return {at::cos(angles).mul_(attentionFactor), at::sin(angles).mul_(attentionFactor)};
}

Tensor rotary(const Tensor& x, const Tensor& positions, const RotaryTable& table)
{
    TORCH_CHECK(x.dim() == 3 && positions.dim() == 1 && positions.size(0) == x.size(0),
                "rotary: positions ",
                positions.sizes(),
                " do not fit x ",
                x.sizes());
    TORCH_CHECK(2 * table.cos.size(1) <= x.size(2),
                "rotary: a table of ",
                2 * table.cos.size(1),
                " numbers is wider than a head of ",
                x.size(2));
    const Tensor places = positions.contiguous();
    if (places.is_cpu()) { // on a device the kernel answers a wrong position with NaN
        const auto* place = places.const_data_ptr<int64_t>();
        TORCH_CHECK(std::all_of(place,
                                place + places.numel(),
                                [&](int64_t p) { return p >= 0 && p < table.cos.size(0); }),
                    "rotary: a position is outside the table of ",
                    table.cos.size(0));
    }
    return isTracked(x) ? Rotary::apply(x, places, table.cos, table.sin)
                        : rotate(x, places, table, 1);
}

} // namespace engine::kernels
