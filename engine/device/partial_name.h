// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Names for what is written aside: `<target>.partial-<pid>-<n>`, beside the target so that a rename
// publishes it.
#pragma once

#include <filesystem>
#include <functional>

namespace engine::device {

// The first free partial name of `target`. `create` makes the file or folder exclusively and
// returns false with errno set; EEXIST tries the next name (another process, or what a crash left),
// anything else throws systemFailure().
std::filesystem::path
claimPartialName(const std::filesystem::path& target,
                 const std::function<bool(const std::filesystem::path&)>& create);

} // namespace engine::device
