// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/cached_file.h"

#include "engine/contract/value.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"

namespace engine::tensors {

using contract::Value;

namespace {

constexpr uint64_t kMaximumNoteBytes = 4096;

std::filesystem::path noteOf(const MappedFile& file)
{
    return std::filesystem::path(file.path()).replace_extension(".json");
}

} // namespace

void noteCachedFile(const MappedFile& file, const std::string& sha256, int64_t version)
{
    const Value note =
        Value::object({{"version", version}, {"sha256", sha256}, {"identity", file.identity()}});
    device::writeFileAtomically(noteOf(file), toJson(note) + "\n");
}

bool isAsNoted(const MappedFile& file, int64_t version)
{
    const contract::Result<Value> parsed =
        contract::parseJson(device::readFile(noteOf(file), kMaximumNoteBytes));
    if (!parsed || parsed.value()["version"] != Value(version)) {
        return false;
    }
    const Value& note = parsed.value();
    if (note["identity"].toString() == file.identity()) {
        return true;
    }
    if (note["sha256"].toString() != device::sha256File(file.path())) {
        return false;
    }
    noteCachedFile(file, note["sha256"].toString(), version);
    return true;
}

} // namespace engine::tensors
