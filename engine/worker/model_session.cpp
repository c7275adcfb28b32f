// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/model_session.h"

#include "engine/device/device.h"
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/kernels/registry.h"
#include "engine/models/held_dtype.h"
#include "engine/models/stored_quantization.h"
#include "engine/worker/gpu.h"
#include "engine/worker/step_plan.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace engine::worker {

namespace {

// Of its layers packed for the forward.
int64_t packedBytes(nn::Decoder& decoder)
{
    int64_t numbers = 0;
    for (const nn::Linear* layer : decoder.linears()) {
        numbers += layer->spec().in * layer->spec().out;
    }
    return numbers * static_cast<int64_t>(device::bytesOf(decoder.dtype()));
}

} // namespace

ModelSession::ModelSession(const ModelOptions& options, const CommonOptions& common)
    : m_folder(models::ModelFolder::open(options.model))
{
    const at::Device device = prepareDevice(common);
    const at::ScalarType dtype = dtypeOption(common, device.is_cpu() ? at::kFloat : at::kBFloat16);
    const at::ScalarType held = device.is_cpu() ? models::heldDtype(m_folder, dtype) : dtype;
    m_form = recordedForm(models::heldFormat(m_folder, baseFormat(common)));
    m_decoder = models::loadDecoder(m_folder, dtype, held, device, baseFormat(common));
    m_decoder->packed().setKeepsCopies(hasRoomFor(packedBytes(*m_decoder)));
    for (const exporters::ScaledAdapter& adapter :
         readAdapters(options.adapters, m_folder.blueprint(), options.rank)) {
        m_adapters.push_back(
            std::make_unique<adapters::LoadedAdapter>(*m_decoder, adapter.state, adapter.scale));
        if (contract::Value note = noteOn(adapter.stored); !note.isNull()) {
            m_notes.append(std::move(note));
        }
    }
}

contract::Value ModelSession::noteOn(const adapters::StoredAdapter& adapter) const
{
    contract::Value note = adapters::precisionValue(adapter.baseQuantization, m_form);
    if (!note.isNull()) {
        note.set("adapter", adapter.path.string());
        std::fprintf(
            stderr, "note: %s: %s\n", adapter.path.c_str(), note["note"].toString().c_str());
    }
    return note;
}

const text::Tokenizer& ModelSession::tokenizer() const
{
    if (!m_tokenizer) {
        m_tokenizer = text::Tokenizer::load(m_folder.path().string());
    }
    return *m_tokenizer;
}

methods::NestedRanks* ModelSession::nestedRanks()
{
    methods::NestedRanks* only = nullptr;
    for (const auto& adapter : m_adapters) {
        methods::NestedRanks* const ranks = adapter->nestedRanks();
        if (ranks != nullptr && only != nullptr) {
            return nullptr;
        }
        only = ranks != nullptr ? ranks : only;
    }
    return only;
}

std::vector<exporters::ScaledAdapter> readAdapters(const std::vector<std::string>& arguments,
                                                   const nn::Blueprint& blueprint,
                                                   int64_t rank)
{
    std::vector<exporters::ScaledAdapter> all;
    for (const std::string& argument : arguments) {
        const adapters::AdapterArgument parsed = adapters::parseAdapterArgument(argument);
        exporters::ScaledAdapter adapter;
        adapter.stored = adapters::readAdapter(parsed.path);
        adapter.state = adapters::fitted(adapter.stored, blueprint);
        if (rank > 0) {
            adapter.state = methods::atRank(std::move(adapter.state), rank);
        }
        adapter.scale = parsed.scale;
        all.push_back(std::move(adapter));
    }
    return all;
}

namespace {

at::Device deviceOf(const std::string& name)
{
    const std::string asked = deviceNamed(name);
    if (asked == "cpu") {
        return at::Device(at::kCPU);
    }
    const auto refuse = [&name](const std::string& reason) {
        throw Failure(code::kUnsupported,
                      "--device " + name + ": " + reason,
                      "Use --device auto or cpu; `lora-engine describe` lists the devices",
                      "--device");
    };
    if (!asked.starts_with("cuda:")) {
        refuse("there is no such device");
    }
    if (!gpuState().isAvailable) {
        refuse(gpuState().reason);
    }
    const std::vector<device::DeviceFacts> devices = kernels::deviceKernels().devices();
    if (std::ranges::find(devices, asked, &device::DeviceFacts::id) == devices.end()) {
        refuse("there is no such device");
    }
    return at::Device(asked);
}

} // namespace

at::Device prepareDevice(const CommonOptions& common)
{
    const at::Device device = deviceOf(common.device);
    device::useThreads(common.threads);
    return device;
}

models::BaseFormat baseFormat(const CommonOptions& common)
{
    return {models::quantizationNamed(common.quantization),
            common.doubleQuant,
            common.quantizeEmbeddings};
}

adapters::BaseQuantization recordedForm(const models::BaseFormat& format)
{
    return {std::string(models::nameOf(format.quantization)),
            format.quantization == kernels::Quantization::Nf4 && format.isDouble,
            format.hasEmbeddings};
}

at::ScalarType dtypeOption(const CommonOptions& common, at::ScalarType fallback)
{
    if (common.dtype.empty()) {
        return fallback;
    }
    const auto dtype = device::dtypeOf(common.dtype);
    if (!dtype) {
        throw Failure(code::kBadArgument,
                      "--dtype: expected one of float32, bfloat16, float16, got " + common.dtype,
                      "",
                      "--dtype");
    }
    return *dtype;
}

void addModelOptions(CLI::App& app, ModelOptions& options)
{
    app.add_option("--model", options.model, "Model folder")->required();
    app.add_option("--adapter",
                   options.adapters,
                   "Adapter folder, or folder:scale; may be given several times")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    app.add_option("--rank",
                   options.rank,
                   "Use adapters with nested ranks (dylora) at this rank; without it at all ranks")
        ->check(CLI::PositiveNumber);
}

} // namespace engine::worker
