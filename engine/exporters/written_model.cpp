// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/written_model.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/tensors/base_hash.h"

namespace engine::exporters {

namespace {

// config.json of the model without its packing.
contract::Value denseConfig(const models::ModelFolder& model)
{
    contract::Value::Object fields = model.config().value().toObject();
    std::erase_if(fields, [](const auto& field) { return field.first == "quantization_config"; });
    return fields;
}

} // namespace

void requireSameBase(const ExportRequest& request)
{
    const auto mismatch = std::find_if(
        request.adapters.begin(), request.adapters.end(), [&request](const ScaledAdapter& adapter) {
            return !adapter.stored.baseSha256.empty()
                   && adapter.stored.baseSha256 != tensors::baseHash(request.model.weights());
        });
    if (mismatch != request.adapters.end()) {
        throw Failure(code::kIncompatible,
                      "the adapter was trained on other weights than these",
                      "Use the base it was trained on (" + mismatch->stored.baseName
                          + "), or --no-verify to merge all the same",
                      mismatch->stored.path.string());
    }
}

void writeConfig(const ExportRequest& request,
                 bool isUntied,
                 const contract::Value& quantization,
                 const std::filesystem::path& folder)
{
    contract::Value config = denseConfig(request.model);
    if (isUntied) {
        config.set("tie_word_embeddings", false);
    }
    if (request.dtype) {
        const char* key =
            config.contains("torch_dtype") || !config.contains("dtype") ? "torch_dtype" : "dtype";
        config.set(key, device::nameOf(*request.dtype));
    }
    if (!quantization.isNull()) {
        config.set("quantization_config", quantization);
    }
    device::writeFileAtomically(folder / "config.json", toJson(config, 2) + "\n");
}

} // namespace engine::exporters
