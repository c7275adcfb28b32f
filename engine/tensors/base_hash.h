// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The base hash: what an adapter was trained on, whatever the files are called and however they are
// sharded.
#pragma once

#include "engine/tensors/weights.h"

namespace engine::tensors {

// SHA-256 over one line per tensor in order of names: ["name","F32",[2,3],"<SHA-256 of the bytes>"]
// and a line feed, the JSON without spaces. Permanent: adapters carry it. Reads every byte once,
// then finds the answer by the files' identities (inode, size, times) in
// ${XDG_CACHE_HOME:-~/.cache}/lora-studio/hashes; a cache that cannot be used is no error.
std::string baseHash(const Weights& weights);

} // namespace engine::tensors
