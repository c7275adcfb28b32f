// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/pending_folder.h"
#include "engine/device/seeds.h"
#include "engine/models/companions.h"
#include "engine/models/registry.h"
#include "engine/tensors/sharding.h"
#include "engine/tensors/weights.h"
#include "engine/worker/verbs/verbs.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <CLI/CLI.hpp>

#include <memory>

namespace engine::worker::verbs {

namespace fs = std::filesystem;

namespace {

struct Options
{
    std::string config;
    std::string tokenizer;
    std::string out;
};

std::vector<tensors::TensorSpec> specsOf(const nn::Blueprint& blueprint, at::ScalarType dtype)
{
    std::vector<tensors::TensorSpec> specs;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.outputHead && blueprint.tiedHead) {
            continue;
        }
        specs.push_back({module.weightName(), dtype, module.storedShape()});
        if (module.bias) {
            specs.push_back({module.biasName(), dtype, {module.out}});
        }
    }
    return specs;
}

// Weights N(0, deviation²), norms 1 (0 where they count from 1), biases 0; each tensor from a
// stream of its own name.
at::Tensor initialValue(const tensors::TensorSpec& spec,
                        const nn::Blueprint& blueprint,
                        double deviation,
                        uint64_t seed)
{
    const std::size_t dot = spec.name.rfind('.');
    const nn::ModuleSpec& module = *blueprint.find(spec.name.substr(0, dot));
    if (spec.name.ends_with(".bias")) {
        return at::zeros(spec.shape, spec.dtype);
    }
    if (module.kind == nn::ModuleKind::Norm) {
        return at::full(spec.shape, module.isOffset ? 0 : 1, spec.dtype);
    }
    at::Tensor values = at::empty(spec.shape, at::kFloat);
    device::RandomStream random(device::derivedSeed(seed, "init " + spec.name));
    float* numbers = values.data_ptr<float>();
    for (int64_t i = 0; i < values.numel(); ++i) {
        numbers[i] = static_cast<float>(random.normal() * deviation);
    }
    return values.to(spec.dtype);
}

void writeWeights(const models::ModelConfig& config,
                  const nn::Blueprint& blueprint,
                  uint64_t seed,
                  const fs::path& folder)
{
    const auto dtype = device::dtypeOf(config.dtype());
    if (!dtype) {
        config.refuse("torch_dtype",
                      "expected float32, bfloat16 or float16, got " + config.dtype());
    }
    const double deviation = config.number("initializer_range", 0.02);
    const std::vector<tensors::Shard> shards = tensors::planShards(specsOf(blueprint, *dtype));
    for (const tensors::Shard& shard : shards) {
        tensors::SafetensorsWriter writer(
            folder / shard.fileName, shard.tensors, {{"format", "pt"}});
        for (const tensors::TensorSpec& spec : shard.tensors) {
            writer.write(spec.name, initialValue(spec, blueprint, deviation, seed));
        }
        writer.finish();
    }
    if (shards.size() > 1) {
        device::writeFileAtomically(folder / tensors::kIndexFileName, tensors::shardIndex(shards));
    }
}

} // namespace

Action init(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("--config", options->config, "config.json of the model")->required();
    app.add_option("--tokenizer", options->tokenizer, "Folder whose tokenizer files are copied");
    app.add_option("--out", options->out, "Folder to write")->required();
    return [options](const CommonOptions& common, Output& output) {
        device::requireNewTarget(options->out, {options->config, options->tokenizer});
        if (!options->tokenizer.empty() && !fs::is_directory(options->tokenizer)) {
            throw Failure(code::kNotFound,
                          "--tokenizer: there is no such folder",
                          "Give a folder with tokenizer files",
                          options->tokenizer);
        }
        const models::ModelConfig config = models::ModelConfig::read(options->config);
        const nn::Blueprint blueprint = models::blueprintOf(config);
        device::PendingFolder pending(options->out);
        writeWeights(config, blueprint, common.seed, pending.path());
        device::writeFileAtomically(pending.path() / "config.json",
                                    toJson(config.value(), 2) + "\n");
        if (!options->tokenizer.empty()) {
            models::copyCompanions(options->tokenizer, pending.path());
        }
        pending.commit();
        output.value(contract::Value::object(
            {{"path", options->out}, {"parameters", blueprint.parameters()}}));
        output.line("wrote " + grouped(blueprint.parameters()) + " parameters to " + options->out);
        return 0;
    };
}

} // namespace engine::worker::verbs
