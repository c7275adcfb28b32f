// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/partial_name.h"

#include "engine/device/descriptor.h"

#include <cerrno>
#include <unistd.h>

namespace engine::device {

std::filesystem::path
claimPartialName(const std::filesystem::path& target,
                 const std::function<bool(const std::filesystem::path&)>& create)
{
    const std::string stem = target.string() + ".partial-" + std::to_string(::getpid()) + "-";
    for (unsigned number = 0;; ++number) {
        const std::filesystem::path name = stem + std::to_string(number);
        if (create(name)) {
            return name;
        }
        if (errno != EEXIST) {
            throw systemFailure(errno, target, Access::Write);
        }
    }
}

} // namespace engine::device
