// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// SHA-256 hashes that took long to compute, by what they depend on:
// ${XDG_CACHE_HOME:-~/.cache}/lora-studio/hashes/<key>. A memory that cannot be used is no error.
#pragma once

#include <string>

namespace engine::device {

// `key`: a name for a file. Empty when the hash is not known.
std::string knownHash(const std::string& key);
void rememberHash(const std::string& key, const std::string& hash);

} // namespace engine::device
