// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/peft/peft.h"

#include "engine/adapters/method_folder.h"
#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/exporters/adapter_template.h"
#include "engine/methods/lora/lora.h"

#include <ATen/TensorOperators.h>

namespace engine::exporters::peft {

namespace {

// The whole scale inside B: runtimes that ignore rsLoRA, alpha_pattern or the weight then agree.
void foldScale(methods::LowRankFactors& factors, double weight)
{
    factors.b = factors.b * (factors.scale() * weight);
    if (factors.bias.defined()) {
        factors.bias = factors.bias * (factors.scale() * weight);
    }
    factors.alpha = static_cast<double>(factors.rank());
    factors.usesRslora = false;
}

// Factors made from a method's own tensors, as the LoRA that they are.
methods::AdapterState asLora(methods::AdapterState state)
{
    state.method = "lora";
    state.dropout = state.settings["dropout"].toDouble();
    state.settings = contract::Value();
    state.record = contract::Value();
    state.own.clear();
    state.frozen.clear();
    state.isDerived = false;
    return state;
}

ExportReport run(const ExportRequest& request)
{
    if (request.adapters.size() != 1) {
        throw Failure(code::kBadArgument,
                      "--format peft takes exactly one --adapter, got "
                          + std::to_string(request.adapters.size()),
                      "Export each adapter by itself",
                      "--adapter");
    }
    const ScaledAdapter& adapter = request.adapters.front();
    const bool isLowRank = adapter.state.isDerived && adapter.state.scales.empty();
    const bool isWhole = !adapter.state.replaced.empty() || !adapter.state.with.empty()
                         || (!adapter.state.own.empty() && !isLowRank);
    if (adapter.scale != 1 && isWhole) {
        throw Failure(
            code::kBadArgument,
            "an adapter with whole parameters or vectors can only be written with weight 1",
            "Leave the weight out",
            "--adapter");
    }
    methods::AdapterState state = adapter.state;
    const bool isChanged = request.foldScale || adapter.scale != 1;
    if (isLowRank && (isChanged || !adapters::hasPeftForm(state, request.model.blueprint()))) {
        state = asLora(std::move(state));
    }
    if (isChanged) {
        for (methods::LowRankFactors& factors : state.factors) {
            if (factors.usesRslora) {
                state.method =
                    methods::lora::kLora.id; // what is folded is right for all ranks alone
            }
            foldScale(factors, adapter.scale);
        }
    }
    device::requireFreeSpace(
        request.target, static_cast<uint64_t>(state.parameters()) * sizeof(float), "the adapter");
    adapters::writeAdapter(request.target, state, request.model.blueprint(), adapter.stored.base());
    copyAdapterTemplate(request, request.target);
    return {listFiles(request.target), std::nullopt};
}

} // namespace

const Exporter kPeft = {
    "peft",
    LS_TEXT("PEFT adapter"),
    LS_TEXT("The adapter alone, for transformers + PEFT and every program that reads PEFT folders"),
    [](const methods::Method& method) {
        return method.effect == methods::Effect::LowRank || method.peft != nullptr;
    },
    LS_TEXT("PEFT has no such method"),
    run,
};

} // namespace engine::exporters::peft
