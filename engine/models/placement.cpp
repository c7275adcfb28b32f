// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/placement.h"

#include "engine/kernels/registry.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

namespace engine::models {

namespace {

// Their weights become views of one buffer, in order. A transposed weight (Conv1D) stays.
void layTogether(const std::vector<nn::Linear*>& layers)
{
    std::vector<at::Tensor> weights;
    for (nn::Linear* layer : layers) {
        if (layer == nullptr || layer->isQuantized() || !layer->weight().is_contiguous()) {
            return;
        }
        weights.push_back(layer->weight());
    }
    if (weights.size() < 2) {
        return;
    }
    const at::Tensor whole = at::cat(weights);
    int64_t row = 0;
    for (nn::Linear* layer : layers) {
        const int64_t rows = layer->weight().size(0);
        layer->weight() = whole.narrow(0, row, rows);
        row += rows;
    }
}

} // namespace

at::Tensor placed(const at::Tensor& stored, at::ScalarType held, at::Device device)
{
    if (device.is_cpu()) {
        at::Tensor converted = stored.to(held);
        if (!converted.is_same(stored)) {
            tensors::letGoOfPages(stored.const_data_ptr(), stored.nbytes());
        }
        return converted;
    }
    const at::Tensor dense = stored.contiguous();
    at::Tensor target = at::empty(dense.sizes(), dense.options().device(device));
    kernels::kernelsFor(target)->upload(dense.const_data_ptr(), target);
    return target.to(held);
}

kernels::QuantizedWeight placed(kernels::QuantizedWeight weight, at::Device device)
{
    const auto move = [device](at::Tensor& part) {
        part = part.defined() ? part.to(device) : part;
    };
    if (auto* nf4 = std::get_if<kernels::Nf4Weight>(&weight.packed)) {
        for (at::Tensor* part : {&nf4->codes, &nf4->scales, &nf4->scaleTable, &nf4->scaleScales}) {
            move(*part);
        }
    } else {
        auto& int8 = std::get<kernels::Int8Weight>(weight.packed);
        move(int8.codes);
        move(int8.scales);
    }
    return weight;
}

void arrangeOnDevice(nn::Decoder::Parts& parts, at::Device device)
{
    for (const auto& rotary : parts.rotaries) {
        rotary->moveTo(device);
    }
    for (nn::Block& block : parts.blocks) {
        const std::vector<nn::Linear*> layers = block.linears();
        const std::size_t inputs = block.attention().inputs().size();
        layTogether({layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(inputs)});
        if (block.mlp().gate() != nullptr) { // after the attention's output come gate, up, down
            layTogether({layers[inputs + 1], layers[inputs + 2]});
        }
    }
}

} // namespace engine::models
