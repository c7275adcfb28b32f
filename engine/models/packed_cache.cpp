// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/packed_cache.h"

#include "engine/device/cache_folder.h"
#include "engine/device/cache_room.h"
#include "engine/device/failure.h"
#include "engine/device/signals.h"
#include "engine/tensors/base_hash.h"
#include "engine/tensors/cached_file.h"
#include "engine/tensors/mapped_pages.h"

#include <algorithm>

namespace engine::models {

namespace fs = std::filesystem;
using kernels::Quantization;

namespace {

// Raised when the same weights would be packed otherwise.
constexpr int64_t kFormVersion = 1;

// A tied head is its embedding.
std::vector<const nn::ModuleSpec*> packedModules(const ModelFolder& folder,
                                                 const BaseFormat& format)
{
    std::vector<const nn::ModuleSpec*> modules;
    for (const nn::ModuleSpec& module : folder.blueprint().modules) {
        const bool isTied = module.outputHead && folder.blueprint().tiedHead;
        if (format.packs(module) && !isTied) {
            modules.push_back(&module);
        }
    }
    return modules;
}

bitsandbytes::WeightPlace placeOf(const nn::ModuleSpec& module)
{
    return {module.weightName(), module.out, module.in};
}

std::vector<tensors::TensorSpec> specsOf(const ModelFolder& folder, const BaseFormat& format)
{
    std::vector<tensors::TensorSpec> specs;
    for (const nn::ModuleSpec* module : packedModules(folder, format)) {
        for (tensors::TensorSpec& spec :
             bitsandbytes::specs(placeOf(*module), format.quantization, format.isDouble)) {
            specs.push_back(std::move(spec));
        }
    }
    return specs;
}

// "<base hash>-nf4-double-embeddings.safetensors".
std::string fileName(const ModelFolder& folder, const BaseFormat& format)
{
    const bool isDouble = format.quantization == Quantization::Nf4 && format.isDouble;
    return tensors::baseHash(folder.weights()) + "-" + std::string(nameOf(format.quantization))
           + (isDouble ? "-double" : "") + (format.hasEmbeddings ? "-embeddings" : "")
           + ".safetensors";
}

// The file if it holds every module whole, in the form that was asked for.
std::optional<tensors::Weights> found(const fs::path& file,
                                      const std::vector<tensors::TensorSpec>& specs)
{
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        return std::nullopt;
    }
    try {
        tensors::Weights weights = tensors::Weights::open(file);
        const bool isComplete =
            std::all_of(specs.begin(), specs.end(), [&weights](const tensors::TensorSpec& spec) {
                return weights.has(spec.name) && weights.bytes(spec.name).size() == spec.bytes();
            });
        const bool isWhole =
            isComplete && tensors::isAsNoted(weights.shards().front()->file(), kFormVersion);
        return isWhole ? std::optional(std::move(weights)) : std::nullopt;
    } catch (const Failure&) {
        return std::nullopt; // it is made again
    }
}

// Told apart from what is wrong with the model itself.
bool isAboutTheDisk(const Failure& failure)
{
    const std::string& code = failure.error().code;
    return code != code::kNonFinite && code != code::kUnsupported && code != code::kStopped;
}

void make(const fs::path& file,
          const ModelFolder& folder,
          const std::vector<tensors::TensorSpec>& specs,
          const BaseFormat& format)
{
    fs::create_directories(file.parent_path());
    tensors::SafetensorsWriter writer(file, specs, {{"format", "pt"}});
    for (const nn::ModuleSpec* module : packedModules(folder, format)) {
        device::throwIfStopped();
        const auto weight = packModule(folder, *module, format);
        for (const auto& [name, part] : bitsandbytes::parts(module->weightName(), weight)) {
            writer.write(name, part.contiguous());
        }
    }
    const std::string sha256 = writer.finish();
    const tensors::Weights weights = tensors::Weights::open(file);
    tensors::noteCachedFile(weights.shards().front()->file(), sha256, kFormVersion);
}

} // namespace

kernels::QuantizedWeight
packModule(const ModelFolder& folder, const nn::ModuleSpec& module, const BaseFormat& format)
{
    const std::string name = folder.storedName(module.weightName());
    const at::Tensor stored = folder.weights().tensor(name);
    const bool isTransposed = module.kind == nn::ModuleKind::Conv1d;
    try {
        kernels::QuantizedWeight weight = kernels::quantize(
            isTransposed ? stored.t() : stored, format.quantization, format.isDouble);
        tensors::letGoOfPages(stored.const_data_ptr(), stored.nbytes());
        return weight;
    } catch (const Failure& failure) {
        const Error& error = failure.error();
        throw Failure(error.code,
                      name + ": " + error.message,
                      error.hint.empty() ? "Download the model again" : error.hint,
                      folder.path().string());
    }
}

PackedCache::PackedCache(Quantization quantization, tensors::Weights weights, bool wasFound)
    : m_quantization(quantization), m_weights(std::move(weights)), m_wasFound(wasFound)
{
    device::keepInUse(m_weights.path());
}

std::optional<PackedCache>
PackedCache::open(const ModelFolder& folder, const BaseFormat& format, uint64_t worthKeeping)
{
    const std::vector<tensors::TensorSpec> specs = specsOf(folder, format);
    uint64_t bytes = 0;
    for (const tensors::TensorSpec& spec : specs) {
        bytes += spec.bytes();
    }
    const fs::path home = device::cacheFolder();
    if (bytes < worthKeeping || home.empty()) {
        return std::nullopt;
    }
    const fs::path file = home / "packed" / fileName(folder, format);
    if (auto weights = found(file, specs)) {
        return PackedCache(format.quantization, std::move(*weights), true);
    }
    try {
        if (!device::makeRoomInCache(bytes)) {
            return std::nullopt;
        }
        make(file, folder, specs, format);
        return PackedCache(format.quantization, tensors::Weights::open(file), false);
    } catch (const Failure& failure) {
        if (!isAboutTheDisk(failure)) {
            throw;
        }
    } catch (const fs::filesystem_error&) {
    }
    return std::nullopt; // the caller packs in memory
}

kernels::QuantizedWeight PackedCache::weight(const nn::ModuleSpec& module) const
{
    return bitsandbytes::read(m_weights, placeOf(module), m_quantization);
}

} // namespace engine::models
