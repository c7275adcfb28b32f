// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/token_cache.h"

#include "engine/contract/value.h"
#include "engine/device/cache_folder.h"
#include "engine/device/cache_room.h"
#include "engine/device/failure.h"
#include "engine/device/file_identity.h"
#include "engine/tensors/cached_file.h"

#include <algorithm>
#include <array>
#include <vector>

namespace engine::worker {

namespace fs = std::filesystem;
using contract::Value;
using objectives::TokenStore;

namespace {

constexpr std::array kTokenizerFiles = {".json", ".jinja", ".model", ".txt"};
constexpr const char* kThisProgram = "/proc/self/exe";

void addFiles(const fs::path& folder, std::vector<fs::path>& files)
{
    std::error_code none;
    fs::directory_iterator at(folder, none);
    for (; !none && at != fs::directory_iterator(); at.increment(none)) {
        std::error_code gone;
        const bool isOne = std::find(kTokenizerFiles.begin(),
                                     kTokenizerFiles.end(),
                                     at->path().extension().string())
                           != kTokenizerFiles.end();
        if (isOne && at->is_regular_file(gone)) {
            files.push_back(at->path());
        }
    }
}

} // namespace

std::string tokenizerKey(const std::string& modelFolder)
{
    std::vector<fs::path> files;
    addFiles(modelFolder, files);
    addFiles(fs::path(modelFolder) / "additional_chat_templates", files);
    std::sort(files.begin(), files.end());
    Value key = Value::List();
    for (const fs::path& file : files) {
        key.append(Value::List{file.lexically_relative(modelFolder).string(),
                               device::rememberedSha256(file)});
    }
    return toJson(key);
}

fs::path tokenFile(const TokenKey& key)
{
    const fs::path home = device::cacheFolder();
    if (home.empty()) {
        return {};
    }
    const Value all = Value::object({{"version", int64_t{TokenStore::kFormatVersion}},
                                     {"program", device::rememberedSha256(kThisProgram)},
                                     {"content", key.content},
                                     {"rows", key.rows},
                                     {"tokenizer", key.tokenizer},
                                     {"rendering", key.rendering},
                                     {"objective", key.objective}});
    return home / "tokens" / (device::sha256Hex(toJson(all)) + ".tokens");
}

KeptTokens findTokens(const fs::path& file)
{
    std::error_code none;
    if (!fs::exists(file, none)) {
        return {};
    }
    KeptTokens kept;
    try {
        kept.store = TokenStore::open(file);
        if (tensors::isAsNoted(*kept.store->file(), TokenStore::kFormatVersion)) {
            device::keepInUse(file);
            return kept;
        }
        kept.note = "the tokens of an earlier start are damaged and were made again";
    } catch (const Failure& failure) {
        kept.note = "the tokens of an earlier start cannot be used and were made again: "
                    + failure.error().message;
    }
    kept.store = nullptr;
    return kept;
}

std::shared_ptr<const TokenStore> keepTokens(objectives::TokenStoreWriter& writer,
                                             std::string_view note)
{
    std::shared_ptr<const TokenStore> store = writer.finish(note);
    const tensors::MappedFile& file = *store->file();
    tensors::noteCachedFile(file, writer.sha256(), TokenStore::kFormatVersion);
    device::keepInUse(file.path());
    device::makeRoomInCache(0);
    return store;
}

} // namespace engine::worker
