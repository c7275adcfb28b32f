// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/own_tensors.h"

#include "engine/methods/trainable_mask.h"

#include <algorithm>

namespace engine::methods {

namespace {

std::vector<at::Tensor> leavesOf(const nn::ParameterBuffer& buffer)
{
    std::vector<at::Tensor> leaves;
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        leaves.push_back(buffer.leaf(i));
    }
    return leaves;
}

} // namespace

const at::Tensor* findTensor(const std::vector<ReplacedParameter>& tensors, const std::string& name)
{
    const auto found = std::find_if(
        tensors.begin(), tensors.end(), [&name](const auto& other) { return other.name == name; });
    return found == tensors.end() ? nullptr : &found->value;
}

void loadOwn(nn::ParameterBuffer& buffer, const AdapterState& state)
{
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        const std::string& name = buffer.tensors()[i].name;
        const at::Tensor* value = findTensor(state.own, name);
        if (value == nullptr || value->sizes() != buffer.leaf(i).sizes()) {
            refuseStart(name, value == nullptr);
        }
        buffer.leaf(i).detach().copy_(*value);
    }
    if (state.own.size() != buffer.size()) {
        refuseStart("a tensor that this job does not train", false);
    }
}

OwnTensorsTuning::OwnTensorsTuning(AdapterState state,
                                   nn::ParameterBuffer start,
                                   const Apply& apply,
                                   Complete complete)
    : m_state(std::move(state)), m_buffer(std::move(start)), m_applied(apply(leavesOf(m_buffer))),
      m_complete(std::move(complete))
{
}

AdapterState OwnTensorsTuning::state() const
{
    AdapterState state = m_state;
    for (std::size_t i = 0; i < m_buffer.size(); ++i) {
        state.own.push_back({m_buffer.tensors()[i].name, copyOnProcessor(m_buffer.leaf(i))});
    }
    for (ReplacedParameter& tensor : state.frozen) {
        tensor.value = copyOnProcessor(tensor.value);
    }
    if (m_complete) {
        m_complete(state);
    }
    return state;
}

void OwnTensorsTuning::load(const AdapterState& state)
{
    loadOwn(m_buffer, state);
    for (ReplacedParameter& tensor : m_state.frozen) {
        const at::Tensor* value = findTensor(state.frozen, tensor.name);
        if (value == nullptr || value->sizes() != tensor.value.sizes()) {
            refuseStart(tensor.name, value == nullptr);
        }
        tensor.value.copy_(*value);
    }
}

std::vector<at::Tensor> ownTensors(const AdapterState& state,
                                   const std::vector<nn::TrainableTensor>& plan,
                                   const nn::Decoder& decoder)
{
    std::vector<at::Tensor> tensors;
    for (const nn::TrainableTensor& wanted : plan) {
        const at::Tensor* value = findTensor(state.own, wanted.name);
        TORCH_CHECK(value != nullptr && value->sizes() == at::IntArrayRef(wanted.shape),
                    "the adapter lacks ",
                    wanted.name);
        tensors.push_back(value->to(decoder.device()));
    }
    return tensors;
}

} // namespace engine::methods
