// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The files that travel with a model beside config.json and weights: tokenizer, chat templates,
// generation settings.
#pragma once

#include <filesystem>

namespace engine::models {

// Copies those that are there, unread.
void copyCompanions(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace engine::models
