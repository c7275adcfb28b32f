// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/model_folder.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/models/packed_cache.h"
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

// Computing meets the parameters in the blueprint's order, which is not that of the files.
void readAheadInOrder(const ModelFolder& folder)
{
    std::vector<std::string_view> parts;
    for (const std::string& parameter : folder.parameterNames()) {
        for (const std::string_view part : folder.storedParts(parameter)) {
            parts.push_back(part);
        }
    }
    tensors::readAhead(std::move(parts));
}

// Packed as it is stored, null for what such a checkpoint keeps dense in the blocks; of dense
// numbers from the cache, else made from them.
std::shared_ptr<const kernels::QuantizedWeight>
quantizedModule(const ModelFolder& folder,
                const nn::ModuleSpec& module,
                const BaseFormat& format,
                const std::optional<PackedCache>& cache,
                at::Device device)
{
    const bool isStoredPacked = folder.isQuantized(module.weightName());
    const bool isDenseOfPacked =
        !isStoredPacked && !folder.storedQuantization().isNone() && module.isQuantizable();
    if (!format.packs(module) || isDenseOfPacked) {
        return nullptr;
    }
    return std::make_shared<const kernels::QuantizedWeight>(
        placed(isStoredPacked ? folder.quantized(module.weightName())
               : cache        ? cache->weight(module)
                              : packModule(folder, module, format),
               device));
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
      m_quantization(storedQuantizationOf(m_config)), m_blueprint(blueprintOf(m_config)),
      m_weights(std::move(weights))
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

std::vector<ModelFolder::Parameter> ModelFolder::parameters() const
{
    std::vector<Parameter> parameters;
    for (const nn::ModuleSpec& module : m_blueprint.modules) {
        if (module.outputHead && m_blueprint.tiedHead) {
            continue;
        }
        parameters.push_back({module.weightName(), module.storedShape(), &module});
        if (module.bias) {
            parameters.push_back({module.biasName(), {module.out}, &module});
        }
    }
    return parameters;
}

std::vector<std::string> ModelFolder::parameterNames() const
{
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters()) {
        names.push_back(parameter.name);
    }
    return names;
}

at::ScalarType ModelFolder::storedDtype() const
{
    std::map<at::ScalarType, int64_t> bytes;
    for (const std::string& name : parameterNames()) {
        const std::string stored = storedName(name);
        if (stored.empty()) {
            continue;
        }
        if (isQuantized(name)) {
            const kernels::QuantizedWeight weight = quantized(name);
            if (weight.quantization() == kernels::Quantization::Nf4) { // int8 does not say
                bytes[weight.dtype] += c10::multiply_integers(weight.shape());
            }
        } else if (const auto dtype = device::safetensorsDtype(m_weights.entry(stored).dtype)) {
            bytes[*dtype] += static_cast<int64_t>(m_weights.bytes(stored).size());
        }
    }
    at::ScalarType most = at::kFloat;
    int64_t largest = 0;
    for (const auto& [dtype, size] : bytes) {
        if (size > largest) {
            most = dtype;
            largest = size;
        }
    }
    return most;
}

bitsandbytes::WeightPlace ModelFolder::placeOf(const std::string& parameter) const
{
    const nn::ModuleSpec& module = *m_blueprint.find(parameter.substr(0, parameter.rfind('.')));
    return {storedName(parameter), module.out, module.in};
}

kernels::QuantizedWeight ModelFolder::quantized(const std::string& parameter) const
{
    return bitsandbytes::read(m_weights, placeOf(parameter), m_quantization.kind);
}

std::vector<int64_t> ModelFolder::shapeOf(const std::string& parameter) const
{
    const nn::ModuleSpec& module = *m_blueprint.find(parameter.substr(0, parameter.rfind('.')));
    return parameter == module.weightName() ? module.storedShape()
                                            : std::vector<int64_t>{module.out};
}

at::Tensor ModelFolder::dense(const std::string& parameter) const
{
    if (!isQuantized(parameter)) {
        return m_weights.tensor(storedName(parameter));
    }
    const kernels::QuantizedWeight packed = quantized(parameter);
    const at::Tensor weight = kernels::dequantize(packed, packed.dtype);
    const nn::ModuleSpec& module = *m_blueprint.find(parameter.substr(0, parameter.rfind('.')));
    return module.kind == nn::ModuleKind::Conv1d ? weight.t().contiguous() : weight;
}

std::vector<std::string_view> ModelFolder::storedParts(const std::string& parameter) const
{
    const std::string stored = storedName(parameter);
    if (!isQuantized(parameter)) {
        return {m_weights.bytes(stored)};
    }
    std::vector<std::string_view> parts;
    for (const std::string& name :
         bitsandbytes::partNames(m_weights, stored, m_quantization.kind)) {
        parts.push_back(m_weights.bytes(name));
    }
    return parts;
}

std::vector<Problem> ModelFolder::nonFiniteTensors() const
{
    std::vector<Problem> found;
    for (const std::string& name : m_weights.names()) {
        const at::Tensor tensor = m_weights.tensor(name);
        if (const auto at = tensors::firstNonFinite(tensor)) {
            found.push_back({name, std::string(code::kNonFinite), name + " " + describe(*at)});
        }
        tensors::letGoOfPages(tensor.const_data_ptr(), tensor.nbytes());
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
    for (const Parameter& parameter : parameters()) {
        const std::string stored = storedName(parameter.name);
        if (stored.empty()) {
            m_problems.push_back({parameter.name,
                                  std::string(code::kBadModel),
                                  "the weights lack " + parameter.name});
        } else {
            findProblemsOf(parameter, stored, known);
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

void ModelFolder::findProblemsOf(const Parameter& parameter,
                                 const std::string& stored,
                                 std::set<std::string>& known)
{
    known.insert(stored);
    const nn::ModuleSpec& module = *parameter.module;
    const auto& entry = m_weights.entry(stored);
    const bool isWeight = parameter.name == module.weightName();
    if (isWeight && module.isLinear()
        && bitsandbytes::isPacked(m_weights, stored, m_quantization.kind)) {
        for (const std::string& part :
             bitsandbytes::partNames(m_weights, stored, m_quantization.kind)) {
            known.insert(part);
        }
        const auto problem = bitsandbytes::findProblem(
            m_weights, {stored, module.out, module.in}, m_quantization.kind);
        if (problem) {
            m_problems.push_back(*problem);
        } else {
            m_quantized.insert(parameter.name);
        }
    } else if (entry.shape != parameter.shape) {
        m_problems.push_back({stored,
                              std::string(code::kBadModel),
                              stored + " is " + nn::shapeText(entry.shape) + ", config.json wants "
                                  + nn::shapeText(parameter.shape)});
    } else if (entry.dtype != "F32" && entry.dtype != "F16" && entry.dtype != "BF16") {
        m_problems.push_back(
            {stored,
             std::string(code::kUnsupported),
             stored + " is stored as " + entry.dtype + "; F32, F16 and BF16 can be read"});
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

kernels::Quantization quantizationNamed(std::string_view name)
{
    using kernels::Quantization;
    for (const Quantization each : {Quantization::None, Quantization::Nf4, Quantization::Int8}) {
        if (nameOf(each) == name) {
            return each;
        }
    }
    throw Failure(code::kBadArgument,
                  "--quantization: expected one of none, nf4, int8, got " + std::string(name),
                  "",
                  "--quantization");
}

BaseFormat heldFormat(const ModelFolder& folder, const BaseFormat& asked)
{
    const StoredQuantization& stored = folder.storedQuantization();
    if (stored.isNone()) {
        BaseFormat format = asked;
        format.hasEmbeddings =
            asked.hasEmbeddings && asked.quantization != kernels::Quantization::None;
        return format;
    }
    if (asked.quantization != kernels::Quantization::None && asked.quantization != stored.kind) {
        throw Failure(code::kUnsupported,
                      "the model is stored as " + std::string(nameOf(stored.kind)) + ", not as "
                          + std::string(nameOf(asked.quantization)),
                      "Leave the quantization out, or take the model that it was made from",
                      folder.path().string());
    }
    return {stored.kind, stored.doubleQuant, asked.hasEmbeddings};
}

std::unique_ptr<nn::Decoder> loadDecoder(const ModelFolder& folder,
                                         at::ScalarType compute,
                                         at::ScalarType held,
                                         at::Device device,
                                         const BaseFormat& format)
{
    folder.requireSound();
    const BaseFormat base = heldFormat(folder, format);
    readAheadInOrder(folder);
    std::optional<PackedCache> cache;
    PartsBuilder::QuantizedSource quantized;
    if (base.quantization != kernels::Quantization::None) {
        if (folder.storedQuantization().isNone()) {
            cache = PackedCache::open(folder, base);
        }
        quantized = [&](const nn::ModuleSpec& module) {
            return quantizedModule(folder, module, base, cache, device);
        };
    }
    const PartsBuilder builder(
        folder.blueprint(),
        [&](const std::string& name) { return placed(folder.dense(name), held, device); },
        std::move(quantized));
    nn::Decoder::Parts parts = folder.family().assemble(folder.config(), builder);
    if (!device.is_cpu()) {
        arrangeOnDevice(parts, device);
    }
    return std::make_unique<nn::Decoder>(std::move(parts), compute);
}

} // namespace engine::models
