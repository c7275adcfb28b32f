// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/gated_mlp.h"

#include "engine/kernels/registry.h"
#include "engine/kernels/saved_group.h"
#include "engine/kernels/tracking.h"

#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct MlpForward
{
    GroupForward inputs; // gate and up
    GroupForward output; // down
};

// activation(gate) ⊙ up.
Tensor gated(const Tensor& gate, const Tensor& up, Activation activation)
{
    const DeviceKernels* device = kernelsFor(gate);
    return device != nullptr ? device->gate(gate, up, activation)
                             : activate(gate, activation).mul_(up);
}

MlpForward
mlpForward(const Tensor& x, const std::vector<FrozenMatrix>& matrices, Activation activation)
{
    MlpForward result;
    result.inputs = groupForward(x, {matrices[0], matrices[1]});
    const Tensor inner = gated(result.inputs.outputs[0], result.inputs.outputs[1], activation);
    result.output = groupForward(inner, {matrices[2]});
    return result;
}

class GatedMlp : public torch::autograd::Function<GatedMlp>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& x,
                          at::TensorList parameters,
                          const std::vector<FrozenMatrix>& matrices,
                          Activation activation,
                          bool recomputesInner)
    {
        const MlpForward result = mlpForward(x, matrices, activation);
        variable_list saved{x, Tensor(), Tensor()};
        if (!recomputesInner) {
            saved[1] = result.inputs.outputs[0];
            saved[2] = result.inputs.outputs[1];
        }
        for (const auto& part : {parameters,
                                 at::TensorList(result.inputs.lowRanks),
                                 at::TensorList(result.output.lowRanks)}) {
            saved.insert(saved.end(), part.begin(), part.end());
        }
        context->save_for_backward(std::move(saved));
        context->saved_data["matrices"] = SavedGroup::keep(matrices);
        context->saved_data["activation"] = static_cast<int64_t>(activation);
        context->saved_data["inputs"] = static_cast<int64_t>(result.inputs.lowRanks.size());
        return result.output.outputs[0];
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const auto& layout = SavedGroup::of(context->saved_data["matrices"]);
        const auto activation = static_cast<Activation>(context->saved_data["activation"].toInt());
        const size_t count = layout.parameterCount();
        const auto matrices = withParameters(layout.group(), at::TensorList(saved).slice(3, count));
        Tensor gate = saved[1];
        Tensor up = saved[2];
        if (!gate.defined()) {
            std::vector<Tensor> outputs =
                groupForward(saved[0], {matrices[0], matrices[1]}).outputs;
            gate = std::move(outputs[0]);
            up = std::move(outputs[1]);
        }

        // Parameters and low-rank products of down come last in their lists.
        const size_t downCount = groupParameters({matrices[2]}).size();
        const auto ofInputs = static_cast<size_t>(context->saved_data["inputs"].toInt());
        const auto lowRanks = at::TensorList(saved).slice(3 + count);
        std::vector<bool> needsInputs;
        std::vector<bool> needsDown;
        for (size_t i = 0; i < count; ++i) {
            (i < count - downCount ? needsInputs : needsDown)
                .push_back(context->needs_input_grad(1 + i));
        }

        const DeviceKernels* device = kernelsFor(gate);
        const Tensor activated = device == nullptr ? activate(gate, activation) : Tensor();
        GroupGradients down = groupBackward(device == nullptr ? activated.mul(up)
                                                              : device->gate(gate, up, activation),
                                            {matrices[2]},
                                            lowRanks.slice(ofInputs).vec(),
                                            outputGradients,
                                            true,
                                            needsDown);
        Tensor upGradient;
        Tensor gateGradient;
        if (device == nullptr) {
            upGradient = down.x.mul(activated);
            gateGradient = activateBackward(down.x.mul_(up), gate, activation);
        } else {
            std::tie(gateGradient, upGradient) = device->gateBackward(down.x, gate, up, activation);
        }
        GroupGradients inputs = groupBackward(saved[0],
                                              {matrices[0], matrices[1]},
                                              lowRanks.slice(0, ofInputs).vec(),
                                              {gateGradient, upGradient},
                                              context->needs_input_grad(0),
                                              needsInputs);

        variable_list result{inputs.x};
        result.insert(result.end(), inputs.parameters.begin(), inputs.parameters.end());
        result.insert(result.end(), down.parameters.begin(), down.parameters.end());
        result.resize(result.size() + 3); // what follows the parameters is no tensor
        return result;
    }
};

Tensor applied(const Tensor& x,
               const std::vector<FrozenMatrix>& matrices,
               Activation activation,
               bool recomputesInner)
{
    const std::vector<Tensor> parameters = groupParameters(matrices);
    if (!isTracked(parameters) && !isTracked(x)) {
        return mlpForward(x, matrices, activation).output.outputs[0];
    }
    return GatedMlp::apply(x, at::TensorList(parameters), matrices, activation, recomputesInner);
}

} // namespace

Tensor gatedMlp(const Tensor& x,
                const FrozenMatrix& gate,
                const FrozenMatrix& up,
                const FrozenMatrix& down,
                Activation activation)
{
    return applied(x, {gate, up, down}, activation, /*recomputesInner=*/false);
}

Tensor gatedMlpRecomputed(const Tensor& x,
                          const FrozenMatrix& gate,
                          const FrozenMatrix& up,
                          const FrozenMatrix& down,
                          Activation activation)
{
    return applied(x, {gate, up, down}, activation, /*recomputesInner=*/true);
}

} // namespace engine::kernels
