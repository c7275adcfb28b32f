// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/pickle.h"

#include "engine/tensors/mapped_file.h"
#include "engine/tensors/pickle_scan.h"
#include "engine/tensors/zip_directory.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace engine::tensors {

namespace {

constexpr int kMaxPickles = 16; // torch writes one or two

constexpr std::array<std::string_view, 5> kTorchExtensions = {
    ".bin", ".pt", ".pth", ".ckpt", ".pkl"};

// Names torch's own restricted loader needs for tensors. Source: torch/_weights_only_unpickler.py.
constexpr std::array<std::string_view, 12> kAllowedGlobals = {
    "collections.OrderedDict",
    "_codecs.encode",
    "torch.Size",
    "torch.device",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
    "torch._tensor._rebuild_from_type_v2",
    "torch.nn.parameter.Parameter",
    "torch.storage.TypedStorage",
    "torch.storage.UntypedStorage",
    "torch.serialization._get_layout",
};

constexpr std::array<std::string_view, 12> kStorageTypes = {"Double",
                                                            "Float",
                                                            "Half",
                                                            "BFloat16",
                                                            "Long",
                                                            "Int",
                                                            "Short",
                                                            "Char",
                                                            "Byte",
                                                            "Bool",
                                                            "QInt8",
                                                            "QUInt8"};

constexpr std::array<std::string_view, 10> kDtypes = {"float64",
                                                      "float32",
                                                      "float16",
                                                      "bfloat16",
                                                      "int64",
                                                      "int32",
                                                      "int16",
                                                      "int8",
                                                      "uint8",
                                                      "bool"};

bool contains(const auto& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

PickleFacts describePickle(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    const std::string_view all = file->view(0, file->size());
    PickleFacts facts;
    if (!isZip(all)) {
        facts.isPickle = startsLikePickle(all);
        if (facts.isPickle) {
            scanPickle(all, facts);
        }
        return facts;
    }
    const ZipDirectory directory = readZipDirectory(all);
    facts.damage = directory.damage;
    int pickles = 0;
    for (const ZipEntry& entry : directory.entries) {
        if (!entry.name.ends_with(".pkl")) {
            continue;
        }
        if (++pickles > kMaxPickles) {
            facts.damage = "the archive holds more pickles than are looked at";
            break;
        }
        facts.isPickle = true;
        if (entry.isCompressed) {
            facts.damage = "the pickle inside is compressed, which torch never does";
        } else {
            scanPickle(entry.content, facts);
        }
    }
    return facts;
}

bool rebuildsTensors(const std::string& global)
{
    constexpr std::string_view kModule = "torch.";
    constexpr std::string_view kStorage = "Storage";
    if (contains(kAllowedGlobals, global)) {
        return true;
    }
    if (!global.starts_with(kModule)) {
        return false;
    }
    std::string_view name = std::string_view(global).substr(kModule.size());
    if (name.ends_with(kStorage)) {
        name.remove_suffix(kStorage.size());
        return contains(kStorageTypes, name);
    }
    return contains(kDtypes, name);
}

Failure pickleRefusal(const std::filesystem::path& path)
{
    const PickleFacts facts = describePickle(path);
    const std::string name = path.string();
    if (!facts.isPickle) {
        return Failure(code::kBadFile,
                       name + " is neither a safetensors file nor a torch file",
                       "Name a model in safetensors format",
                       name);
    }
    const auto foreign = std::find_if(facts.globals.begin(),
                                      facts.globals.end(),
                                      [](const auto& global) { return !rebuildsTensors(global); });
    if (foreign != facts.globals.end()) {
        return Failure(code::kBadFile,
                       name + ": the pickle asks for " + *foreign
                           + "; only torch tensor rebuilding is allowed; nothing was executed",
                       "Do not load this file; ask its author for safetensors",
                       name);
    }
    if (!facts.damage.empty()) {
        return Failure(code::kBadFile,
                       name + ": " + facts.damage,
                       "Get the model in safetensors format",
                       name);
    }
    return Failure(
        code::kUnsupported,
        name + " is a torch pickle file, which is not read",
        "Convert it to safetensors where you trust it, or download the safetensors version",
        name);
}

bool isTorchFileName(const std::filesystem::path& path)
{
    return contains(kTorchExtensions, path.extension().string());
}

} // namespace engine::tensors
