// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model with its tokenizer and adapters at work: what generate, score and evaluate share. Compute
// thread only.
#pragma once

#include "engine/adapters/loaded_adapter.h"
#include "engine/exporters/exporter.h"
#include "engine/models/model_folder.h"
#include "engine/text/tokenizer.h"
#include "engine/worker/verb.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::worker {

// Options of the verbs that take a model and adapters.
struct ModelOptions
{
    std::string model;
    std::vector<std::string> adapters; // "DIR" or "DIR:scale"
    int64_t rank = 0;                  // of adapters with nested ranks; 0: all they have
};
void addModelOptions(CLI::App& app, ModelOptions& options);

class ModelSession
{
public:
    // Computes in float32, on a GPU in bfloat16, unless --dtype says otherwise.
    // Throws Failure(not_found, bad_model, incompatible, …).
    ModelSession(const ModelOptions& options, const CommonOptions& common);

    const models::ModelFolder& folder() const { return m_folder; }
    // The form in which the base is held.
    const adapters::BaseQuantization& form() const { return m_form; }
    // What adapters::precisionValue says of an adapter on this base, with its "adapter" (path);
    // also a line on stderr. Null where there is nothing to know.
    contract::Value noteOn(const adapters::StoredAdapter& adapter) const;
    // A list of these, of its adapters.
    const contract::Value& notes() const { return m_notes; }
    const nn::Decoder& decoder() const { return *m_decoder; }
    nn::Decoder& decoder() { return *m_decoder; }
    // Read when first asked for: ids can be scored without one. Throws Failure(not_found,
    // bad_file).
    const text::Tokenizer& tokenizer() const;
    // Of the only adapter that works at every rank; null where there is none or several.
    methods::NestedRanks* nestedRanks();

private:
    models::ModelFolder m_folder;
    adapters::BaseQuantization m_form;
    contract::Value m_notes = contract::Value::List();
    mutable std::optional<text::Tokenizer> m_tokenizer;
    std::unique_ptr<nn::Decoder> m_decoder;
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> m_adapters;
};

// Adapters by their arguments, checked against the model; above 0 `rank` cuts each to its first
// ranks. Throws what methods::atRank throws.
std::vector<exporters::ScaledAdapter> readAdapters(const std::vector<std::string>& arguments,
                                                   const nn::Blueprint& blueprint,
                                                   int64_t rank = 0);

// --threads, --device and determinism; call before the first tensor. Returns where to compute:
// "auto" is a GPU where there is one, "cuda" the first, "cuda:1" the second. Throws
// Failure(bad_argument, unsupported).
at::Device prepareDevice(const CommonOptions& common);

// --quantization, --double-quant and --quantize-embeddings.
models::BaseFormat baseFormat(const CommonOptions& common);
// The form as adapters record it.
adapters::BaseQuantization recordedForm(const models::BaseFormat& format);

// --dtype, or `fallback` when it was not given. Throws Failure(bad_argument).
at::ScalarType dtypeOption(const CommonOptions& common, at::ScalarType fallback);

} // namespace engine::worker
