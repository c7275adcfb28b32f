// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/model_folder.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/models/placement.h"
#include "engine/nn/shape_text.h"
#include "engine/tensors/finite_check.h"
#include "engine/tensors/mapped_pages.h"

#include <array>
#include <map>
#include <set>

namespace engine::models {

namespace fs = std::filesystem;

namespace {

// The number of the block that a stored name belongs to, or −1: the first path segment that is a
// number.
int64_t layerOf(std::string_view name)
{
    std::size_t begin = 0;
    while (begin < name.size()) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const std::string_view segment = name.substr(begin, end - begin);
        if (!segment.empty() && segment.size() < 7
            && segment.find_first_not_of("0123456789") == std::string_view::npos) {
            return std::stoll(std::string(segment));
        }
        begin = end + 1;
    }
    return -1;
}

// The name in a text model alone of what a model that sees images calls so; "" for what belongs to
// seeing. The first two are transformers' names since 4.52, the others older ones.
std::string textName(const std::string& stored)
{
    constexpr auto kPrefixes = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"model.language_model.", "model."},
        {"lm_head.", "lm_head."},
        {"language_model.model.", "model."},
        {"language_model.lm_head.", "lm_head."},
    });
    for (const auto& [prefix, name] : kPrefixes) {
        if (stored.starts_with(prefix)) {
            return std::string(name) + stored.substr(prefix.size());
        }
    }
    return {};
}

struct Expected
{
    std::string name;
    std::vector<int64_t> shape;
    int64_t layer;
};

std::vector<Expected> expectedParameters(const nn::Blueprint& blueprint)
{
    std::vector<Expected> expected;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.outputHead && blueprint.tiedHead) {
            continue;
        }
        expected.push_back({module.weightName(), module.storedShape(), module.layer});
        if (module.bias) {
            expected.push_back({module.biasName(), {module.out}, module.layer});
        }
    }
    return expected;
}

// Computing meets the parameters in the blueprint's order, which is not that of the files.
void readAheadInOrder(const ModelFolder& folder)
{
    std::vector<std::string_view> parts;
    for (const std::string& parameter : folder.parameterNames()) {
        parts.push_back(folder.weights().bytes(folder.storedName(parameter)));
    }
    tensors::readAhead(std::move(parts));
}

} // namespace

ModelFolder ModelFolder::open(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        throw Failure(code::kNotFound,
                      fs::exists(path, error) ? "the model is not a folder"
                                              : "no such model folder",
                      "Give the folder that holds config.json and model.safetensors",
                      path.string());
    }
    ModelConfig config = ModelConfig::read(path / "config.json");
    return ModelFolder(path, std::move(config), tensors::Weights::open(path));
}

ModelFolder::ModelFolder(fs::path path, ModelConfig config, tensors::Weights weights)
    : m_path(std::move(path)), m_config(std::move(config)), m_family(&familyOf(m_config)),
      m_blueprint(m_family->blueprint(m_config)), m_weights(std::move(weights))
{
    if (m_config.isTextPart()) {
        const std::size_t all = m_weights.names().size();
        m_weights = m_weights.renamed(textName);
        m_leftOut = all - m_weights.names().size();
    }
    const std::string first = m_blueprint.modules.front().weightName();
    m_withoutPrefix = !m_weights.has(first) && m_weights.has(first.substr(m_family->prefix.size()));
    findProblems();
}

std::string ModelFolder::storedName(const std::string& parameter) const
{
    const bool strip = m_withoutPrefix && parameter.starts_with(m_family->prefix);
    std::string name = strip ? parameter.substr(m_family->prefix.size()) : parameter;
    return m_weights.has(name) ? name : std::string();
}

std::vector<std::string> ModelFolder::parameterNames() const
{
    std::vector<std::string> names;
    for (const Expected& expected : expectedParameters(m_blueprint)) {
        names.push_back(expected.name);
    }
    return names;
}

at::ScalarType ModelFolder::storedDtype() const
{
    std::map<at::ScalarType, uint64_t> bytes;
    for (const std::string& name : m_weights.names()) {
        const auto& entry = m_weights.entry(name);
        if (const auto dtype = device::safetensorsDtype(entry.dtype)) {
            bytes[*dtype] += entry.end - entry.begin;
        }
    }
    at::ScalarType most = at::kFloat;
    uint64_t largest = 0;
    for (const auto& [dtype, size] : bytes) {
        if (size > largest) {
            most = dtype;
            largest = size;
        }
    }
    return most;
}

std::vector<Problem> ModelFolder::nonFiniteTensors() const
{
    std::vector<Problem> found;
    for (const std::string& name : m_weights.names()) {
        if (const auto at = tensors::firstNonFinite(m_weights.tensor(name))) {
            found.push_back({name, std::string(code::kNonFinite), name + " " + describe(*at)});
        }
    }
    return found;
}

void ModelFolder::requireSound() const
{
    if (!m_problems.empty()) {
        throw Failure(
            m_problems.front().code,
            m_problems.front().message,
            "Compare config.json and the weights with the model's source, or download it again",
            m_path.string());
    }
}

void ModelFolder::findProblems()
{
    findLayerProblem();
    std::set<std::string> known;
    for (const Expected& expected : expectedParameters(m_blueprint)) {
        const std::string stored = storedName(expected.name);
        if (stored.empty()) {
            m_problems.push_back(
                {expected.name, std::string(code::kBadModel), "the weights lack " + expected.name});
            continue;
        }
        known.insert(stored);
        const auto& entry = m_weights.entry(stored);
        if (entry.shape != expected.shape) {
            m_problems.push_back({stored,
                                  std::string(code::kBadModel),
                                  stored + " is " + nn::shapeText(entry.shape)
                                      + ", config.json wants " + nn::shapeText(expected.shape)});
        } else if (entry.dtype != "F32" && entry.dtype != "F16" && entry.dtype != "BF16") {
            m_problems.push_back(
                {stored,
                 std::string(code::kUnsupported),
                 stored + " is stored as " + entry.dtype + "; F32, F16 and BF16 can be read"});
        }
    }
    for (const std::string& name : m_weights.names()) {
        const bool ignored =
            std::any_of(m_family->ignoredSuffixes.begin(),
                        m_family->ignoredSuffixes.end(),
                        [&name](std::string_view suffix) { return name.ends_with(suffix); });
        const bool tiedHead =
            m_blueprint.tiedHead && name == m_blueprint.modules.back().weightName();
        if (!known.contains(name) && !ignored && !tiedHead && layerOf(name) < m_blueprint.layers) {
            m_problems.push_back(
                {name,
                 std::string(code::kBadModel),
                 name + " belongs to no module of a " + std::string(m_family->name) + " model"});
        }
    }
}

void ModelFolder::findLayerProblem()
{
    int64_t stored = 0;
    for (const std::string& name : m_weights.names()) {
        stored = std::max(stored, layerOf(name) + 1);
    }
    if (stored != m_blueprint.layers) {
        m_problems.push_back({"",
                              std::string(code::kBadModel),
                              "config.json says " + std::to_string(m_blueprint.layers)
                                  + " layers, the file holds " + std::to_string(stored)});
    }
}

std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder,
                                         at::ScalarType compute,
                                         at::ScalarType held,
                                         at::Device device)
{
    folder.requireSound();
    readAheadInOrder(folder);
    const PartsBuilder builder(folder.blueprint(), [&](const std::string& name) {
        return placed(folder.weights().tensor(folder.storedName(name)), held, device);
    });
    nn::Decoder::Parts parts = folder.family().assemble(folder.config(), builder);
    if (!device.is_cpu()) {
        arrangeOnDevice(parts, device);
    }
    return std::make_unique<nn::Decoder>(std::move(parts), compute);
}

} // namespace engine::models
