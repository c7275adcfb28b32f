// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files of the cache folder that are mapped, and the note that stands beside each, <name>.json: the
// file is believed only while it is what was written.
#pragma once

#include "engine/tensors/mapped_file.h"

#include <cstdint>
#include <string>

namespace engine::tensors {

// Notes the hash of the file's bytes. `version`: of what its writer makes. Throws Failure as
// device::writeFileAtomically.
void noteCachedFile(const MappedFile& file, const std::string& sha256, int64_t version);

// Whether the bytes are those that were noted: known by the file's identity, else all are read once
// and the identity is noted. False for another version and for a note that is missing or damaged.
// Throws Failure as device::readFile and device::sha256File.
bool isAsNoted(const MappedFile& file, int64_t version);

} // namespace engine::tensors
