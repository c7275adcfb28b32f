// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model folder: config.json, its family and blueprint, and its weights, checked against each
// other before anything is computed. Compute thread only.
#pragma once

#include "engine/contract/value.h"
#include "engine/models/bitsandbytes.h"
#include "engine/models/registry.h"
#include "engine/models/stored_quantization.h"
#include "engine/tensors/weights.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::models {

class ModelFolder
{
public:
    // Reads config.json and the headers of the weights. Throws Failure(not_found, bad_file,
    // bad_model, unsupported). What is wrong between config and weights is in problems(), not
    // thrown.
    static ModelFolder open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    const ModelConfig& config() const { return m_config; }
    const Family& family() const { return *m_family; }
    const nn::Blueprint& blueprint() const { return m_blueprint; }
    const tensors::Weights& weights() const { return m_weights; }
    const std::vector<Problem>& problems() const { return m_problems; }
    // Tensors of other parts than the text model: they see images.
    std::size_t leftOutTensors() const { return m_leftOut; }

    // The name in the file of a parameter named canonically; "" when the file lacks it.
    std::string storedName(const std::string& parameter) const;
    // Every parameter by its canonical name, as the blueprint lists them.
    std::vector<std::string> parameterNames() const;
    // The dtype most of the stored numbers have, packed ones before they were packed.
    at::ScalarType storedDtype() const;

    // How bitsandbytes packed the model's linear layers; None where all numbers are dense.
    const StoredQuantization& storedQuantization() const { return m_quantization; }
    // Whether the file holds this parameter packed.
    bool isQuantized(const std::string& parameter) const { return m_quantized.contains(parameter); }
    // Of such a one: its mapped tensors, [out, in] also of a Conv1d module.
    kernels::QuantizedWeight quantized(const std::string& parameter) const;
    // The shape of a parameter, also of a packed one as if it were dense.
    std::vector<int64_t> shapeOf(const std::string& parameter) const;
    // The parameter in its stored shape: mapped, or unpacked in the dtype it had before.
    at::Tensor dense(const std::string& parameter) const;
    // Every byte of the file that this parameter is made of.
    std::vector<std::string_view> storedParts(const std::string& parameter) const;

    // The first NaN or infinity of every tensor; reads all weights.
    std::vector<Problem> nonFiniteTensors() const;

    // Throws Failure(bad_model) with the first of problems().
    void requireSound() const;

private:
    struct Parameter
    {
        std::string name; // canonical
        std::vector<int64_t> shape;
        const nn::ModuleSpec* module; // whose weight or bias it is
    };

    ModelFolder(std::filesystem::path path, ModelConfig config, tensors::Weights weights);
    std::vector<Parameter> parameters() const;
    // The weight's module as the packed form sees it.
    bitsandbytes::WeightPlace placeOf(const std::string& parameter) const;
    void findProblems();
    // Of a parameter that is stored under that name; what belongs to it joins `known`.
    void findProblemsOf(const Parameter& parameter,
                        const std::string& stored,
                        std::set<std::string>& known);
    // "config says 6 layers, the file holds 5" when whole blocks are missing or left over.
    void findLayerProblem();

    std::filesystem::path m_path;
    ModelConfig m_config;
    const Family* m_family;
    StoredQuantization m_quantization;
    nn::Blueprint m_blueprint;
    tensors::Weights m_weights;
    std::size_t m_leftOut = 0;
    bool m_withoutPrefix = false;
    std::set<std::string> m_quantized; // parameters by their canonical names
    std::vector<Problem> m_problems;
};

// How the linear modules of the blocks are held, and with them the vocabulary.
struct BaseFormat
{
    kernels::Quantization quantization = kernels::Quantization::None;
    bool isDouble = true;       // of nf4: its scales are quantised, too
    bool hasEmbeddings = false; // token embedding and output head are quantised, too

    // Whether a dense weight of the module is packed for it.
    bool packs(const nn::ModuleSpec& module) const
    {
        return quantization != kernels::Quantization::None
               && (module.isQuantizable() || (hasEmbeddings && module.holdsVocabulary()));
    }
};
// "none", "nf4", "int8". Throws Failure(bad_argument) for another name.
kernels::Quantization quantizationNamed(std::string_view name);
// What loadDecoder makes of it: a packed checkpoint stays as it is stored, but what it holds dense
// of the vocabulary is packed the same way where `asked` has embeddings. Throws
// Failure(unsupported) when another form of it is asked for.
BaseFormat heldFormat(const ModelFolder& folder, const BaseFormat& asked);

// The model ready to compute in `compute`, its weights held in `held`: mapped where they are stored
// so, converted once where not. Quantised modules are mapped where they are stored so, else made
// from the stored numbers one after the other: memory holds what they become and one of them. On a
// GPU weights are uploaded, converted there, and dense q, k, v and gate, up laid behind each other.
// Throws Failure as ModelFolder::requireSound and heldFormat, and (non_finite) naming a tensor that
// cannot be quantised.
std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder,
                                         at::ScalarType compute,
                                         at::ScalarType held,
                                         at::Device device = at::Device(at::kCPU),
                                         const BaseFormat& format = {});
inline std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder, at::ScalarType dtype)
{
    return loadDecoder(folder, dtype, dtype);
}

} // namespace engine::models
