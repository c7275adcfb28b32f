// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/trainable_mask.h"

#include "engine/device/failure.h"
#include "engine/tensors/mapped_pages.h"

#include <algorithm>

namespace engine::methods {

nn::TrainableTensor trainableParameter(const std::string& name, const nn::Blueprint& blueprint)
{
    const nn::ModuleSpec* module = blueprint.find(name.substr(0, name.rfind('.')));
    const bool isVector = name == module->biasName() || module->kind == nn::ModuleKind::Norm;
    const std::vector<int64_t> shape = isVector ? std::vector<int64_t>{module->out}
                                                : std::vector<int64_t>{module->out, module->in};
    return {name, shape, 1, !isVector};
}

namespace {

[[noreturn]] void refuseQuantized(const std::string& name, bool isOfVocabulary)
{
    throw Failure(
        code::kUnsupported,
        "method: " + name
            + " would be trained in place, but a quantised base does not hold it as "
              "numbers",
        std::string("Use ")
            + (isOfVocabulary ? "model.quantize_embeddings false" : "model.quantization none")
            + ", or a method that adds to frozen weights, such as lora",
        isOfVocabulary ? "model.quantize_embeddings" : "model.quantization");
}

} // namespace

void requireDense(const std::vector<nn::TrainableTensor>& plan,
                  const nn::Blueprint& blueprint,
                  bool hasEmbeddings)
{
    for (const nn::TrainableTensor& tensor : plan) {
        const nn::ModuleSpec* module =
            blueprint.find(std::string_view(tensor.name)
                               .substr(0, std::min(tensor.name.rfind('.'), tensor.name.size())));
        if (module == nullptr || tensor.name != module->weightName()) {
            continue;
        }
        const bool isOfVocabulary = hasEmbeddings && module->holdsVocabulary();
        if (module->isQuantizable() || isOfVocabulary) {
            refuseQuantized(tensor.name, isOfVocabulary);
        }
    }
}

TrainableMask::TrainableMask(nn::Decoder& decoder,
                             std::vector<std::string> names,
                             const nn::ParameterBuffer& buffer,
                             std::size_t first,
                             TiedHead tiedHead)
    : m_names(std::move(names)), m_buffer(buffer), m_first(first)
{
    for (const nn::ModuleSpec* module : decoder.quantizedModules()) {
        if (std::find(m_names.begin(), m_names.end(), module->weightName()) != m_names.end()) {
            refuseQuantized(module->weightName(), module->holdsVocabulary());
        }
    }
    for (const nn::Parameter& parameter : decoder.parameters()) {
        const auto found = std::find(m_names.begin(), m_names.end(), parameter.name);
        if (found == m_names.end()) {
            continue;
        }
        const at::Tensor& trained = leaf(static_cast<std::size_t>(found - m_names.begin()));
        trained.detach().copy_(*parameter.tensor);
        if (parameter.tensor->is_cpu()) { // until the mask is taken off
            tensors::letGoOfPages(parameter.tensor->const_data_ptr(), parameter.tensor->nbytes());
        }
        mask(*parameter.tensor, trained);
        if (parameter.tiedTensor != nullptr && tiedHead == TiedHead::Follows) {
            mask(*parameter.tiedTensor, trained);
        }
    }
}

TrainableMask::~TrainableMask()
{
    for (const auto& [tensor, frozen] : m_frozen) {
        *tensor = frozen;
    }
}

void TrainableMask::mask(at::Tensor& tensor, const at::Tensor& leaf)
{
    m_frozen.emplace_back(&tensor, tensor);
    tensor = leaf;
}

std::vector<ReplacedParameter> TrainableMask::values() const
{
    std::vector<ReplacedParameter> copies;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        copies.push_back({m_names[i], copyOnProcessor(leaf(i))});
    }
    return copies;
}

void TrainableMask::load(const std::vector<ReplacedParameter>& values)
{
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        const auto found =
            std::find_if(values.begin(), values.end(), [&](const ReplacedParameter& other) {
                return other.name == m_names[i];
            });
        const bool isMissing = found == values.end();
        if (isMissing || found->value.sizes() != leaf(i).sizes()) {
            refuseStart(m_names[i], isMissing);
        }
        leaf(i).detach().copy_(found->value);
    }
    if (values.size() != m_names.size()) {
        refuseStart("a parameter that this job does not train", false);
    }
}

at::Tensor copyOnProcessor(const at::Tensor& leaf)
{
    return leaf.detach().to(at::kCPU, /*non_blocking=*/false, /*copy=*/true);
}

void refuseStart(const std::string& name, bool isMissing)
{
    throw Failure(code::kIncompatible,
                  "method.start_from: the adapter "
                      + std::string(isMissing ? "lacks " : "differs in ") + name,
                  "Use the settings that the adapter was trained with",
                  "method.start_from");
}

} // namespace engine::methods
