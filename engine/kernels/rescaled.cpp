// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/rescaled.h"

#include "engine/kernels/tracking.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor change(const Tensor& base, const Tensor& update, const Tensor& gain)
{
    const at::ScalarType type = base.scalar_type();
    return at::addcmul(base * (gain - 1).to(type), update, gain.to(type));
}

class Rescaled : public torch::autograd::Function<Rescaled>
{
public:
    static Tensor
    forward(AutogradContext* context, const Tensor& base, const Tensor& update, const Tensor& gain)
    {
        context->save_for_backward({base + update, gain});
        return change(base, update, gain);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor& gradient = outputGradients[0];
        const at::ScalarType type = gradient.scalar_type();
        const Tensor& gain = saved[1];
        variable_list result(3);
        if (context->needs_input_grad(0)) {
            result[0] = gradient * (gain - 1).to(type);
        }
        if (context->needs_input_grad(1)) {
            result[1] = gradient * gain.to(type);
        }
        if (context->needs_input_grad(2)) {
            result[2] = (gradient * saved[0]).sum({0}, /*keepdim=*/false, at::kFloat);
        }
        return result;
    }
};

} // namespace

Tensor rescaled(const Tensor& base, const Tensor& update, const Tensor& gain)
{
    return isTracked({base, update, gain}) ? Rescaled::apply(base, update, gain)
                                           : change(base, update, gain);
}

} // namespace engine::kernels
