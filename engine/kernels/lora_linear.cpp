// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/lora_linear.h"

#include "engine/kernels/saved_group.h"
#include "engine/kernels/tracking.h"

#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class LoraLinear : public torch::autograd::Function<LoraLinear>
{
public:
    static variable_list forward(AutogradContext* context,
                                 const Tensor& x,
                                 at::TensorList parameters,
                                 const std::vector<FrozenMatrix>& group)
    {
        GroupForward result = groupForward(x, group);
        variable_list saved{x};
        saved.insert(saved.end(), parameters.begin(), parameters.end());
        saved.insert(saved.end(), result.lowRanks.begin(), result.lowRanks.end());
        context->save_for_backward(std::move(saved));
        context->saved_data["group"] = SavedGroup::keep(group);
        context->set_materialize_grads(false);
        return std::move(result.outputs);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const auto& layout = SavedGroup::of(context->saved_data["group"]);
        const size_t count = layout.parameterCount();
        const auto parameters = at::TensorList(saved).slice(1, count);
        const auto lowRanks = at::TensorList(saved).slice(1 + count);

        std::vector<bool> needsParameters(count);
        for (size_t i = 0; i < count; ++i) {
            needsParameters[i] = context->needs_input_grad(1 + i);
        }
        GroupGradients gradients = groupBackward(saved[0],
                                                 withParameters(layout.group(), parameters),
                                                 lowRanks.vec(),
                                                 outputGradients,
                                                 context->needs_input_grad(0),
                                                 needsParameters);
        variable_list result{gradients.x};
        result.insert(result.end(), gradients.parameters.begin(), gradients.parameters.end());
        result.emplace_back(); // the group is no tensor
        return result;
    }
};

} // namespace

std::vector<Tensor> loraLinear(const Tensor& x, const std::vector<FrozenMatrix>& group)
{
    const std::vector<Tensor> parameters = groupParameters(group);
    if (!isTracked(parameters) && !isTracked(x)) {
        return groupForward(x, group).outputs;
    }
    return LoraLinear::apply(x, at::TensorList(parameters), group);
}

} // namespace engine::kernels
