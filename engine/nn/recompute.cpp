// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/recompute.h"

#include <ATen/core/grad_mode.h>
#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::nn {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

using Forward = std::function<Tensor(const Tensor&)>;

struct KeptForward : torch::CustomClassHolder
{
    explicit KeptForward(Forward forward) : run(std::move(forward)) {}
    Forward run;
};

class Recomputed : public torch::autograd::Function<Recomputed>
{
public:
    // `anchor` needs a gradient, so that the backward comes even where x needs none.
    static Tensor forward(AutogradContext* context,
                          const Tensor& x,
                          const Tensor& /*anchor*/,
                          const c10::intrusive_ptr<KeptForward>& kept)
    {
        context->save_for_backward({x});
        context->saved_data["forward"] = at::IValue::make_capsule(kept);
        return kept->run(x);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const at::AutoGradMode withGradients(true);
        const Tensor x = context->get_saved_variables()[0].detach().set_requires_grad(
            context->needs_input_grad(0));
        const at::IValue kept = context->saved_data["forward"];
        const Tensor y = static_cast<const KeptForward&>(*kept.toCapsule()).run(x);
        if (y.requires_grad()) {
            torch::autograd::backward({y}, {outputGradients[0]});
        }
        return {x.grad(), {}, {}};
    }
};

} // namespace

Tensor recomputed(Forward forward, const Tensor& x)
{
    const Tensor anchor = at::empty({0}).set_requires_grad(true);
    return Recomputed::apply(x, anchor, c10::make_intrusive<KeptForward>(std::move(forward)));
}

} // namespace engine::nn
