// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model folder: config.json, its family and blueprint, and its weights, checked against each
// other before anything is computed. Compute thread only.
#pragma once

#include "engine/contract/value.h"
#include "engine/models/registry.h"
#include "engine/tensors/weights.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace engine::models {

// Something wrong with a model: the tensor it is about ("" for the whole), a code and a sentence.
struct Problem
{
    std::string tensor;
    std::string code;
    std::string message;
};

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
    // The dtype most of the stored numbers have.
    at::ScalarType storedDtype() const;

    // The first NaN or infinity of every tensor; reads all weights.
    std::vector<Problem> nonFiniteTensors() const;

    // Throws Failure(bad_model) with the first of problems().
    void requireSound() const;

private:
    ModelFolder(std::filesystem::path path, ModelConfig config, tensors::Weights weights);
    void findProblems();
    // "config says 6 layers, the file holds 5" when whole blocks are missing or left over.
    void findLayerProblem();

    std::filesystem::path m_path;
    ModelConfig m_config;
    const Family* m_family;
    nn::Blueprint m_blueprint;
    tensors::Weights m_weights;
    std::size_t m_leftOut = 0;
    bool m_withoutPrefix = false;
    std::vector<Problem> m_problems;
};

// The model ready to compute in `compute`, its weights held in `held`: mapped where they are stored
// so, converted once where not. On a GPU they are uploaded, converted there, and q, k, v and gate,
// up laid behind each other. Throws Failure as ModelFolder::requireSound.
std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder,
                                         at::ScalarType compute,
                                         at::ScalarType held,
                                         at::Device device = at::Device(at::kCPU));
inline std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder, at::ScalarType dtype)
{
    return loadDecoder(folder, dtype, dtype);
}

} // namespace engine::models
