// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/weights.h"

#include "engine/contract/value.h"
#include "engine/device/descriptor.h"
#include "engine/device/files.h"
#include "engine/tensors/torch_file.h"

#include <algorithm>

namespace engine::tensors {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDownloadAgain = "Download or copy the model again";

// False also where it may not be looked at: opening it then says why.
bool isThere(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool isPlainName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".."
           && name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

Failure badIndex(const fs::path& index, const std::string& reason)
{
    return Failure(code::kBadFile,
                   index.string() + ": " + reason,
                   std::string(kDownloadAgain),
                   index.string());
}

// tensor → shard, as the index says it.
contract::Value readWeightMap(const fs::path& index)
{
    auto parsed = contract::parseJson(device::readFile(index));
    if (!parsed) {
        throw badIndex(index, parsed.error().message);
    }
    const contract::Value& map = parsed.value()["weight_map"];
    if (!map.isObject() || map.toObject().empty()) {
        throw badIndex(index, "weight_map must be an object from tensor names to file names");
    }
    for (const auto& [tensor, shard] : map.toObject()) {
        if (!shard.isString() || !isPlainName(shard.toString())) {
            throw badIndex(index,
                           "weight_map." + tensor + " must name a file in the same folder, got "
                               + contract::toJson(shard));
        }
    }
    return map;
}

Failure noWeights(const fs::path& folder)
{
    std::string names;
    for (const std::string_view name :
         {kSingleFileName, kIndexFileName, kTorchFileName, kTorchIndexFileName}) {
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return Failure(code::kNotFound,
                   folder.string() + " holds no weights: looked for " + names,
                   "Name the folder of a model in safetensors format",
                   folder.string());
}

} // namespace

Weights Weights::open(const fs::path& path)
{
    Weights weights(path);
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
        weights.addFile(path);
    } else if (isThere(path / kSingleFileName)) {
        weights.addFile(path / kSingleFileName);
    } else if (isThere(path / kIndexFileName)) {
        weights.addIndex(path / kIndexFileName);
    } else if (isThere(path / kTorchFileName)) {
        weights.addFile(path / kTorchFileName);
    } else if (isThere(path / kTorchIndexFileName)) {
        weights.addIndex(path / kTorchIndexFileName);
    } else {
        throw noWeights(path);
    }
    weights.listNames();
    return weights;
}

void Weights::addFile(const fs::path& file)
{
    m_shards.push_back(openTensorFile(file));
    for (const bridge::TensorEntry& entry : m_shards.back()->entries()) {
        m_places.emplace(entry.name, Place{m_shards.size() - 1, entry.name});
    }
}

void Weights::addIndex(const fs::path& index)
{
    const contract::Value map = readWeightMap(index);
    std::map<std::string, std::size_t> shards; // file name → position in m_shards
    for (const auto& [tensor, shardName] : map.toObject()) {
        const std::string& fileName = shardName.toString();
        const fs::path file = index.parent_path() / fileName;
        const auto [shard, isNew] = shards.emplace(fileName, m_shards.size());
        if (isNew) {
            if (!isThere(file)) {
                throw Failure(code::kNotFound,
                              "shard " + fileName + " is missing; " + index.string()
                                  + " names it for tensor " + tensor,
                              std::string(kDownloadAgain),
                              file.string());
            }
            m_shards.push_back(openTensorFile(file));
        }
        if (m_shards[shard->second]->find(tensor) == nullptr) {
            throw badIndex(index, "tensor " + tensor + " is not in " + fileName);
        }
        m_places.insert_or_assign(tensor, Place{shard->second, tensor});
    }
}

void Weights::listNames()
{
    for (const auto& [name, place] : m_places) {
        m_names.push_back(name);
    }
}

Weights Weights::renamed(const std::function<std::string(const std::string&)>& nameOf) const
{
    Weights result(m_path);
    result.m_shards = m_shards;
    for (const auto& [stored, place] : m_places) {
        const std::string name = nameOf(stored);
        if (!name.empty() && !result.m_places.emplace(name, place).second) {
            throw Failure(code::kBadFile,
                          m_path.string() + " holds " + name + " twice, once as " + stored,
                          std::string(kDownloadAgain),
                          m_path.string());
        }
    }
    result.listNames();
    return result;
}

std::vector<std::string> Weights::namesInFileOrder() const
{
    std::vector<std::string> names = m_names;
    const auto where = [this](const std::string& name) {
        return std::pair(m_places.find(name)->second.shard, entry(name).begin);
    };
    std::ranges::stable_sort(names, std::less<>(), where);
    return names;
}

const Weights::Place& Weights::placeOf(std::string_view name) const
{
    const auto found = m_places.find(name);
    if (found == m_places.end()) {
        throw Failure(code::kBadModel,
                      "tensor " + std::string(name) + " is missing from " + m_path.string(),
                      std::string(kDownloadAgain),
                      m_path.string());
    }
    return found->second;
}

const bridge::TensorEntry& Weights::entry(std::string_view name) const
{
    const Place& place = placeOf(name);
    return *m_shards[place.shard]->find(place.storedName);
}

std::string_view Weights::bytes(std::string_view name) const
{
    return m_shards[placeOf(name).shard]->bytes(entry(name));
}

Tensor Weights::tensor(std::string_view name) const
{
    return m_shards[placeOf(name).shard]->tensor(entry(name));
}

} // namespace engine::tensors
