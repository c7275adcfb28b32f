// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Small text files of a model folder: configurations and templates.
#pragma once

#include "engine/contract/value.h"

#include <string>

namespace engine::text {

// The whole file, at most 64 MiB. Failure kNotFound, kUnreadable or kBadFile names it.
std::string readTextFile(const std::string& path);

// The JSON in the file; null without the file. Failure kUnreadable or kBadFile names it.
contract::Value readJsonFile(const std::string& path);

} // namespace engine::text
